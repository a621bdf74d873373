// The Huffman table that makes a frame shortest (ITU-T T.81 Annex K.2), and the codes that an
// encoder looks up (Annex C).
#pragma once

#include <array>
#include <cstdint>

#include "codecs/jpeg_lossless/huffman.h"

namespace slipring::codecs::jpeg_lossless {

// How often each category occurs. No count is beyond 2^32.
using Histogram = std::array<std::uint64_t, kCategories>;

// A table for the categories that occur; the code of 1s alone stays free (K.2). At least one
// category occurs.
[[nodiscard]] HuffmanSpec optimal_table(const Histogram& histogram);

struct EncodeTable {
  std::array<std::uint16_t, kCategories> codes = {};               // right-aligned
  alignas(16) std::array<std::uint8_t, kCategories> lengths = {};  // 0: does not occur
  // For vectors: the bytes of the codes; what category 16 needs is not there.
  alignas(16) std::array<std::uint8_t, 16> low = {};
  alignas(16) std::array<std::uint8_t, 16> high = {};
};
[[nodiscard]] EncodeTable encode_table(const HuffmanSpec& spec);

// Bits of all symbols: codes, and the further bits of each category.
[[nodiscard]] std::uint64_t coded_bits(const Histogram& histogram, const HuffmanSpec& spec);

}  // namespace slipring::codecs::jpeg_lossless
