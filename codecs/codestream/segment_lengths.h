// How a packet header gives the lengths of a block's codeword segments: T.800 B.10.7 for Part 1,
// T.814 B for HT sets with their placeholder passes.
#pragma once

#include <cstdint>

#include "codecs/codestream/header_bits.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream {

inline constexpr unsigned kLblockMax = 24;  // lengths then stay below 2^31; real ones below 2^20
inline constexpr unsigned kOpenEnded = 0xFF;

// Of all HT sets of a block the last one whose cleanup segment has bytes counts: it codes the
// lowest bit plane. What lies before it is skipped.
struct HtSets {
  bool placeholders = true;  // no bytes so far: all passes were placeholders
  bool empty_set = false;
  std::uint16_t cleanup_pass = 0;  // which pass of the block, T.800 counting: 3 a bit plane
  std::uint8_t refinement_passes = 0;
  std::uint32_t cleanup_bytes = 0;
  std::uint32_t refinement_bytes = 0;
  std::uint64_t skipped_bytes = 0;

  // The lengths of `passes` new passes behind `before` earlier ones; `bytes` grows by them. False:
  // no HT encoder can mean that.
  [[nodiscard]] bool read(unsigned before, unsigned passes, unsigned lblock, HeaderBitReader& bits,
                          std::uint64_t& bytes);

 private:
  bool read_first(unsigned& at, unsigned end, unsigned lblock, HeaderBitReader& bits);
};

// How many passes a Part 1 segment that starts with pass `first` may have: kOpenEnded where it goes
// on to the block's end. T.800 Tables D.8, D.9.
[[nodiscard]] unsigned segment_passes_max(std::uint8_t block_style, unsigned first);

}  // namespace slipring::codecs::codestream
