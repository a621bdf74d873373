// differences: what an encoder sends of a line, and how often each category occurs (ITU-T T.81
// H.1.2). All neighbours are known, so that every predictor goes by vectors.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "codecs/jpeg_lossless/encode/optimal_table.h"

namespace slipring::codecs::jpeg_lossless {

// Lines lie in memory of ours: kSourceMargin samples before the first may be written, kSourceSlack
// behind the last may be read, and as many differences written.
inline constexpr std::size_t kSourceMargin = 32;
inline constexpr std::size_t kSourceSlack = 32;

// One line of interleaved samples of 1 or 2 bytes, from[0] to the last, into a line of each
// component. One to four planes.
void load_line(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
               std::span<std::uint16_t* const> planes);

struct SourceLine {
  std::uint16_t* above = nullptr;  // null: the first line, predicted from the left
  std::uint16_t* now = nullptr;    // now[-1] and above[-1] are written
  std::size_t count = 0;
  std::uint16_t start = 0;  // of the first line: the prediction of its first sample
};
void differences(const SourceLine& line, std::uint32_t predictor, std::uint16_t* to);

// Predictor 1 where pixels of several components are one line: each sample less that of the pixel
// before. now[-components] to now[-1]: what the first pixel is predicted from.
void pixel_differences(const std::uint16_t* now, std::size_t count, std::uint32_t components,
                       std::uint16_t* to);

// Predictor 1 of a line of one component of 2 bytes as it lies in the frame, nothing behind it
// read: at least one sample; the first is predicted as `first`.
void left_differences(const std::uint8_t* now, std::size_t count, std::uint16_t first,
                      std::uint16_t* to);

// Adds to the histogram.
void count_categories(const std::uint16_t* differences, std::size_t count, Histogram& histogram);

// The same of what left_differences() gives of all lines of a frame, which are not kept: `count`
// samples, a multiple of `columns`, the first one predicted as `start`, the first of each other
// line from the one above.
void count_left_categories(const std::uint8_t* frame, std::size_t count, std::size_t columns,
                           std::uint16_t start, Histogram& histogram);

// The definition of right.
void load_line_scalar(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
                      std::span<std::uint16_t* const> planes);
void differences_scalar(const SourceLine& line, std::uint32_t predictor, std::uint16_t* to);
void pixel_differences_scalar(const std::uint16_t* now, std::size_t count, std::uint32_t components,
                              std::uint16_t* to);
void left_differences_scalar(const std::uint8_t* now, std::size_t count, std::uint16_t first,
                             std::uint16_t* to);
void count_categories_scalar(const std::uint16_t* differences, std::size_t count,
                             Histogram& histogram);
void count_left_categories_scalar(const std::uint8_t* frame, std::size_t count, std::size_t columns,
                                  std::uint16_t start, Histogram& histogram);

// Table H.2: the bits of a difference's size.
[[nodiscard]] inline std::uint32_t category_of(std::uint16_t difference) {
  const int value = static_cast<std::int16_t>(difference);
  return static_cast<std::uint32_t>(std::bit_width(static_cast<unsigned>(std::abs(value))));
}

}  // namespace slipring::codecs::jpeg_lossless
