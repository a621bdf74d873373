// Planes: canonical samples to and from 32-bit integers, a component at a time, for libraries that
// take no others. Part of what such a library costs its user, so it is timed with it.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/pixel/layout.h"

namespace slipring::peers {

template <class Sample>
void widen_as(const std::uint8_t* from, std::size_t count, std::size_t step, std::int32_t* to) {
  for (std::size_t i = 0; i < count; ++i) {
    Sample sample;
    __builtin_memcpy(&sample, from + i * step * sizeof sample, sizeof sample);
    to[i] = sample;
  }
}

// `count` samples of one component, the first at `from`.
inline void widen(const pixel::Layout& layout, const std::uint8_t* from, std::size_t count,
                  std::int32_t* to) {
  const std::size_t step = layout.samples_per_pixel;
  if (layout.bits_allocated == 8)
    return layout.is_signed ? widen_as<std::int8_t>(from, count, step, to)
                            : widen_as<std::uint8_t>(from, count, step, to);
  return layout.is_signed ? widen_as<std::int16_t>(from, count, step, to)
                          : widen_as<std::uint16_t>(from, count, step, to);
}

template <class Sample>
void narrow_as(const std::int32_t* from, std::size_t count, std::size_t step, std::uint8_t* to) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto sample = static_cast<Sample>(from[i]);
    __builtin_memcpy(to + i * step * sizeof sample, &sample, sizeof sample);
  }
}

inline void narrow(const pixel::Layout& layout, const std::int32_t* from, std::size_t count,
                   std::uint8_t* to) {
  const std::size_t step = layout.samples_per_pixel;
  if (layout.bits_allocated == 8) return narrow_as<std::uint8_t>(from, count, step, to);
  narrow_as<std::uint16_t>(from, count, step, to);
}

// Both libraries of JPEG 2000 take these.
[[nodiscard]] inline bool fits_planes(const pixel::Layout& layout) {
  return layout.bits_allocated == 8 || layout.bits_allocated == 16;
}

}  // namespace slipring::peers
