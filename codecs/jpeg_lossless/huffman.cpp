#include "codecs/jpeg_lossless/huffman.h"

#include <algorithm>
#include <span>

namespace slipring::codecs::jpeg_lossless {

bool HuffmanSpec::fits_a_tree() const {
  std::uint32_t used = 0;  // of the 65,536 codes of 16 bits
  for (std::uint32_t bits = 1; bits <= kCodeBitsMax; ++bits)
    used += std::uint32_t{counts[bits]} << (kCodeBitsMax - bits);
  return used <= 1U << kCodeBitsMax;
}

bool HuffmanSpec::has(std::uint8_t value) const {
  return std::ranges::any_of(std::span(values).first(size),
                             [value](std::uint8_t one) { return one == value; });
}

bool HuffmanSpec::has_impossible_values() const {
  return std::ranges::any_of(std::span(values).first(size),
                             [](std::uint8_t value) { return value > kCategoryMax; });
}

HuffmanCodes::HuffmanCodes(const HuffmanSpec& spec) : values_(spec.values) {
  std::uint32_t next = 0;
  std::uint32_t index = 0;
  for (std::uint32_t bits = 1; bits <= kCodeBitsMax; ++bits) {
    begin_[bits] = next;
    index_[bits] = index;
    next += std::uint32_t{spec.counts[bits]} << (kCodeBitsMax - bits);
    index += spec.counts[bits];
    end_[bits] = next;
  }
}

}  // namespace slipring::codecs::jpeg_lossless
