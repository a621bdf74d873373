#include "codecs/jpeg/extended/idct.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::jpeg::extended {
namespace {

struct Blocks {
  std::vector<std::int16_t> coefficients;
  std::vector<std::uint8_t> ends;
  std::vector<std::int32_t> steps;
  std::vector<std::uint16_t> samples;
  std::size_t count;

  Blocks(std::size_t blocks, int max, int step, unsigned seed)
      : coefficients((blocks + 1) * kBlockSamples),
        ends(blocks + 1, 63),
        steps(kBlockSamples, step),
        samples((blocks + 1) * kBlockSamples, 0xFFFF),
        count(blocks) {
    std::mt19937 random(seed);
    // Every third block is its first coefficient alone, every third lies in its first quarter.
    for (std::size_t i = 0; i < blocks * kBlockSamples; ++i) {
      const std::size_t kind = (i / kBlockSamples + seed / 2) / 2 % 3;
      const std::size_t place = i % kBlockSamples;
      const bool in_quarter = place / kBlockSide + place % kBlockSide < 4;
      if (kind == 1) ends[i / kBlockSamples] = 0;
      if (kind == 2) ends[i / kBlockSamples] = 9;  // four diagonals of the zigzag, T.81 figure A.6
      if ((kind == 1 && place != 0) || (kind == 2 && !in_quarter)) continue;
      coefficients[i] =
          static_cast<std::int16_t>(static_cast<int>(random() % (2U * max + 1)) - max);
    }
  }
  BlockRow row() {
    return {coefficients.data(), ends.data(),    count,
            steps.data(),        samples.data(), (count + 1) * kBlockSide};
  }
  [[nodiscard]] std::vector<std::uint16_t> pixels() const {
    std::vector<std::uint16_t> all;
    for (std::size_t y = 0; y < kBlockSide; ++y)
      all.insert(all.end(), &samples[y * (count + 1) * kBlockSide],
                 &samples[y * (count + 1) * kBlockSide] + count * kBlockSide);
    return all;
  }
};

TEST(Idct, EveryTargetAgreesWithTheScalarTransformForAnyCoefficients) {
  test::for_every_target([] {
    unsigned seed = 0;
    for (const int max : {1, 40, 2000, 32767}) {
      for (const int step : {1, 16, 255, 65535}) {
        for (std::size_t count = 1; count <= 13; ++count) {
          Blocks ours(count, max, step, ++seed);
          Blocks right(count, max, step, seed);
          inverse_dct(ours.row());
          inverse_dct_scalar(right.row());
          ASSERT_EQ(ours.pixels(), right.pixels()) << max << " " << step << " " << count;
        }
      }
    }
  });
}

// T.81 A.3.3 by its defining sum.
TEST(Idct, StaysWithinOneOfTheDefiningSum) {
  Blocks blocks(3, 60, 5, 7);
  inverse_dct_scalar(blocks.row());
  for (std::size_t n = 0; n < blocks.count; ++n) {
    for (unsigned y = 0; y < kBlockSide; ++y) {
      for (unsigned x = 0; x < kBlockSide; ++x) {
        double sum = 0;
        for (unsigned k = 0; k < kBlockSamples; ++k) {
          const unsigned v = k / 8, u = k % 8;
          const double scale =
              (u == 0 ? std::numbers::sqrt2 / 2 : 1) * (v == 0 ? std::numbers::sqrt2 / 2 : 1) / 4;
          sum += scale * 5 * blocks.coefficients[n * kBlockSamples + k] *
                 std::cos((2 * x + 1) * u * std::numbers::pi / 16) *
                 std::cos((2 * y + 1) * v * std::numbers::pi / 16);
        }
        const double right = std::clamp(sum + 2048, 0.0, 4095.0);
        const std::size_t at = y * (blocks.count + 1) * kBlockSide + n * kBlockSide + x;
        ASSERT_NEAR(blocks.samples[at], right, 1) << n << " " << y << " " << x;
      }
    }
  }
}

}  // namespace
}  // namespace slipring::codecs::jpeg::extended
