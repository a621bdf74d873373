// predict: a line of samples from its differences and the line above (ITU-T T.81 H.1.2.1, Table
// H.1). One line of one component, 16-bit lanes: wrapping around is the standard's modulo 65,536.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slipring::codecs::jpeg_lossless {

// Table H.1: a is the sample at the left, b the one above, c the one above a. The result is to be
// taken modulo 65,536. Predictor 1 to 7.
[[nodiscard]] std::int32_t predict(std::uint32_t predictor, std::int32_t a, std::int32_t b,
                                   std::int32_t c);

// Lines are in memory of ours: kLineMargin samples before the first may be written, and up to
// kLineSlack samples behind the last may be read and written.
inline constexpr std::size_t kLineMargin = 32;
inline constexpr std::size_t kLineSlack = 32;

struct Line {
  const std::uint16_t* differences = nullptr;
  std::uint16_t* above = nullptr;  // reconstructed; above[-1] is written
  std::uint16_t* now = nullptr;    // becomes the line
  std::size_t count = 0;           // at least 1
};

// Any line but the first: the first sample is predicted from above, the others by `predictor`, 1 to
// 7. Returns the OR of all samples.
std::uint16_t reconstruct_line(const Line& line, std::uint32_t predictor);
// The first line of a scan or restart interval, or a part of one: each sample from its left, the
// first from `start`. `above` is not read.
std::uint16_t reconstruct_first_line(const Line& line, std::uint16_t start);

// The definition of right.
std::uint16_t reconstruct_line_scalar(const Line& line, std::uint32_t predictor);
std::uint16_t reconstruct_first_line_scalar(const Line& line, std::uint16_t start);

}  // namespace slipring::codecs::jpeg_lossless
