// From sign and doubled magnitude (refine.h) to what the caller asked for.
#pragma once

#include <algorithm>
#include <type_traits>

#include "codecs/htj2k/block/decode/refine.h"

namespace slipring::codecs::htj2k {

template <class T>
[[nodiscard]] inline T delivered(Word word, float half_step) {
  const Word doubled = word & ~kSignBit;
  const bool negative = (word & kSignBit) != 0;
  if constexpr (std::is_same_v<T, Word>) {
    return word;
  } else if constexpr (std::is_same_v<T, float>) {
    const auto value = static_cast<std::int32_t>(doubled);
    return static_cast<float>(negative ? -value : value) * half_step;
  } else {
    const auto value = static_cast<std::int32_t>(doubled >> 1);
    return static_cast<T>(negative ? -value : value);
  }
}

template <class T>
inline void deliver(std::span<const Word> words, const BlockSamples<T>& samples, float step) {
  const float half_step = step * 0.5F;
  for (std::uint32_t y = 0; y < samples.height; ++y)
    for (std::uint32_t x = 0; x < samples.width; ++x)
      samples.at[y * samples.stride + x] =
          delivered<T>(words[std::size_t{y} * samples.width + x], half_step);
}

template <class T>
inline void deliver_zeros(const BlockSamples<T>& samples) {
  for (std::uint32_t y = 0; y < samples.height; ++y)
    std::fill_n(samples.at + y * samples.stride, samples.width, T{0});
}

}  // namespace slipring::codecs::htj2k
