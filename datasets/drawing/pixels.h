// Pixels: frames that look to a codec like those of real devices. Smooth shapes, organs with soft
// edges, correlated noise, constant background outside the field of view, burnt-in text in
// ultrasound. Takes what the image is, a series and a place in it; gives one canonical frame.
// Shapes are drawn once per modality and size and blended, so that a frame costs one pass over its
// samples.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "codecs/base/bytes.h"

namespace slipring::datasets {

enum class Modality : std::uint8_t { CT, MR, CR, US };
inline constexpr int kModalityCount = 4;

struct Image {
  Modality modality = Modality::CT;
  std::uint32_t rows = 512;
  std::uint32_t columns = 512;
  std::uint32_t frames = 1;
  std::uint16_t samples = 1;
  std::uint16_t bits_allocated = 16;
  std::uint16_t bits_stored = 12;
  bool is_signed = false;

  [[nodiscard]] std::uint64_t frame_bytes() const {
    return std::uint64_t{rows} * columns * samples * (bits_allocated / 8);
  }
};

// Outside a CT's field of view, in Hounsfield units; also its Pixel Padding Value when signed.
inline constexpr int kOutsideField = -2000;
inline constexpr int kUnsignedCtOffset = 1024;

class PixelFactory {
 public:
  PixelFactory();
  // `place`: 0 to 1, where in the series. `out`: image.frame_bytes().
  void draw(const Image& image, std::uint64_t series_seed, double place, std::uint64_t frame_seed,
            MutableBytes out);

 private:
  using Plane = std::vector<std::int16_t>;
  struct Shapes {  // at the two ends of a series
    Plane first;
    Plane last;
  };
  const Shapes& shapes_of(const Image& image, std::uint64_t variant);
  void draw_samples(const Image& image, const Shapes& shapes, int weight, std::uint64_t seed,
                    MutableBytes out) const;
  void draw_ultrasound(const Image& image, const Shapes& shapes, int weight, std::uint64_t seed,
                       MutableBytes out) const;

  std::vector<std::int16_t> noise_;
  std::map<std::tuple<Modality, std::uint32_t, std::uint32_t, std::uint64_t>, Shapes> shapes_;
};

}  // namespace slipring::datasets
