// Huffman tables of a lossless JPEG (ITU-T T.81 Annex C): what a DHT segment says, and the codes
// that follow from it. A symbol is the category of a difference (Table H.2): how many further bits
// tell it. Knows nothing of streams.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::jpeg_lossless {

inline constexpr std::uint32_t kCodeBitsMax = 16;  // C.1
inline constexpr std::uint32_t kCategoryMax = 16;  // Table H.2
inline constexpr std::uint32_t kCategories = 17;   // 0 to 16
inline constexpr std::uint32_t kTableValuesMax = 256;

// BITS and HUFFVAL of C.1.
struct HuffmanSpec {
  std::array<std::uint8_t, kCodeBitsMax + 1> counts = {};  // by code length, [0] unused
  std::array<std::uint8_t, kTableValuesMax> values = {};
  std::uint32_t size = 0;  // 0: not defined

  // Every code of every length has its place: the counts fit a binary tree.
  [[nodiscard]] bool fits_a_tree() const;
  [[nodiscard]] bool has(std::uint8_t value) const;
  // A value that is no category: no stream can use it.
  [[nodiscard]] bool has_impossible_values() const;
};

// Codes in ascending order, all left-aligned in 16 bits (C.2): what decodes any code, one length
// after the other.
class HuffmanCodes {
 public:
  HuffmanCodes() = default;
  explicit HuffmanCodes(const HuffmanSpec& spec);

  struct Code {
    std::uint32_t bits = 0;  // length; 0: no code begins so
    std::uint8_t value = 0;
  };
  // `next`: the next 16 bits of the stream.
  [[nodiscard]] Code decode(std::uint32_t next) const {
    for (std::uint32_t bits = 1; bits <= kCodeBitsMax; ++bits)
      if (next < end_[bits])
        return {bits, values_[index_[bits] + ((next - begin_[bits]) >> (kCodeBitsMax - bits))]};
    return {};
  }

 private:
  std::array<std::uint32_t, kCodeBitsMax + 1> begin_ = {};  // the first code of a length
  std::array<std::uint32_t, kCodeBitsMax + 1> end_ = {};    // one behind the last
  std::array<std::uint32_t, kCodeBitsMax + 1> index_ = {};  // of its value
  std::array<std::uint8_t, kTableValuesMax> values_ = {};
};

// Table H.2 and F.2.2.1: the difference that `category` further bits, holding `bits`, tell. All 16
// bits of it count: arithmetic is modulo 65,536.
[[nodiscard]] inline std::uint16_t extend(std::uint32_t bits, std::uint32_t category) {
  if (category == 0) return 0;
  const bool negative = bits >> (category - 1) == 0;
  return static_cast<std::uint16_t>(negative ? bits - (1U << category) + 1 : bits);
}

}  // namespace slipring::codecs::jpeg_lossless
