#include "codecs/kernels/wavelet/irreversible.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/codecs/kernels/every_target.h"
#include "tests/codecs/kernels/wavelet/guarded_plane.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

using test::Guard;
using test::GuardedBands;
using test::GuardedPlane;

std::string name_of(const Region& region) {
  return std::to_string(region.width) + "x" + std::to_string(region.height) +
         (region.odd_x ? " odd x" : "") + (region.odd_y ? " odd y" : "");
}

// Bit for bit: == would not tell 0 from -0.
std::vector<std::uint32_t> bits_of(const std::vector<float>& samples) {
  std::vector<std::uint32_t> bits(samples.size());
  if (!samples.empty()) std::memcpy(bits.data(), samples.data(), samples.size() * sizeof(float));
  return bits;
}

std::vector<float> bands_of(const std::vector<float>& plane, const Region& region) {
  GuardedBands<float> bands(plane.size());
  forward_irreversible_scalar({plane.data(), region.width}, region,
                              bands.shape(region, 0, Guard::Behind));
  return bands.samples();
}

// The 9/7 filters as taps, in doubles: low pass with a gain of 1 for a constant over low
// coordinates, high pass with a gain of 2 for the fastest wave over high ones.
double filtered(const std::vector<float>& row, std::size_t at, bool high) {
  static const std::vector<double> low_taps = {0.6029490182363579, 0.2668641184428723,
                                               -0.07822326652898785, -0.01686411844287495,
                                               0.02674875741080976};
  static const std::vector<double> high_taps = {1.115087052456994, -0.5912717631142470,
                                                -0.05754352622849957, 0.09127176311424948};
  const std::vector<double>& taps = high ? high_taps : low_taps;
  const auto length = static_cast<std::ptrdiff_t>(row.size());
  const auto sample = [&](std::ptrdiff_t i) {
    const std::ptrdiff_t period = 2 * (length - 1);
    i = ((i % period) + period) % period;
    return static_cast<double>(row[static_cast<std::size_t>(i < length ? i : period - i)]);
  };
  const auto centre = static_cast<std::ptrdiff_t>(at);
  double sum = taps[0] * sample(centre);
  for (std::ptrdiff_t k = 1; k < static_cast<std::ptrdiff_t>(taps.size()); ++k)
    sum += taps[static_cast<std::size_t>(k)] * (sample(centre - k) + sample(centre + k));
  return sum;
}

TEST(Irreversible, ARowComesOutAsTheFiltersOfTheStandardSay) {
  const std::vector<float> row = test::random_samples<float>(23, 5);
  for (const bool odd : {false, true}) {
    const std::vector<float> bands = bands_of(row, {23, 1, odd, false});
    const std::uint32_t lows = low_count(23, odd);
    for (std::uint32_t x = 0; x < 23; ++x) {
      const bool high = (x % 2 != 0) != odd;
      EXPECT_NEAR(bands[(high ? lows : 0) + x / 2], filtered(row, x, high), 2e-3) << x;
    }
  }
}

TEST(Irreversible, AConstantIsAllInTheLowBand) {
  const std::vector<float> bands = bands_of(std::vector<float>(36, 1000.0F), {6, 6, false, false});
  for (std::size_t i = 0; i < 36; ++i) EXPECT_NEAR(bands[i], i < 9 ? 1000.0F : 0.0F, 2e-3) << i;
}

TEST(Irreversible, ASingleSampleIsCopiedAtAnEvenCoordinateAndDoubledAtAnOddOne) {
  EXPECT_EQ(bands_of({-7}, {1, 1, false, false}), (std::vector<float>{-7}));
  EXPECT_EQ(bands_of({-7}, {1, 1, false, true}), (std::vector<float>{-14}));
  EXPECT_EQ(bands_of({-7}, {1, 1, true, true}), (std::vector<float>{-28}));
}

class IrreversibleOf : public testing::Test {
 protected:
  static constexpr std::size_t kSamplesMax = 40000;
  GuardedPlane<float> plane_{kSamplesMax};
  GuardedBands<float> bands_{kSamplesMax};
  std::vector<float> scratch_;

  std::span<float> scratch(std::uint32_t width) {
    scratch_.assign(irreversible_scratch(width), NAN);
    scratch_.shrink_to_fit();
    return scratch_;
  }

