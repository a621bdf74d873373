// Second half of the fast decoder: MagSgn bits to samples, with what the first half found out.
#pragma once

#include "codecs/htj2k/block/decode/parse.h"
#include "codecs/htj2k/block/decode/refine.h"

namespace slipring::codecs::htj2k {

template <class T>
struct SampleJob {
  const std::uint8_t* magsgn = nullptr;  // unstuff_upward
  std::size_t magsgn_bytes = 0;          // of these, with bits of the block
  const std::uint32_t* entries = nullptr;
  const std::uint8_t* bounds = nullptr;
  std::uint32_t* exponents = nullptr;  // memory to work in: exponent_bytes()
  std::uint32_t plane = 0;
  BlockSamples<T> samples;
  float half_step = 0.5F;
};

// 2 x magnitude - 1 of the lower samples of a row of quads, for the row below; two rows of them.
inline constexpr std::size_t kColumnsBefore = 16;
inline constexpr std::size_t exponent_pitch(const QuadGrid& grid) {
  return kColumnsBefore + 2 * (grid.pitch - kQuadsBefore);
}
inline constexpr std::size_t exponent_bytes(const QuadGrid& grid) {
  return 2 * sizeof(std::uint32_t) * exponent_pitch(grid);
}

// Answers the largest U_q. T is what BlockJob has, or Word. When the answer is above
// kMagnitudeBitsMax, the samples hold anything.
inline constexpr std::uint32_t kMagnitudeBitsMax = 31;
std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<std::int16_t>& job);
std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<std::int32_t>& job);
std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<float>& job);
std::uint32_t decode_samples(const QuadGrid& grid, const SampleJob<Word>& job);

}  // namespace slipring::codecs::htj2k
