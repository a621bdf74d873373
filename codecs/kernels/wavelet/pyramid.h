// pyramid: where all bands of a tile-component lie in one piece of memory, and the transform of all
// levels over it, either way. Takes a rectangle of the reference grid and a number of levels; knows
// nothing of components, code blocks or files.
#pragma once

#include <array>
#include <vector>

#include "codecs/kernels/wavelet/plane.h"

namespace slipring::codecs::kernels::wavelet {

inline constexpr std::uint32_t kLevelsMax = 32;  // T.800 Table A.15

struct Rectangle {
  std::uint32_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;  // upper bounds exclusive

  [[nodiscard]] std::uint32_t width() const { return x1 - x0; }
  [[nodiscard]] std::uint32_t height() const { return y1 - y0; }
  [[nodiscard]] Region region() const { return {width(), height(), x0 % 2 != 0, y0 % 2 != 0}; }
  friend bool operator==(const Rectangle&, const Rectangle&) = default;
};

enum class Orientation : std::uint8_t { LL, HL, LH, HH };

// A band: its rectangle (T.800 B-15) and its place in the memory of the pyramid, in samples.
struct Band {
  Orientation orientation = Orientation::LL;
  std::uint32_t level = 0;  // decomposition level n_b: 1 is the finest
  Rectangle rectangle;
  std::size_t offset = 0;
  std::size_t stride = 0;
};

class Pyramid {
 public:
  // `tile_component`: x0 <= x1, y0 <= y1 (T.800 B-12); levels at most kLevelsMax, 0 for none: the
  // one band then is the rectangle itself. Planning allocates only this object's small lists.
  Pyramid(const Rectangle& tile_component, std::uint32_t levels);

  [[nodiscard]] std::uint32_t levels() const { return levels_; }
  // In the order of the codestream's resolutions (T.800 B.6): LL of the coarsest level, then HL, LH
  // and HH of each level from the coarsest to the finest: 3 * levels() + 1.
  [[nodiscard]] const std::vector<Band>& bands() const { return bands_; }
  // The rectangle of resolution r (T.800 B-14): 0 is the coarsest LL, levels() the whole.
  [[nodiscard]] const Rectangle& resolution(std::uint32_t r) const { return resolutions_[r]; }

  // Samples of memory for all bands and what lies between the levels. Rows of bands start at
  // multiples of 64 bytes where the memory does, with strides that do not fall on each other's
  // cache sets.
  [[nodiscard]] std::size_t samples() const { return samples_; }
  [[nodiscard]] std::size_t scratch_samples() const { return scratch_samples_; }

  // `from`: a plane of the rectangle's size; stays as it is. `memory`: samples(), `scratch`:
  // scratch_samples(). T: int16_t, int32_t (5/3) or float (9/7).
  template <class T>
  void forward(Plane<const T> from, T* memory, T* scratch) const;

  // The image of resolution r, 0 to levels(), from the bands of resolutions 0 to r, which stay as
  // they are. `to`: a plane of that resolution's size.
  template <class T>
  void inverse(T* memory, std::uint32_t r, Plane<T> to, T* scratch) const;

  // The same but for the last level, r at least 1: what that level takes.
  template <class T>
  [[nodiscard]] Bands<const T> inverse_below(T* memory, std::uint32_t r, T* scratch) const;

 private:
  template <class T>
  [[nodiscard]] Bands<T> planes_of(std::uint32_t level, T* memory) const;

  std::uint32_t levels_ = 0;
  std::vector<Band> bands_;
  std::vector<Rectangle> resolutions_;
  // Planes of the LL between levels, which take turns: the finest lies in the first.
  std::array<std::size_t, 2> between_offset_ = {};
  std::array<std::size_t, 2> between_stride_ = {};
  std::size_t samples_ = 0;
  std::size_t scratch_samples_ = 0;
};

}  // namespace slipring::codecs::kernels::wavelet
