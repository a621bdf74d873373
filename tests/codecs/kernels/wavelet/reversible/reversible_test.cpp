#include "codecs/kernels/wavelet/reversible.h"

#include <gtest/gtest.h>

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

using Samples = std::vector<std::int32_t>;

// LL, HL, LH, HH of a plane without gaps, one after the other.
Samples bands_of(const Samples& plane, const Region& region) {
  GuardedBands<std::int32_t> bands(plane.size());
  forward_reversible_scalar<std::int32_t>({plane.data(), region.width}, region,
                                          bands.shape(region, 0, Guard::Behind));
  return bands.samples();
}

TEST(Reversible, ARowIsSplitAsTheStandardSays) {
  EXPECT_EQ(bands_of({1, 2, 3, 4}, {4, 1, false, false}), (Samples{1, 3, 0, 1}));
  EXPECT_EQ(bands_of({1, 2, 3, 4}, {4, 1, true, false}), (Samples{2, 4, -1, 0}));
  EXPECT_EQ(bands_of({5, -3, 8}, {3, 1, false, false}), (Samples{1, 4, -9}));
  EXPECT_EQ(bands_of({5, -3, 8}, {3, 1, true, false}), (Samples{2, 8, 11}));
}

TEST(Reversible, AColumnIsSplitAsARow) {
  EXPECT_EQ(bands_of({5, -3, 8}, {1, 3, false, false}), (Samples{1, 4, -9}));
  EXPECT_EQ(bands_of({5, -3, 8}, {1, 3, false, true}), (Samples{2, 8, 11}));
}

TEST(Reversible, ASingleSampleIsCopiedAtAnEvenCoordinateAndDoubledAtAnOddOne) {
  EXPECT_EQ(bands_of({-7}, {1, 1, false, false}), (Samples{-7}));
  EXPECT_EQ(bands_of({-7}, {1, 1, true, false}), (Samples{-14}));
  EXPECT_EQ(bands_of({-7}, {1, 1, true, true}), (Samples{-28}));
}

// Column first: the floors make the order matter.
TEST(Reversible, ColumnsComeBeforeRows) {
  EXPECT_EQ(bands_of({0, 1, 1, 1}, {2, 2, false, false}), (Samples{1, 0, 1, -1}));
}

template <class T>
class ReversibleOf : public testing::Test {
 protected:
  static constexpr std::size_t kSamplesMax = 40000;
  GuardedPlane<T> plane_{kSamplesMax};
  GuardedBands<T> bands_{kSamplesMax};
  std::vector<T> scratch_;

  std::span<T> scratch(std::uint32_t width) {
    scratch_.assign(reversible_scratch(width), T{-1});
    scratch_.shrink_to_fit();
    return scratch_;
  }

  void check_forward(const Region& region, std::size_t gap, Guard guard) {
    const auto image = test::random_samples<T>(std::size_t{region.width} * region.height, 7);
    plane_.shape(region.width, region.height, gap, guard);
    plane_.fill(image);
    forward_reversible_scalar<T>(plane_.plane(), region, bands_.shape(region, 0, guard));
    const std::vector<T> right = bands_.samples();
    test::for_every_target([&] {
      bands_.shape(region, gap, guard);
      forward_reversible<T>(plane_.plane(), region, bands_.bands(), scratch(region.width));
      ASSERT_EQ(bands_.samples(), right) << name_of(region);
      ASSERT_TRUE(bands_.is_untouched_between()) << name_of(region);
    });
  }

  void check_inverse(const Region& region, std::size_t gap, Guard guard) {
    const auto content = test::random_samples<T>(std::size_t{region.width} * region.height, 8);
    bands_.shape(region, gap, guard);
    bands_.fill(content);
    plane_.shape(region.width, region.height, 0, guard);
    inverse_reversible_scalar<T>(bands_.bands(), region, plane_.plane());
    const std::vector<T> right = plane_.samples();
    test::for_every_target([&] {
      plane_.shape(region.width, region.height, gap, guard);
      inverse_reversible<T>(bands_.bands(), region, plane_.plane(), scratch(region.width));
      ASSERT_EQ(plane_.samples(), right) << name_of(region);
      ASSERT_TRUE(plane_.is_untouched_between()) << name_of(region);
      check_steps(region, gap, guard, right);
    });
  }

  // Bands without the rows before `row`.
  static Bands<const T> from_row(const Bands<const T>& bands, std::uint32_t row) {
    const auto rest = [row](const Plane<const T>& plane) {
      return Plane<const T>{plane.at == nullptr ? nullptr : plane.row(row), plane.stride};
    };
    return {rest(bands.ll), rest(bands.hl), rest(bands.lh), rest(bands.hh)};
  }

