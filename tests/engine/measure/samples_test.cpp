#include "engine/measure/samples.h"

#include <gtest/gtest.h>

namespace slipring::measure {
namespace {

TEST(Samples, TheMedianIsTheMiddleWhateverTheOrder) {
  EXPECT_DOUBLE_EQ(median({3, 1, 2}), 2);
  EXPECT_DOUBLE_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_DOUBLE_EQ(median({7}), 7);
  EXPECT_DOUBLE_EQ(median({}), 0);
}

TEST(Samples, TheSpreadIsTheMiddleHalfAndDoesNotSeeOneDisturbedRun) {
  EXPECT_DOUBLE_EQ(spread({10, 10, 10, 10, 1000}), 0);
  EXPECT_DOUBLE_EQ(spread({8, 9, 10, 11, 12}), 0.2);
  EXPECT_DOUBLE_EQ(spread({5}), 0);
  EXPECT_DOUBLE_EQ(spread({}), 0);
}

}  // namespace
}  // namespace slipring::measure
