#include "codecs/kernels/wavelet/pyramid.h"

#include <algorithm>
#include <type_traits>

#include "codecs/base/contract.h"
#include "codecs/kernels/wavelet/irreversible.h"
#include "codecs/kernels/wavelet/reversible.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

constexpr std::size_t kRowSamples = 32;  // 64 bytes of the smallest sample
// Between planes, so that rows of the same number in planes of a power of two lie apart in their
// cache sets and in the lower 12 bits of their addresses.
constexpr std::size_t kBetweenPlanes = 9 * kRowSamples;

// An odd number of rows' units: the rows of a column of samples take all cache sets in turn.
std::size_t stride_of(std::uint32_t width) {
  const std::size_t units = (width + kRowSamples - 1) / kRowSamples;
  return (units | 1) * kRowSamples;
}

// ceil((value - 2^(level - 1) * odd) / 2^level) of T.800 B-15; 64 bits hold it all.
std::uint32_t band_bound(std::uint32_t value, std::uint32_t level, bool high) {
  const std::uint64_t divisor = std::uint64_t{1} << level;
  const std::uint64_t offset = high ? divisor / 2 : 0;
  if (value <= offset) return 0;
  return static_cast<std::uint32_t>((value - offset + divisor - 1) / divisor);
}

Rectangle band_rectangle(const Rectangle& of, std::uint32_t level, bool high_x, bool high_y) {
  return {band_bound(of.x0, level, high_x), band_bound(of.y0, level, high_y),
          band_bound(of.x1, level, high_x), band_bound(of.y1, level, high_y)};
}

template <class T>
Plane<T> plane_of(const Band& band, T* memory) {
  return {memory + band.offset, band.stride};
}

void copy_rows(const auto& from, const Rectangle& size, const auto& to) {
  for (std::uint32_t y = 0; y < size.height(); ++y)
    std::copy_n(from.row(y), size.width(), to.row(y));
}

template <class T>
void forward_level(Plane<const T> from, const Region& region, const Bands<T>& to,
                   std::span<T> scratch) {
  if constexpr (std::is_same_v<T, float>)
    forward_irreversible(from, region, to, scratch);
  else
    forward_reversible(from, region, to, scratch);
}

template <class T>
void inverse_level(const Bands<const T>& from, const Region& region, Plane<T> to,
                   std::span<T> scratch) {
  if constexpr (std::is_same_v<T, float>)
    inverse_irreversible(from, region, to, scratch);
  else
    inverse_reversible(from, region, to, scratch);
}

}  // namespace

Pyramid::Pyramid(const Rectangle& tile_component, std::uint32_t levels) : levels_(levels) {
  EXPECTS(levels <= kLevelsMax);
  EXPECTS(tile_component.x0 <= tile_component.x1 && tile_component.y0 <= tile_component.y1);
  bands_.reserve(3 * std::size_t{levels} + 1);
  resolutions_.reserve(std::size_t{levels} + 1);
  const auto place = [this](const Rectangle& rectangle) {
    const std::size_t at = samples_;
    samples_ += stride_of(rectangle.width()) * rectangle.height() + kBetweenPlanes;
    return at;
  };
  const auto add = [&](Orientation orientation, std::uint32_t level, bool high_x, bool high_y) {
    const Rectangle rectangle = band_rectangle(tile_component, level, high_x, high_y);
    bands_.push_back(
        {orientation, level, rectangle, place(rectangle), stride_of(rectangle.width())});
  };
  add(Orientation::LL, levels, false, false);
  for (std::uint32_t level = levels; level > 0; --level) {
    add(Orientation::HL, level, true, false);
    add(Orientation::LH, level, false, true);
    add(Orientation::HH, level, true, true);
  }
  for (std::uint32_t r = 0; r <= levels; ++r)
    resolutions_.push_back(band_rectangle(tile_component, levels - r, false, false));
  for (std::uint32_t k = 0; k < 2 && k + 1 < levels; ++k) {
    const Rectangle& rectangle = resolutions_[levels - 1 - k];
    between_offset_[k] = place(rectangle);
    between_stride_[k] = stride_of(rectangle.width());
  }
  scratch_samples_ = std::max(reversible_scratch(tile_component.width()),
                              irreversible_scratch(tile_component.width()));
}

// The planes of level `level`: its three bands, and its LL, which is a band only of the last.
template <class T>
Bands<T> Pyramid::planes_of(std::uint32_t level, T* memory) const {
  const std::size_t first = 1 + 3 * std::size_t{levels_ - level};
  const std::size_t between = (level + 1) % 2;
  const Plane<T> ll = level == levels_
                          ? plane_of(bands_[0], memory)
                          : Plane<T>{memory + between_offset_[between], between_stride_[between]};
  return {ll, plane_of(bands_[first], memory), plane_of(bands_[first + 1], memory),
          plane_of(bands_[first + 2], memory)};
}

template <class T>
void Pyramid::forward(Plane<const T> from, T* memory, T* scratch) const {
  if (levels_ == 0) copy_rows(from, resolutions_[0], plane_of(bands_[0], memory));
  Plane<const T> ll = from;
  for (std::uint32_t level = 1; level <= levels_; ++level) {
    const Bands<T> planes = planes_of(level, memory);
    forward_level<T>(ll, resolutions_[levels_ - level + 1].region(), planes,
                     {scratch, scratch_samples_});
    ll = planes.ll;
  }
}

template <class T>
Bands<const T> Pyramid::inverse_below(T* memory, std::uint32_t r, T* scratch) const {
  EXPECTS(r >= 1 && r <= levels_);
  for (std::uint32_t done = 1; done < r; ++done) {
    const std::uint32_t level = levels_ - done + 1;
    inverse_level<T>(planes_of(level, memory), resolutions_[done].region(),
                     planes_of(level - 1, memory).ll, {scratch, scratch_samples_});
  }
  return planes_of(levels_ - r + 1, memory);
}

template <class T>
void Pyramid::inverse(T* memory, std::uint32_t r, Plane<T> to, T* scratch) const {
  EXPECTS(r <= levels_);
  if (r == 0) return copy_rows(plane_of(bands_[0], memory), resolutions_[0], to);
  inverse_level<T>(inverse_below(memory, r, scratch), resolutions_[r].region(), to,
                   {scratch, scratch_samples_});
}

#define SLIPRING_INSTANTIATE(T)                                          \
  template void Pyramid::forward(Plane<const T>, T*, T*) const;          \
  template void Pyramid::inverse(T*, std::uint32_t, Plane<T>, T*) const; \
  template Bands<const T> Pyramid::inverse_below(T*, std::uint32_t, T*) const
SLIPRING_INSTANTIATE(std::int16_t);
SLIPRING_INSTANTIATE(std::int32_t);
SLIPRING_INSTANTIATE(float);
#undef SLIPRING_INSTANTIATE

}  // namespace slipring::codecs::kernels::wavelet
