// samples: samples of one width to another, with their sign extended, what lies outside Bits Stored
// masked away, and to or from a High Bit above Bits Stored - 1 (PS3.5 8.1.1, 8.1.2). One kernel
// for what a decoder must still do to its samples. Takes and gives memory; knows nothing of frames.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::kernels {

// A sample x becomes extend((x >> right) & mask) << left, in to_bytes: `bits` of it stay, 0 for
// all, and with `sign` the highest of them is a sign.
struct SampleMove {
  std::uint32_t from_bytes = 2;  // 1, 2, 4 or 8
  std::uint32_t to_bytes = 2;    // 1, 2, 4 or 8
  bool from_signed = false;      // widening keeps the value of a negative one
  bool sign = false;
  std::uint32_t bits = 0;  // of to_bytes
  std::uint32_t right =
      0;  // right + bits, left + bits: at most the width; shifting keeps the width
  std::uint32_t left = 0;

  [[nodiscard]] bool shifts() const { return right != 0 || left != 0; }
  [[nodiscard]] std::uint64_t mask() const {
    return bits == 0 || bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  }
  [[nodiscard]] std::uint64_t sign_bit() const {
    return sign && bits != 0 ? std::uint64_t{1} << (bits - 1) : 0;
  }
};

// Samples with these attributes, in place or not: as the canonical frame has them (High Bit becomes
// Bits Stored - 1, what is above it the sign or zeros), and back (zeros around the stored bits).
[[nodiscard]] SampleMove from_high_bit(std::uint32_t sample_bytes, std::uint32_t bits_stored,
                                       std::uint32_t high_bit, bool is_signed);
[[nodiscard]] SampleMove to_high_bit(std::uint32_t sample_bytes, std::uint32_t bits_stored,
                                     std::uint32_t high_bit);

// `count` samples; memory apart, or the same when the widths are.
using MoveFunction = void (*)(const std::uint8_t* from, std::uint8_t* to, std::size_t count,
                              const SampleMove& move);

// The best of this processor for such moves: chosen once a frame, called once a row.
[[nodiscard]] MoveFunction sample_mover(const SampleMove& move);

// from.size() and to.size() are the same number of samples.
void move_samples(Bytes from, MutableBytes to, const SampleMove& move);

// The definition of right.
void move_samples_scalar(const std::uint8_t* from, std::uint8_t* to, std::size_t count,
                         const SampleMove& move);

}  // namespace slipring::codecs::kernels
