// whole_plane: the definition of one wavelet level as the standard tells it, for either filter: all
// columns, then all rows, then the samples parted into bands, in a copy of the plane. Slow,
// obvious.
#pragma once

#include <vector>

#include "codecs/kernels/wavelet/plane.h"

namespace slipring::codecs::kernels::wavelet {

// A row or a column of the plane, filtered where it lies.
template <class T>
struct Line {
  T* at = nullptr;
  std::size_t step = 0;
  std::int64_t length = 0;
  bool odd = false;  // the first sample's coordinate is

  // The signal mirrored at its ends without end (T.800 F.3.7).
  [[nodiscard]] T& operator[](std::int64_t i) const {
    const std::int64_t period = 2 * (length - 1);
    const std::int64_t in_period = ((i % period) + period) % period;
    const std::int64_t mirrored = in_period < length ? in_period : period - in_period;
    return at[static_cast<std::size_t>(mirrored) * step];
  }
  // Index of the first sample at an even coordinate, and at an odd one: they follow by twos.
  [[nodiscard]] std::int64_t first_low() const { return odd ? 1 : 0; }
  [[nodiscard]] std::int64_t first_high() const { return odd ? 0 : 1; }
};

template <class T>
class WholePlane {
 public:
  explicit WholePlane(const Region& region)
      : region_(region), samples_(std::size_t{region.width} * region.height) {}

  [[nodiscard]] T& at(std::uint32_t x, std::uint32_t y) {
    return samples_[std::size_t{y} * region_.width + x];
  }

  void read(Plane<const T> from) {
    for (std::uint32_t y = 0; y < region_.height; ++y)
      for (std::uint32_t x = 0; x < region_.width; ++x) at(x, y) = from.row(y)[x];
  }
  void write(Plane<T> to) {
    for (std::uint32_t y = 0; y < region_.height; ++y)
      for (std::uint32_t x = 0; x < region_.width; ++x) to.row(y)[x] = at(x, y);
  }

  // visit(a sample of the plane, its place in its band): 2D_INTERLEAVE and its inverse (F.3.3).
  template <class U, class Visit>
  void each_of_bands(const Bands<U>& bands, Visit visit) {
    for (std::uint32_t y = 0; y < region_.height; ++y) {
      for (std::uint32_t x = 0; x < region_.width; ++x) {
        const bool high_x = (x % 2 != 0) != region_.odd_x;
        const bool high_y = (y % 2 != 0) != region_.odd_y;
        const Plane<U>& left = high_y ? bands.lh : bands.ll;
        const Plane<U>& right = high_y ? bands.hh : bands.hl;
        visit(at(x, y), (high_x ? right : left).row(y / 2)[x / 2]);
      }
    }
  }

  template <class Filter>
  void each_column(Filter filter) {
    for (std::uint32_t x = 0; x < region_.width; ++x)
      filter(Line<T>{&samples_[x], region_.width, region_.height, region_.odd_y});
  }
  template <class Filter>
  void each_row(Filter filter) {
    for (std::uint32_t y = 0; y < region_.height; ++y)
      filter(Line<T>{&at(0, y), 1, region_.width, region_.odd_x});
  }

 private:
  Region region_;
  std::vector<T> samples_;
};

// 2D_SD (T.800 F.4.2).
template <class T, class Filter>
void forward_whole(Plane<const T> from, const Region& region, const Bands<T>& to, Filter analyse) {
  if (region.width == 0 || region.height == 0) return;
  WholePlane<T> plane(region);
  plane.read(from);
  plane.each_column(analyse);
  plane.each_row(analyse);
  plane.each_of_bands(to, [](T sample, T& in_band) { in_band = sample; });
}

// 2D_SR (T.800 F.3.2).
template <class T, class Filter>
void inverse_whole(const Bands<const T>& from, const Region& region, Plane<T> to,
                   Filter synthesise) {
  if (region.width == 0 || region.height == 0) return;
  WholePlane<T> plane(region);
  plane.each_of_bands(from, [](T& sample, T in_band) { sample = in_band; });
  plane.each_row(synthesise);
  plane.each_column(synthesise);
  plane.write(to);
}

}  // namespace slipring::codecs::kernels::wavelet
