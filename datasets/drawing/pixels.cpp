#include "datasets/drawing/pixels.h"

#include <algorithm>
#include <cstdlib>

#include "datasets/drawing/random.h"
#include "datasets/drawing/shapes.h"

namespace slipring::datasets {

namespace {

constexpr std::size_t kNoisePeriod = std::size_t{1} << 16;
constexpr std::size_t kColumnsMax = std::size_t{1} << 16;
constexpr std::uint64_t kVariants = 4;  // different anatomies a modality and size
constexpr int kWeightOne = 256;         // blend weights are in 256ths

// Near Gaussian, standard deviation about 16, smoothed along the row as a reconstruction kernel
// does.
std::vector<std::int16_t> make_noise() {
  Random random(0x6E6F697365);
  std::vector<int> white(kNoisePeriod + 2);
  for (int& value : white) {
    const std::uint64_t bits = random.next();
    int sum = -4 * 128;
    for (int i = 0; i < 4; ++i) sum += static_cast<int>((bits >> (8 * i)) & 0xFF);
    value = sum;
  }
  std::vector<std::int16_t> noise(kNoisePeriod + kColumnsMax);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    const std::size_t at = i % kNoisePeriod;
    noise[i] = static_cast<std::int16_t>((white[at] + 2 * white[at + 1] + white[at + 2]) / 22);
  }
  return noise;
}

// How one row of a modality comes out of its two planes and the noise. Simple loops over int: the
// compiler makes vectors of them.
struct Row {
  const std::int16_t* first;
  const std::int16_t* last;
  const std::int16_t* noise;
  int weight;
  std::size_t columns;

  [[nodiscard]] int blend(std::size_t i) const {
    return first[i] + ((last[i] - first[i]) * weight) / kWeightOne;
  }
};

void ct_row(const Row& row, bool is_signed, std::uint16_t* out) {
  const int offset = is_signed ? 0 : kUnsignedCtOffset;
  const int low = is_signed ? -1024 : 0;
  const int high = is_signed ? 3071 : 4095;
  const int outside = is_signed ? kOutsideField : 0;
  for (std::size_t i = 0; i < row.columns; ++i) {
    const int value = std::clamp(row.blend(i) + row.noise[i] + offset, low, high);
    out[i] = static_cast<std::uint16_t>(row.first[i] == kOutsideField ? outside : value);
  }
}

// The magnitude of a noisy signal: never negative, and noise in the air too.
void mr_row(const Row& row, std::uint16_t* out) {
  for (std::size_t i = 0; i < row.columns; ++i)
    out[i] = static_cast<std::uint16_t>(std::min(std::abs(row.blend(i) + row.noise[i]), 4095));
}

void cr_row(const Row& row, std::uint16_t* out) {
  for (std::size_t i = 0; i < row.columns; ++i)
    out[i] = static_cast<std::uint16_t>(std::clamp(row.blend(i) + row.noise[i] / 2, 0, 4095));
}

// Speckle grows with the echo.
void us_row(const Row& row, std::uint8_t* out) {
  for (std::size_t i = 0; i < row.columns; ++i) {
    const int echo = row.blend(i);
    const auto grey =
        static_cast<std::uint8_t>(std::clamp(echo + echo * row.noise[i] / 64, 0, 255));
    out[3 * i] = grey;
    out[3 * i + 1] = grey;
    out[3 * i + 2] = grey;
  }
}

// Blocks of 5 x 7 random dots, twice as large: to a codec, text.
void burn_text(const Image& image, Random& random, MutableBytes out) {
  constexpr std::uint32_t kGlyphWidth = 12;
  constexpr std::uint32_t kGlyphHeight = 16;
  if (image.rows < 4 * kGlyphHeight || image.columns < 4 * kGlyphWidth) return;
  const std::uint32_t glyphs = image.columns / kGlyphWidth / 2;
  for (std::uint32_t line = 0; line < 2; ++line) {
    for (std::uint32_t glyph = 0; glyph < glyphs; ++glyph) {
      const std::uint64_t dots = random.next();
      for (std::uint32_t y = 0; y < 14; ++y)
        for (std::uint32_t x = 0; x < 10; ++x) {
          if (((dots >> (y / 2 * 5 + x / 2)) & 1) == 0) continue;
          const std::size_t row = 4 + line * kGlyphHeight + y;
          const std::size_t column = 4 + glyph * kGlyphWidth + x;
          std::fill_n(out.data() + 3 * (row * image.columns + column), 3, std::uint8_t{255});
        }
    }
  }
}

// A colour bar at the right, and a box where flow is shown in red and blue.
void burn_colour(const Image& image, Random& random, MutableBytes out) {
  const std::uint32_t top = image.rows / 3;
  const std::uint32_t left = image.columns / 3;
  for (std::uint32_t r = top; r < 2 * top; ++r)
    for (std::uint32_t c = left; c < 2 * left; ++c) {
      std::uint8_t* pixel = out.data() + 3 * (std::size_t{r} * image.columns + c);
      if (pixel[0] > 40) continue;
      pixel[0] = static_cast<std::uint8_t>(c % 64 < 32 ? 180 + random.below(60) : 10);
      pixel[1] = static_cast<std::uint8_t>(r / 2 % 40);
      pixel[2] = static_cast<std::uint8_t>(c % 64 < 32 ? 10 : 180 + random.below(60));
    }
  for (std::uint32_t r = 0; r < image.rows; ++r) {
    std::uint8_t* pixel = out.data() + 3 * (std::size_t{r} * image.columns + image.columns - 12);
    for (int i = 0; i < 8; ++i, pixel += 3) {
      pixel[0] = static_cast<std::uint8_t>(255 * r / image.rows);
      pixel[2] = static_cast<std::uint8_t>(255 - pixel[0]);
    }
  }
}

}  // namespace

