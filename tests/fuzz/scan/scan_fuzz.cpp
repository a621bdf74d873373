// Any bytes as a file: an answer, a well-formed tape, and the same one when the file is given in
// heads, and when it is scanned after one that differs here and there.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "engine/scan/scan_in_series.h"
#include "tests/engine/scan/tape_invariants.h"

namespace {

using namespace slipring;

void demand(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "scan: %s\n", what.c_str());
  std::abort();
}

void check(const dicom::Scanned& scanned, std::uint64_t size) {
  const std::string broken = test::TapeInvariants(scanned, size).broken();
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

// After the whole, the same bytes with a few of them others; which ones, they say themselves.
void check_in_series(Bytes bytes, const scan::Options& options, dicom::Scanned& whole) {
  if (bytes.size() < 140 || whole.more_needed_bytes != 0) return;
  static dicom::Precedent precedent;
  static dicom::Scanned alone;
  static dicom::Scanned followed;
  precedent.keep(whole);
  std::uint32_t state = 1;
  for (const std::uint8_t byte : bytes.last(8)) state = state * 31 + byte;
  std::vector<std::uint8_t> other(bytes.begin(), bytes.end());
  for (int round = 0; round < 8; ++round) {
    state = state * 1664525U + 1013904223U;
    const std::size_t reach = std::min<std::size_t>(other.size() - 132, 2048);
    const std::size_t at = 132 + (state >> 8) % reach;
    if (round % 4 == 3)
      other.insert(other.begin() + static_cast<std::ptrdiff_t>(at), 2, std::uint8_t{'1'});
    else
      other[at] = static_cast<std::uint8_t>(other[at] + 1 + (state >> 24) % 4);
    scan::scan(other, other.size(), options, alone);
    scan::scan_in_series(other, other.size(), options, std::array{&std::as_const(precedent)},
                         followed);
    check(followed, followed.bytes.size());
    demand(followed.kind == alone.kind && followed.actual == alone.actual, "another kind after");
    demand(same(followed.tape, alone.tape), "another tape after a precedent");
    demand(same(followed.meta_tape, alone.meta_tape), "another meta tape after a precedent");
    demand(followed.findings.kept().size() == alone.findings.kept().size() &&
               followed.error.has_value() == alone.error.has_value() &&
               followed.data_set_end == alone.data_set_end,
           "other findings after a precedent");
  }
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

  check_in_series(bytes, options, whole);

  options.stop_after = dicom::Tag(0x7FDF, 0xFFFF);
  options.compare_vrs = false;
  scan::scan(bytes, size, options, headed);
  check(headed, headed.bytes.size());
  return 0;
}
