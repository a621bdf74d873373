#include "codecs/jpeg/extended/upsample.h"

#include <gtest/gtest.h>

#include <vector>

namespace slipring::codecs::jpeg::extended {
namespace {

const std::vector<std::uint16_t> kSamples = {0, 16, 400, 4095, 8, 24, 80, 0};
const Plane kPlane = {kSamples.data(), 4, 4, 2};

std::vector<std::uint16_t> row(const Plane& plane, std::uint32_t h, std::uint32_t v,
                               std::uint32_t y) {
  std::vector<std::uint16_t> out(std::size_t{plane.columns} * h);
  upsample_row(plane, h, v, y, out.data());
  return out;
}

using Row = std::vector<std::uint16_t>;

TEST(Upsample, TwoToOneAcrossWeighsTheNearerThreeToOne) {
  EXPECT_EQ(row(kPlane, 2, 1, 0), (Row{0, 4, 12, 112, 304, 1324, 3171, 4095}));
}

TEST(Upsample, TwoToOneBothWaysUsesTheRowAboveOrBelow) {
  // 3 * upper + lower, then across, sums of 16.
  EXPECT_EQ(row(kPlane, 2, 2, 1), (Row{2, 6, 14, 93, 245, 1008, 2383, 3071}));
  EXPECT_EQ(row(kPlane, 2, 2, 0).front(), 0);  // nothing above: the row itself
  EXPECT_EQ(row(kPlane, 2, 2, 3).front(), 8);
}

TEST(Upsample, OtherRatiosAndNarrowPlanesRepeat) {
  EXPECT_EQ(row(kPlane, 1, 2, 3), (Row{8, 24, 80, 0}));
  EXPECT_EQ(row(kPlane, 3, 1, 1), (Row{8, 8, 8, 24, 24, 24, 80, 80, 80, 0, 0, 0}));
  const Plane narrow = {kSamples.data(), 4, 2, 2};
  EXPECT_EQ(row(narrow, 2, 2, 1), (Row{0, 0, 16, 16}));
}

}  // namespace
}  // namespace slipring::codecs::jpeg::extended
