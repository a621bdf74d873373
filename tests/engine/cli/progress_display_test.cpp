// A line of progress on terminals that are narrow, or not UTF-8.
#include "engine/cli/output/progress_display.h"

#include <gtest/gtest.h>

namespace slipring::cli {
namespace {

TEST(ProgressDisplay, ALineIsCutBeforeTheLastColumnAndNeverWithinALetter) {
  EXPECT_EQ(fitted("scan █░ 12", true, 40), "scan █░ 12");
  EXPECT_EQ(fitted("scan █░ 12", true, 8), "scan █░");
  EXPECT_EQ(fitted("scan █░ 12", true, 7), "scan █");
  EXPECT_EQ(fitted("scan █░ 12", true, 11), "scan █░ 12");
  EXPECT_EQ(fitted("scan █░ 12", true, 10), "scan █░ 1");
  EXPECT_EQ(fitted("scan █░ 12", true, 0), "scan █░ 12") << "nobody knows how wide it is";
}

TEST(ProgressDisplay, BlocksAreLettersWhereTheTerminalIsNotUtf8) {
  EXPECT_EQ(fitted("scan ██░ 12", false, 0), "scan ##. 12");
  EXPECT_EQ(fitted("scan ██░ 12", false, 7), "scan #");
}

}  // namespace
}  // namespace slipring::cli
