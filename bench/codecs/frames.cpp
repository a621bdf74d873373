#include "bench/codecs/frames.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace slipring::bench {
namespace {

// xorshift64*: deterministic everywhere.
class Noise {
 public:
  std::uint32_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>(state_ * 0x2545F4914F6CDD1DULL >> 32);
  }
  // Close to a normal distribution of standard deviation about 1: twelve uniform numbers.
  double normal() {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += next() / 4294967296.0;
    return sum;
  }

 private:
  std::uint64_t state_ = 0x9E3779B97F4A7C15ULL;
};

}  // namespace

Frame synthetic_ct(std::uint32_t rows, std::uint32_t columns) {
  Frame frame{"synthetic_ct", {rows, columns, 1, 16, 12, 11, false}, {}};
  frame.pixels.resize(std::size_t{rows} * columns * 2);
  Noise noise;
  for (std::uint32_t y = 0; y < rows; ++y) {
    for (std::uint32_t x = 0; x < columns; ++x) {
      const double u = 2.0 * x / columns - 1.0;
      const double v = 2.0 * y / rows - 1.0;
      const double radius = u * u + 1.4 * v * v;
      double value = 0;
      if (radius < 0.97) value = 24 + 12 * noise.normal();  // air inside the field of view
      if (radius < 0.7) {
        value = 1040 + 90 * std::sin(7 * u) * std::cos(5 * v) + 14 * noise.normal();
        if (std::hypot(u * 2.6 - 0.3, v * 3.1 - 0.8) < 0.55) value += 700;   // bone
        if (std::hypot(std::abs(u) * 3 - 1.2, v * 2.1) < 0.6) value -= 780;  // lungs
      }
      const auto sample = static_cast<std::uint16_t>(std::clamp(value, 0.0, 4095.0));
      store_le<std::uint16_t>(&frame.pixels[(std::size_t{y} * columns + x) * 2], sample);
    }
  }
  return frame;
}

Frame synthetic_us(std::uint32_t rows, std::uint32_t columns) {
  Frame frame{"synthetic_us", {rows, columns, 3, 8, 8, 7, false}, {}};
  frame.pixels.assign(std::size_t{rows} * columns * 3, 0);
  Noise noise;
  for (std::uint32_t y = 0; y < rows; ++y) {
    for (std::uint32_t x = 0; x < columns; ++x) {
      std::uint8_t* pixel = &frame.pixels[(std::size_t{y} * columns + x) * 3];
      const double u = 2.0 * x / columns - 1.0;
      const double v = static_cast<double>(y) / rows;
      if (v > 0.08 && std::hypot(u, v) < 0.95 && std::abs(u) < 0.75 * v) {
        const double echo = 60 + 50 * std::sin(23 * v) + 28 * noise.normal();
        std::fill_n(pixel, 3, static_cast<std::uint8_t>(std::clamp(echo, 0.0, 255.0)));
      } else if (u > 0.92 && v > 0.2 && v < 0.6) {
        pixel[0] = static_cast<std::uint8_t>(255 * v);
        pixel[2] = 200;
      }
    }
  }
  return frame;
}

}  // namespace slipring::bench
