#include "codecs/codestream/segment_lengths.h"

#include <algorithm>
#include <bit>

namespace slipring::codecs::codestream {

namespace {

unsigned log2_floor(unsigned value) { return static_cast<unsigned>(std::bit_width(value)) - 1; }

constexpr std::uint32_t kCleanupBytesMin = 2;  // T.814 7.1: Scup takes two
constexpr unsigned kFirstBypassed = 10;        // T.800 Table D.9: four bit planes before raw passes

}  // namespace

// Up to the first cleanup segment with bytes, lengths are coded as if the block were not HT: one
// for all passes to the last that may be a cleanup pass. That length is 0 while there are only
// placeholders; the passes behind it are then part of it and may have made it longer.
bool HtSets::read_first(unsigned& at, unsigned end, unsigned lblock, HeaderBitReader& bits) {
  const unsigned passes = end - at;
  const unsigned behind = (end - 1) % 3;  // passes behind the last place of a cleanup pass
  const unsigned first = passes > behind ? passes - behind : passes;
  const std::uint32_t length = bits.bits(lblock + log2_floor(first));
  if (length == 0) {
    at = end;
    return bits.bits(log2_floor(passes) - log2_floor(first)) == 0;
  }
  if (passes <= behind || length < kCleanupBytesMin) return false;
  at += first;
  cleanup_pass = static_cast<std::uint16_t>(at - 1);
  cleanup_bytes = length;
  placeholders = false;
  return true;
}

bool HtSets::read(unsigned before, unsigned passes, unsigned lblock, HeaderBitReader& bits,
                  std::uint64_t& bytes) {
  unsigned at = before;
  const unsigned end = before + passes;
  if (placeholders) {
    if (!read_first(at, end, lblock, bits)) return false;
    bytes += cleanup_bytes;
  }
  while (at < end) {
    const bool cleanup = at % 3 == 0;
    const unsigned count = cleanup ? 1 : std::min(end - at, 3 - at % 3);
    const std::uint32_t length = bits.bits(lblock + log2_floor(count));
    bytes += length;
    if (cleanup) {
      if (length == 1) return false;
      empty_set = length == 0;
      if (!empty_set) {
        skipped_bytes += std::uint64_t{cleanup_bytes} + refinement_bytes;
        cleanup_pass = static_cast<std::uint16_t>(at);
        cleanup_bytes = length;
        refinement_bytes = 0;
        refinement_passes = 0;
      }
    } else if (empty_set) {
      if (length != 0) return false;
    } else {
      refinement_bytes += length;
      refinement_passes = static_cast<std::uint8_t>(refinement_passes + count);
    }
    at += count;
  }
  return true;
}

unsigned segment_passes_max(std::uint8_t block_style, unsigned first) {
  if ((block_style & kTerminateEachPass) != 0) return 1;
  if ((block_style & kBypass) == 0) return kOpenEnded;
  if (first < kFirstBypassed) return kFirstBypassed - first;
  return (first - kFirstBypassed) % 3 == 0 ? 2 : 1;  // both raw passes, or the cleanup pass
}

}  // namespace slipring::codecs::codestream
