// Any bytes as a file: an answer, a well-formed tape, and the same one when the file is given in
// heads.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "engine/scan/scan.h"
#include "tests/engine/scan/tape_invariants.h"

namespace {

using namespace slipring;

void demand(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "scan: %s\n", what.c_str());
  std::abort();
}

void check(const dicom::Scanned& scanned, std::uint64_t size) {
  const std::string broken = testing::TapeInvariants(scanned, size).broken();
  demand(broken.empty(), broken);
  demand(!scanned.error || scanned.findings.count(dicom::Severity::Error) > 0,
         "an error without a finding");
  for (std::size_t i = 0; i < scanned.tape.size(); i += 1 + scanned.tape.size() / 16)
    (void)scanned.data_set().path_of(i);
}

bool same(const dicom::Tape& a, const dicom::Tape& b) {
  return std::ranges::equal(a, b, [](const dicom::Element& x, const dicom::Element& y) {
    return x.tag == y.tag && x.offset == y.offset && x.length == y.length && x.depth == y.depth &&
           x.vr() == y.vr() && x.header() == y.header();
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(data, size);
  scan::Options options;
  options.limits.inflated_bytes_max = 1 << 22;
  static dicom::Scanned whole;
  scan::scan(bytes, size, options, whole);
  demand(whole.more_needed_bytes == 0, "more asked for than there is");
  check(whole, whole.bytes.size());

  static dicom::Scanned headed;
  std::uint64_t head = size / 2;
  for (int calls = 0;; ++calls) {
    scan::scan(bytes.first(head), size, options, headed);
    check(headed, std::max<std::uint64_t>(headed.bytes.size(), size));
    if (headed.more_needed_bytes == 0) break;
    demand(headed.more_needed_bytes > head && headed.more_needed_bytes <= size && calls < 40,
           "asks for no more than it has");
    head = headed.more_needed_bytes;
  }
  // Text and the unknown may look different where they end.
  demand(headed.kind == whole.kind || (!is_dicom(headed.kind) && !is_dicom(whole.kind)),
         "another kind by heads");
  demand(same(headed.tape, whole.tape), "another tape by heads");

  options.stop_after = dicom::Tag(0x7FDF, 0xFFFF);
  options.compare_vrs = false;
  scan::scan(bytes, size, options, headed);
  check(headed, headed.bytes.size());
  return 0;
}
