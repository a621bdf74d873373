#include "codecs/jpeg2000/block/segments.h"

#include <limits>

namespace slipring::codecs::jpeg2000 {
namespace {

// How many passes the segment that begins with `pass` holds, the block's last one excepted.
std::uint32_t whole_segment(const BlockStyle& style, std::uint32_t pass) {
  if (style.terminate_all) return 1;
  if (!style.bypass) return std::numeric_limits<std::uint32_t>::max();
  constexpr std::uint32_t kFirstRaw = 10;  // one cleanup, three whole planes
  if (pass < kFirstRaw) return kFirstRaw - pass;
  return pass_kind(pass) == Pass::Significance ? 2 : 1;
}

}  // namespace

Result<void> check_segments(const CodedBlock& coded) {
  const unsigned planes = coded_planes(coded);
  if (coded.zero_bit_planes > coded.bit_planes)
    return fail(ErrorCode::Malformed, kNoOffset, "more bit planes are missing than a band has",
                coded.bit_planes, coded.zero_bit_planes);
  if (planes > kBitPlanesMax)
    return fail(ErrorCode::Unsupported, kNoOffset, "a code-block of too many bit planes",
                kBitPlanesMax, planes);
  const std::uint64_t passes_max = planes == 0 ? 0 : 3 * planes - 2;
  std::uint64_t passes = 0;
  bool cut_short = false;
  for (const Segment& segment : coded.segments) {
    const std::uint32_t whole = whole_segment(coded.style, static_cast<std::uint32_t>(passes));
    if (cut_short || segment.passes == 0 || segment.passes > whole)
      return fail(ErrorCode::Malformed, kNoOffset,
                  "codeword segments are not cut as the code-block style says");
    cut_short = segment.passes < whole;
    passes += segment.passes;
    if (passes > passes_max)
      return fail(ErrorCode::Malformed, kNoOffset, "more coding passes than bit planes have",
                  passes_max, passes);
  }
  return {};
}

}  // namespace slipring::codecs::jpeg2000
