// Backslashes, which part the values of text (PS3.5 6.2): how many values they make.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "codecs/base/bytes.h"

namespace slipring::validate::kernels {

inline constexpr std::uint8_t kSeparator = '\\';

// The definition of right: 0 of no bytes, else one more than there are separators.
[[nodiscard]] constexpr std::size_t count_text_values_scalar(Bytes text) {
  std::size_t count = text.empty() ? 0 : 1;
  for (const std::uint8_t byte : text) count += byte == kSeparator ? 1 : 0;
  return count;
}

// The same. One value is the usual case, which memchr tells; in longer lists eight bytes go at a
// time.
[[nodiscard]] inline std::size_t count_text_values(Bytes text) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kLow7 = 0x7F * kOnes;
  constexpr std::size_t kWordsMax = 255;  // whose counts fit into a byte
  if (text.empty()) return 0;
  const void* first = std::memchr(text.data(), kSeparator, text.size());
  if (first == nullptr) return 1;
  text =
      text.subspan(static_cast<std::size_t>(static_cast<const std::uint8_t*>(first) - text.data()));
  std::size_t before = 0;
  while (text.size() >= 8) {
    const std::size_t words = std::min(text.size() / 8, kWordsMax);
    std::uint64_t counts = 0;  // a byte of it for each byte of a word
    for (std::size_t i = 0; i < words; ++i) {
      const std::uint64_t other = load_le<std::uint64_t>(&text[i * 8]) ^ (kSeparator * kOnes);
      // The highest bit of each byte that is not 0: no carry leaves its byte.
      const std::uint64_t differs = ((other & kLow7) + kLow7) | other;
      counts += (~differs >> 7U) & kOnes;
    }
    constexpr std::uint64_t kEven = 0x00FF'00FF'00FF'00FF;
    const std::uint64_t pairs = (counts & kEven) + ((counts >> 8U) & kEven);
    before += static_cast<std::size_t>((pairs * 0x0001'0001'0001'0001) >> 48U);
    text = text.subspan(words * 8);
  }
  // Bytes that are left follow a value, even where there are none.
  return before + std::max<std::size_t>(count_text_values_scalar(text), 1);
}

}  // namespace slipring::validate::kernels
