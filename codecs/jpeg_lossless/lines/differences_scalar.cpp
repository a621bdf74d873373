#include <bit>
#include <cstdlib>

#include "codecs/base/bytes.h"
#include "codecs/jpeg_lossless/lines/differences.h"
#include "codecs/jpeg_lossless/lines/predict.h"

namespace slipring::codecs::jpeg_lossless {

void load_line_scalar(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
                      std::span<std::uint16_t* const> planes) {
  for (std::size_t x = 0; x < count; ++x) {
    for (std::uint16_t* plane : planes) {
      plane[x] = sample_bytes == 1 ? *from : load_le<std::uint16_t>(from);
      from += sample_bytes;
    }
  }
}

void differences_scalar(const SourceLine& line, std::uint32_t predictor, std::uint16_t* to) {
  for (std::size_t x = 0; x < line.count; ++x) {
    std::int32_t predicted = 0;
    if (x == 0)
      predicted = line.above == nullptr ? line.start : line.above[0];
    else if (line.above == nullptr)
      predicted = line.now[x - 1];
    else
      predicted = predict(predictor, line.now[x - 1], line.above[x], line.above[x - 1]);
    to[x] = static_cast<std::uint16_t>(line.now[x] - predicted);
  }
}

void pixel_differences_scalar(const std::uint16_t* now, std::size_t count, std::uint32_t components,
                              std::uint16_t* to) {
  for (std::size_t i = 0; i < count; ++i)
    to[i] = static_cast<std::uint16_t>(now[i] - *(now + i - components));
}

void left_differences_scalar(const std::uint8_t* now, std::size_t count, std::uint16_t first,
                             std::uint16_t* to) {
  for (std::size_t x = 0; x < count; ++x) {
    const auto sample = load_le<std::uint16_t>(now + 2 * x);
    to[x] = static_cast<std::uint16_t>(sample - first);
    first = sample;
  }
}

void count_categories_scalar(const std::uint16_t* differences, std::size_t count,
                             Histogram& histogram) {
  for (std::size_t x = 0; x < count; ++x) ++histogram[category_of(differences[x])];
}

void count_left_categories_scalar(const std::uint8_t* frame, std::size_t count, std::size_t columns,
                                  std::uint16_t start, Histogram& histogram) {
  const auto sample = [frame](std::size_t i) { return load_le<std::uint16_t>(frame + 2 * i); };
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t predicted = i == 0 ? start : sample(i % columns == 0 ? i - columns : i - 1);
    ++histogram[category_of(static_cast<std::uint16_t>(sample(i) - predicted))];
  }
}

}  // namespace slipring::codecs::jpeg_lossless