  // In steps of 1, 2, 3, 1 ... low rows, each into a plane of just the rows that it may touch.
  void check_steps(const Region& region, std::size_t gap, Guard guard,
                   const std::vector<T>& right) {
    InverseSteps<T> steps{bands_.bands(), region};
    const std::span<T> kept = scratch(region.width);
    const std::uint32_t all = low_count(region.height, region.odd_y);
    std::vector<T> made;
    for (std::uint32_t size = 1; made.size() < right.size(); size = size % 3 + 1) {
      const std::uint32_t lows = std::min(steps.lows + size, all);
      const std::uint32_t overlap = made.empty() ? 0 : 1;
      const std::uint32_t rows =
          rows_made(region, lows) - (made.empty() ? 0 : rows_made(region, steps.lows));
      plane_.shape(region.width, rows + overlap, gap, guard);
      if (overlap != 0) std::copy_n(&*(made.end() - region.width), region.width, plane_.plane().at);
      steps.from_row = steps.lows;
      steps.from = from_row(bands_.bands(), steps.from_row);
      inverse_reversible<T>(steps, lows, plane_.plane(), kept);
      const std::vector<T> strip = plane_.samples();
      made.insert(made.end(), strip.begin() + overlap * region.width, strip.end());
      ASSERT_TRUE(plane_.is_untouched_between()) << name_of(region);
    }
    ASSERT_EQ(made, right) << name_of(region) << " in steps";
  }

  void check(const Region& region, std::size_t gap, Guard guard) {
    check_forward(region, gap, guard);
    check_inverse(region, gap, guard);
  }
};

using Integers = testing::Types<std::int16_t, std::int32_t>;
TYPED_TEST_SUITE(ReversibleOf, Integers);

TYPED_TEST(ReversibleOf, EveryTargetAgreesWithTheDefinitionAtEverySizeAndParity) {
  const auto lengths = test::up_to(40);
  for (const Region& region : test::regions_of(lengths, lengths)) {
    const Guard guard = region.width % 2 == region.height % 2 ? Guard::Behind : Guard::Before;
    this->check(region, region.height % 3, guard);
    if (this->HasFatalFailure()) return;
  }
}

TYPED_TEST(ReversibleOf, EveryTargetAgreesWithTheDefinitionAtLongRowsBetweenGuardPages) {
  const std::uint32_t widths[] = {63, 64, 65, 95, 127, 128, 129, 131, 192, 193, 257, 500, 1023};
  const std::uint32_t heights[] = {1, 2, 5, 8};
  for (const Region& region : test::regions_of(widths, heights)) {
    this->check(region, 0, Guard::Behind);
    this->check(region, 5, Guard::Before);
    if (this->HasFatalFailure()) return;
  }
}

TYPED_TEST(ReversibleOf, EveryTargetAgreesWithTheDefinitionAtLongColumns) {
  const std::uint32_t widths[] = {1, 3, 17, 70};
  const std::uint32_t heights[] = {129, 500};
  for (const Region& region : test::regions_of(widths, heights)) {
    this->check(region, 1, Guard::Behind);
    if (this->HasFatalFailure()) return;
  }
}

TYPED_TEST(ReversibleOf, WhatIsSplitComesBackEvenWhereItWraps) {
  using T = TypeParam;
  const auto lengths = test::up_to(12);
  for (const Region& region : test::regions_of(lengths, lengths)) {
    if ((region.width == 1 && region.odd_x) || (region.height == 1 && region.odd_y)) continue;
    const auto image = test::random_samples<T>(std::size_t{region.width} * region.height, 9);
    this->bands_.shape(region, 0, Guard::Behind);
    forward_reversible<T>({image.data(), region.width}, region, this->bands_.bands(),
                          this->scratch(region.width));
    this->plane_.shape(region.width, region.height, 0, Guard::Behind);
    inverse_reversible<T>(this->bands_.bands(), region, this->plane_.plane(),
                          this->scratch(region.width));
    ASSERT_EQ(this->plane_.samples(), image) << name_of(region);
  }
}

TYPED_TEST(ReversibleOf, TheLowBandMayLieWhereTheImageLay) {
  using T = TypeParam;
  for (const std::uint32_t width : {1U, 2U, 9U, 64U, 200U}) {
    for (const Region& region : test::regions_of({&width, 1}, test::up_to(9))) {
      const auto image = test::random_samples<T>(std::size_t{region.width} * region.height, 10);
      this->bands_.shape(region, 0, Guard::Behind);
      forward_reversible_scalar<T>({image.data(), region.width}, region, this->bands_.bands());
      const std::vector<T> right = this->bands_.samples();
      test::for_every_target([&] {
        const Plane<T> plane = this->plane_.shape(width, region.height, 3, Guard::Behind);
        this->plane_.fill(image);
        Bands<T> bands = this->bands_.shape(region, 0, Guard::Behind);
        const Plane<T> ll = bands.ll;
        bands.ll = plane;
        forward_reversible<T>(plane, region, bands, this->scratch(width));
        for (std::uint32_t y = 0; y < low_count(region.height, region.odd_y); ++y)
          std::copy_n(plane.row(y), low_count(width, region.odd_x), ll.row(y));
        ASSERT_EQ(this->bands_.samples(), right) << name_of(region);
      });
    }
  }
}

}  // namespace
}  // namespace slipring::codecs::kernels::wavelet
