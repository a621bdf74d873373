#include "codecs/base/contract.h"
#include "codecs/jpeg_lossless/lines/predict.h"

namespace slipring::codecs::jpeg_lossless {

// Table H.1. The shifts are arithmetic, as its footnote says.
std::int32_t predict(std::uint32_t predictor, std::int32_t a, std::int32_t b, std::int32_t c) {
  switch (predictor) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    case 7:
      return (a + b) >> 1;
    default:
      EXPECTS(false);
  }
}

std::uint16_t reconstruct_line_scalar(const Line& line, std::uint32_t predictor) {
  std::uint16_t all = 0;
  for (std::size_t x = 0; x < line.count; ++x) {
    const std::int32_t b = line.above[x];
    const std::int32_t predicted =
        x == 0 ? b : predict(predictor, line.now[x - 1], b, line.above[x - 1]);
    line.now[x] = static_cast<std::uint16_t>(predicted + line.differences[x]);
    all |= line.now[x];
  }
  return all;
}

std::uint16_t reconstruct_first_line_scalar(const Line& line, std::uint16_t start) {
  std::uint16_t all = 0;
  std::uint16_t left = start;
  for (std::size_t x = 0; x < line.count; ++x) {
    left = static_cast<std::uint16_t>(left + line.differences[x]);
    line.now[x] = left;
    all |= left;
  }
  return all;
}

}  // namespace slipring::codecs::jpeg_lossless
