// plane: the memory one wavelet level works on: a plane of samples, its parity, and its four bands
// (T.800 B.5, F.3.1). Nothing here knows of tiles, code blocks or files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace slipring::codecs::kernels::wavelet {

template <class T>
struct Plane {
  T* at = nullptr;         // of the first row's first sample; any alignment of T
  std::size_t stride = 0;  // samples from a row to the next

  [[nodiscard]] T* row(std::size_t y) const { return at + y * stride; }
  // As T* becomes const T*.
  operator Plane<const T>() const
    requires(!std::is_const_v<T>)
  {
    return {at, stride};
  }
};

// A rectangle of the reference grid, of which a level needs no more than this: low samples are
// those at even absolute coordinates.
struct Region {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool odd_x = false;  // x0 & 1
  bool odd_y = false;  // y0 & 1

  friend bool operator==(const Region&, const Region&) = default;
};

// How many of `length` samples from a coordinate of this parity on are low, and high (T.800 B-15).
[[nodiscard]] constexpr std::uint32_t low_count(std::uint32_t length, bool odd) {
  return length / 2 + (length % 2 != 0 && !odd ? 1 : 0);
}
[[nodiscard]] constexpr std::uint32_t high_count(std::uint32_t length, bool odd) {
  return length - low_count(length, odd);
}

// The bands of one level, named horizontal first: hl is high horizontally and low vertically.
//   ll: low_count(width) x low_count(height)      hl: high_count(width) x low_count(height)
//   lh: low_count(width) x high_count(height)     hh: high_count(width) x high_count(height)
// A band without samples may have no memory.
template <class T>
struct Bands {
  Plane<T> ll, hl, lh, hh;

  // As T* becomes const T*.
  operator Bands<const T>() const
    requires(!std::is_const_v<T>)
  {
    return {ll, hl, lh, hh};
  }
};

}  // namespace slipring::codecs::kernels::wavelet