  void check_forward(const Region& region, std::size_t gap, Guard guard) {
    const auto image = test::random_samples<float>(std::size_t{region.width} * region.height, 7);
    plane_.shape(region.width, region.height, gap, guard);
    plane_.fill(image);
    forward_irreversible_scalar(plane_.plane(), region, bands_.shape(region, 0, guard));
    const auto right = bits_of(bands_.samples());
    test::for_every_target([&] {
      bands_.shape(region, gap, guard);
      forward_irreversible(plane_.plane(), region, bands_.bands(), scratch(region.width));
      ASSERT_EQ(bits_of(bands_.samples()), right) << name_of(region);
      ASSERT_TRUE(bands_.is_untouched_between()) << name_of(region);
    });
  }

  void check_inverse(const Region& region, std::size_t gap, Guard guard) {
    const auto content = test::random_samples<float>(std::size_t{region.width} * region.height, 8);
    bands_.shape(region, gap, guard);
    bands_.fill(content);
    plane_.shape(region.width, region.height, 0, guard);
    inverse_irreversible_scalar(bands_.bands(), region, plane_.plane());
    const auto right = bits_of(plane_.samples());
    test::for_every_target([&] {
      plane_.shape(region.width, region.height, gap, guard);
      inverse_irreversible(bands_.bands(), region, plane_.plane(), scratch(region.width));
      ASSERT_EQ(bits_of(plane_.samples()), right) << name_of(region);
      ASSERT_TRUE(plane_.is_untouched_between()) << name_of(region);
    });
  }

  void check(const Region& region, std::size_t gap, Guard guard) {
    check_forward(region, gap, guard);
    check_inverse(region, gap, guard);
  }
};

TEST_F(IrreversibleOf, EveryTargetGivesTheFloatsOfTheDefinitionAtEverySizeAndParity) {
  const auto lengths = test::up_to(40);
  for (const Region& region : test::regions_of(lengths, lengths)) {
    const Guard guard = region.width % 2 == region.height % 2 ? Guard::Behind : Guard::Before;
    check(region, region.height % 3, guard);
    if (HasFatalFailure()) return;
  }
}

TEST_F(IrreversibleOf, EveryTargetGivesTheFloatsOfTheDefinitionAtLongRowsAndColumns) {
  const std::uint32_t widths[] = {1, 63, 64, 65, 127, 129, 500, 1023};
  const std::uint32_t heights[] = {1, 2, 5, 8, 33};
  for (const Region& region : test::regions_of(widths, heights)) {
    check(region, 0, Guard::Behind);
    check(region, 5, Guard::Before);
    if (HasFatalFailure()) return;
  }
}

// Rounding is some ulp of the largest value a step; samples are below 4096, of noise, so that high
// bands are as large and kInverseKOfReaders tells.
TEST_F(IrreversibleOf, WhatIsSplitComesBackWithinHalfASample) {
  const auto lengths = test::up_to(20);
  for (const Region& region : test::regions_of(lengths, lengths)) {
    const auto image = test::random_samples<float>(std::size_t{region.width} * region.height, 9);
    bands_.shape(region, 0, Guard::Behind);
    forward_irreversible({image.data(), region.width}, region, bands_.bands(),
                         scratch(region.width));
    plane_.shape(region.width, region.height, 0, Guard::Behind);
    inverse_irreversible(bands_.bands(), region, plane_.plane(), scratch(region.width));
    const auto back = plane_.samples();
    for (std::size_t i = 0; i < image.size(); ++i)
      ASSERT_NEAR(back[i], image[i], 0.5) << name_of(region);
  }
}

TEST_F(IrreversibleOf, TheLowBandMayLieWhereTheImageLay) {
  for (const std::uint32_t width : {1U, 2U, 9U, 100U}) {
    for (const Region& region : test::regions_of({&width, 1}, test::up_to(9))) {
      const auto image = test::random_samples<float>(std::size_t{width} * region.height, 10);
      bands_.shape(region, 0, Guard::Behind);
      forward_irreversible_scalar({image.data(), width}, region, bands_.bands());
      const auto right = bits_of(bands_.samples());
      test::for_every_target([&] {
        const Plane<float> plane = plane_.shape(width, region.height, 3, Guard::Behind);
        plane_.fill(image);
        Bands<float> bands = bands_.shape(region, 0, Guard::Behind);
        const Plane<float> ll = bands.ll;
        bands.ll = plane;
        forward_irreversible(plane, region, bands, scratch(width));
        for (std::uint32_t y = 0; y < low_count(region.height, region.odd_y); ++y)
          std::copy_n(plane.row(y), low_count(width, region.odd_x), ll.row(y));
        ASSERT_EQ(bits_of(bands_.samples()), right) << name_of(region);
      });
    }
  }
}

}  // namespace
}  // namespace slipring::codecs::kernels::wavelet
