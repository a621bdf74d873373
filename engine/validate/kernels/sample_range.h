// Does every stored sample fit in Bits Stored (PS3.5 8.1.1)? A signed sample may fill the bits
// above with zeros or with its sign. Takes canonical (little endian) samples, Bits Allocated 8, 16
// or 32.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::validate::kernels {

struct SampleRange {
  unsigned bits_allocated = 16;  // 8, 16 or 32
  unsigned bits_stored = 12;     // 1 .. bits_allocated
  bool is_signed = false;
};

// Whole samples only: what is left of `samples` behind the last one is not read.
[[nodiscard]] bool all_inside(Bytes samples, const SampleRange& range);

// The definition of right: how many samples lie outside.
[[nodiscard]] std::uint64_t count_outside(Bytes samples, const SampleRange& range);

// A sample v is inside when (v & high) == 0 or (v & sign) == sign_expected.
struct SampleMasks {
  std::uint32_t high = 0;
  std::uint32_t sign = 0;
  std::uint32_t sign_expected = 1;  // with sign 0: never equal
};
[[nodiscard]] SampleMasks sample_masks(const SampleRange& range);

}  // namespace slipring::validate::kernels
