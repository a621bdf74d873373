// mixed_frame: pixels in which runs, short codes and long ones meet.
#pragma once

#include "tests/codecs/frames.h"

namespace slipring::codecs::fixture {

// Noise of a bounded size around a slope, flat stretches and single spikes.
inline Pixels mixed_frame(const pixel::Layout& l, unsigned amplitude, unsigned seed) {
  std::mt19937 random(seed);
  const std::uint32_t top = (1U << l.bits_stored) - 1;
  Pixels out(l.samples_per_frame() * l.bytes_per_sample());
  for (std::uint64_t i = 0; i < l.samples_per_frame(); ++i) {
    auto value = static_cast<std::uint32_t>(i / 37) & top;
    if (random() % 64 == 0) value = static_cast<std::uint32_t>(random()) & top;
    if (i % 97 > 30) value = (value + static_cast<std::uint32_t>(random() % (amplitude + 1))) & top;
    for (std::size_t b = 0; b < l.bytes_per_sample(); ++b)
      out[i * l.bytes_per_sample() + b] = static_cast<std::uint8_t>(value >> (8 * b));
  }
  return out;
}

}  // namespace slipring::codecs::fixture
