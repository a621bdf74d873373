// tape_print: the tape of each file named, a line an element: depth tag VR length offset header.
// For people, and for comparing with other programs (compare_with_peers.py). `--summary` prints one
// line a file instead.
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "engine/scan/scan.h"

namespace slipring {
namespace {

std::vector<std::uint8_t> read_file(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void print_element(const dicom::Element& element) {
  static constexpr std::string_view kForms[] = {"synthetic", "short", "long", "implicit"};
  fmt::print("{} {} {} {} {} {}\n", static_cast<unsigned>(element.depth),
             dicom::to_string(element.tag), dicom::name(element.vr()),
             element.undefined_length() ? std::string("u") : fmt::format("{}", element.length),
             static_cast<std::uint64_t>(element.offset),
             kForms[static_cast<std::size_t>(element.header())]);
}

void print_findings(const dicom::Scanned& scanned) {
  for (const dicom::Finding& finding : scanned.findings.kept())
    fmt::print("# {} {} {} @{} {}\n", dicom::to_string(finding.rule),
               dicom::letter(finding.severity), finding.path,
               finding.offset == kNoOffset ? "-" : std::to_string(finding.offset), finding.message);
  if (scanned.error)
    fmt::print("! {} @{} {} (expected {}, actual {})\n", name(scanned.error->code),
               scanned.error->offset, scanned.error->what, scanned.error->expected,
               scanned.error->actual);
}

}  // namespace
}  // namespace slipring

int main(int count, char** arguments) {
  using namespace slipring;
  bool summary = false;
  dicom::Scanned scanned;
  for (int i = 1; i < count; ++i) {
    if (std::string_view(arguments[i]) == "--summary") {
      summary = true;
      continue;
    }
    const std::vector<std::uint8_t> bytes = read_file(arguments[i]);
    scan::scan(bytes, bytes.size(), {}, scanned);
    fmt::print("= {}\n", arguments[i]);
    fmt::print("# kind {} declared {} actual {} elements {} begin {} end {} of {}\n",
               dicom::name(scanned.kind), scanned.transfer_syntax_uid,
               scanned.actual == nullptr ? "-" : scanned.actual->uid, scanned.tape.size(),
               scanned.data_set_begin, scanned.data_set_end, scanned.bytes.size());
    print_findings(scanned);
    if (summary) continue;
    for (const dicom::Element& element : scanned.meta_tape) print_element(element);
    for (const dicom::Element& element : scanned.tape) print_element(element);
  }
  return 0;
}
