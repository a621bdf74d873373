#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "codecs/kernels/wavelet/pyramid.h"
#include "codecs/kernels/wavelet/reversible.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

using Taps = std::vector<double>;  // sums of powers of two: exact for the few levels here

Taps convolved(const Taps& a, const Taps& b, std::size_t step) {
  Taps sum((b.size() - 1) * step + a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t k = 0; k < b.size(); ++k) sum[i + k * step] += a[i] * b[k];
  return sum;
}

// The 5/3 filters in sequence: the high band of each level as taps on the image.
std::vector<Taps> high_bands(std::size_t levels) {
  const Taps low = {-0.125, 0.25, 0.75, 0.25, -0.125};
  const Taps high = {-0.5, 1, -0.5};
  std::vector<Taps> bands;
  Taps so_far = {1};
  for (std::size_t level = 0; level < levels; ++level) {
    bands.push_back(convolved(so_far, high, std::size_t{1} << level));
    so_far = convolved(so_far, low, std::size_t{1} << level);
  }
  return bands;
}

double gain(const Taps& taps) {
  double sum = 0;
  for (const double tap : taps) sum += std::abs(tap);
  return sum;
}

// Samples of -2^(bits - 1) .. 2^(bits - 1) - 1 on which the largest sample in the middle of HH of
// the coarsest level is as large as can be: each pushes it upwards.
std::vector<std::int32_t> worst_image(std::uint32_t side, std::uint32_t levels, std::uint32_t bits,
                                      bool upwards) {
  const Taps taps = high_bands(levels).back();
  const auto half = static_cast<std::ptrdiff_t>(taps.size() / 2);
  // The coordinate of the high sample next to the middle: odd multiples of 2^(levels - 1).
  const std::ptrdiff_t step = std::ptrdiff_t{1} << (levels - 1);
  const std::ptrdiff_t centre =
      (static_cast<std::ptrdiff_t>(side / 2) / (2 * step)) * 2 * step + step;
  const std::int32_t low = -(1 << (bits - 1));
  std::vector<std::int32_t> image(std::size_t{side} * side);
  const auto tap = [&](std::uint32_t at) {
    const std::ptrdiff_t i = static_cast<std::ptrdiff_t>(at) - centre + half;
    return i >= 0 && i < static_cast<std::ptrdiff_t>(taps.size())
               ? taps[static_cast<std::size_t>(i)]
               : 0;
  };
  for (std::uint32_t y = 0; y < side; ++y)
    for (std::uint32_t x = 0; x < side; ++x)
      image[std::size_t{y} * side + x] = (tap(x) * tap(y) > 0) == upwards ? -low - 1 : low;
  return image;
}

// All bands by T.
template <class T>
std::vector<std::int32_t> transformed(const std::vector<std::int32_t>& image, std::uint32_t side,
                                      std::uint32_t levels) {
  const Pyramid pyramid({0, 0, side, side}, levels);
  const std::vector<T> narrow(image.begin(), image.end());
  std::vector<T> memory(pyramid.samples()), scratch(pyramid.scratch_samples());
  pyramid.forward<T>({narrow.data(), side}, memory.data(), scratch.data());
  std::vector<std::int32_t> all;
  for (const Band& band : pyramid.bands())
    for (std::uint32_t y = 0; y < band.rectangle.height(); ++y)
      for (std::uint32_t x = 0; x < band.rectangle.width(); ++x)
        all.push_back(memory[band.offset + y * band.stride + x]);
  return all;
}

constexpr std::uint32_t kSide = 320;

TEST(ReversibleRange, TheRuleFollowsTheGainsOfTheFilters) {
  const std::vector<Taps> bands = high_bands(12);
  EXPECT_NEAR(gain(bands[0]), 2, 1e-9);
  EXPECT_NEAR(gain(bands[1]), 2.5, 1e-9);
  EXPECT_NEAR(gain(bands[4]), 2.8198, 1e-4);
  for (const Taps& taps : bands) EXPECT_LT(gain(taps), 2.875);
  for (std::uint32_t levels = 1; levels <= 12; ++levels) {
    const double both = gain(bands[levels - 1]) * gain(bands[levels - 1]);
    for (std::uint32_t bits = 1; bits <= 16; ++bits) {
      const double worst = std::ldexp(both, static_cast<int>(bits) - 1);
      EXPECT_TRUE(worst < 32768 || !fits_int16(bits, levels, false)) << bits << " " << levels;
      EXPECT_EQ(fits_int16(bits, levels, true), fits_int16(bits + 1, levels, false));
    }
  }
}

TEST(ReversibleRange, TwelveBitsFitAtAnyLevelAndThirteenUpToFive) {
  for (std::uint32_t levels = 0; levels <= kLevelsMax; ++levels) {
    EXPECT_TRUE(fits_int16(12, levels, false)) << levels;
    EXPECT_EQ(fits_int16(13, levels, false), levels <= 5) << levels;
    EXPECT_EQ(fits_int16(14, levels, false), levels == 0) << levels;
    EXPECT_TRUE(fits_int32(28, levels, false)) << levels;
    EXPECT_EQ(fits_int32(29, levels, false), levels <= 5) << levels;
  }
  EXPECT_TRUE(fits_int16(16, 0, false));
  EXPECT_FALSE(fits_int16(16, 0, true));
  EXPECT_FALSE(fits_int16(15, 0, true));  // the sum of two chrominances
  EXPECT_TRUE(fits_int16(14, 0, true));
  EXPECT_TRUE(fits_int32(32, 0, false));
}

TEST(ReversibleRange, SaturatedImagesThatPushACoefficientFurthestComeOutTheSameInSixteenBits) {
  for (std::uint32_t levels = 1; levels <= 6; ++levels) {
    for (const std::uint32_t bits : {8U, 12U, 13U}) {
      if (!fits_int16(bits, levels, false)) continue;
      for (const bool upwards : {false, true}) {
        const auto image = worst_image(kSide, levels, bits, upwards);
        const auto wide = transformed<std::int32_t>(image, kSide, levels);
        ASSERT_EQ(transformed<std::int16_t>(image, kSide, levels), wide) << bits << " " << levels;
      }
    }
  }
}

// So the images are as bad as they claim, and the rule is no stricter than it must be.
TEST(ReversibleRange, ThoseImagesReachTheGainAndOneBitMoreDoesNotFit) {
  for (std::uint32_t levels = 1; levels <= 5; ++levels) {
    const double one = gain(high_bands(levels).back());
    const auto wide =
        transformed<std::int32_t>(worst_image(kSide, levels, 13, true), kSide, levels);
    std::int32_t largest = 0;
    for (const std::int32_t sample : wide) largest = std::max(largest, std::abs(sample));
    EXPECT_GT(largest, one * one * 4096 * 0.995 - 64) << levels;
    const auto image = worst_image(kSide, levels, 14, true);
    if (one * one * 8192 > 32768 * 1.02) {
      EXPECT_NE(transformed<std::int16_t>(image, kSide, levels),
                transformed<std::int32_t>(image, kSide, levels))
          << levels;
    }
  }
}

}  // namespace
}  // namespace slipring::codecs::kernels::wavelet
