// range: the smallest and the largest sample and the bits in use. Tells whether samples keep their
// promise of Bits Stored (PS3.5 8.1.1), and so which precision a codestream needs to lose nothing.
// Takes canonical frames (codecs/pixel/layout.h); changes nothing.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/pixel/layout.h"

namespace slipring::codecs::kernels {

struct Range {
  std::int64_t min = 0;  // as the sample's sign says
  std::int64_t max = 0;
  std::uint64_t bits_used = 0;  // OR of all samples as they lie in memory, zero extended

  friend bool operator==(const Range&, const Range&) = default;
};

// samples.size() is a multiple of sample_bytes (1, 2 or 4); an empty span gives a Range of zeros.
[[nodiscard]] Range range(Bytes samples, std::uint32_t sample_bytes, bool is_signed);

// The definition of right.
[[nodiscard]] Range range_scalar(Bytes samples, std::uint32_t sample_bytes, bool is_signed);

// Whether every sample is the zero extension (unsigned) or the sign extension (signed) of its
// lowest Bits Stored bits, so that a codestream of that precision holds it. A High Bit other than
// Bits Stored - 1 (PS3.5 8.1.1 forbids it now) fits only when all allocated bits are stored. 1-bit
// fits. `frame` is one canonical frame of `layout`, or any whole number of its samples.
[[nodiscard]] bool fits(const pixel::Layout& layout, Bytes frame);

// What a stored sample may be (PS3.5 8.1.1), which is more than what fits: a signed sample may fill
// the bits above Bits Stored with zeros or with its sign. Bits Allocated 8, 16 or 32, others are
// within; whole samples only. Says whether all are within, and counts those that are not.
[[nodiscard]] bool all_within_stored_bits(const pixel::Layout& layout, Bytes samples);
[[nodiscard]] std::uint64_t count_outside_stored_bits(const pixel::Layout& layout, Bytes samples);

}  // namespace slipring::codecs::kernels
