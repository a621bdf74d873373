#include "engine/report/amounts.h"

#include <gtest/gtest.h>

namespace slipring::report {
namespace {

TEST(Amounts, BytesHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1000), "1.00 kB");
  EXPECT_EQ(bytes_text(1234), "1.23 kB");
  EXPECT_EQ(bytes_text(999'999), "1.00 MB");
  EXPECT_EQ(bytes_text(61'200'000'000'000), "61.2 TB");
  EXPECT_EQ(bytes_text(123'456'789), "123 MB");
  EXPECT_EQ(bytes_text(~std::uint64_t{0}), "18.4 EB");
}

TEST(Amounts, CountsAreGroupedByThousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(12104933), "12,104,933");
}

TEST(Amounts, TimesAreWhatAPersonWouldSay) {
  EXPECT_EQ(seconds_text(3.14), "3.1 s");
  EXPECT_EQ(seconds_text(-1), "0.0 s");
  EXPECT_EQ(seconds_text(185), "3 min 05 s");
  EXPECT_EQ(seconds_text(61), "1 min 01 s");
  EXPECT_EQ(seconds_text(9660), "2 h 41 min");
}

TEST(Amounts, AMomentIsSaidInUtc) {
  EXPECT_EQ(time_text(1'795'359'600'000), "2026-11-22 15:00:00");
  EXPECT_EQ(time_text(0), "");
  EXPECT_EQ(time_text(INT64_MAX), "");
}

TEST(Amounts, ARatioOfNothingIsNone) {
  EXPECT_EQ(ratio_text(57, 100), "0.57");
  EXPECT_EQ(ratio_text(57, 0), "-");
}

}  // namespace
}  // namespace slipring::report