PixelFactory::PixelFactory() : noise_(make_noise()) {}

const PixelFactory::Shapes& PixelFactory::shapes_of(const Image& image, std::uint64_t variant) {
  const auto key = std::tuple(image.modality, image.rows, image.columns, variant);
  const auto found = shapes_.find(key);
  if (found != shapes_.end()) return found->second;
  const std::uint64_t seed = mix(variant, static_cast<std::uint64_t>(image.modality));
  return shapes_
      .emplace(key, Shapes{draw_shapes(image.modality, image.rows, image.columns, mix(seed, 1)),
                           draw_shapes(image.modality, image.rows, image.columns, mix(seed, 2))})
      .first->second;
}

void PixelFactory::draw_samples(const Image& image, const Shapes& shapes, int weight,
                                std::uint64_t seed, MutableBytes out) const {
  Random random(seed);
  std::vector<std::uint16_t> line(image.columns);
  for (std::uint32_t r = 0; r < image.rows; ++r) {
    const std::size_t at = std::size_t{r} * image.columns;
    const Row row{shapes.first.data() + at, shapes.last.data() + at,
                  noise_.data() + random.below(kNoisePeriod), weight, image.columns};
    switch (image.modality) {
      case Modality::CT:
        ct_row(row, image.is_signed, line.data());
        break;
      case Modality::MR:
        mr_row(row, line.data());
        break;
      case Modality::CR:
      case Modality::US:
        cr_row(row, line.data());
        break;
    }
    std::memcpy(out.data() + 2 * at, line.data(), 2 * line.size());
  }
}

void PixelFactory::draw_ultrasound(const Image& image, const Shapes& shapes, int weight,
                                   std::uint64_t seed, MutableBytes out) const {
  Random random(seed);
  for (std::uint32_t r = 0; r < image.rows; ++r) {
    const std::size_t at = std::size_t{r} * image.columns;
    const Row row{shapes.first.data() + at, shapes.last.data() + at,
                  noise_.data() + random.below(kNoisePeriod), weight, image.columns};
    us_row(row, out.data() + 3 * at);
  }
  if (seed % 3 == 0 && image.columns >= 64) burn_colour(image, random, out);
  burn_text(image, random, out);
}

void PixelFactory::draw(const Image& image, std::uint64_t series_seed, double place,
                        std::uint64_t frame_seed, MutableBytes out) {
  const Shapes& shapes = shapes_of(image, series_seed % kVariants);
  const int weight = static_cast<int>(place * kWeightOne);
  if (image.modality == Modality::US)
    return draw_ultrasound(image, shapes, weight, frame_seed, out);
  draw_samples(image, shapes, weight, frame_seed, out);
}

}  // namespace slipring::datasets
