#include "engine/cli/output/amounts.h"

#include <gtest/gtest.h>

#include "engine/cli/command/command.h"
#include "engine/cli/job_options.h"

namespace slipring::cli {
namespace {

TEST(Amounts, BytesHaveThreeDigitsAndAUnit) {
  EXPECT_EQ(bytes_text(0), "0 B");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(1234), "1.23 kB");
  EXPECT_EQ(bytes_text(999'999), "1.00 MB");
  EXPECT_EQ(bytes_text(61'200'000'000'000), "61.2 TB");
  EXPECT_EQ(bytes_text(123'456'789), "123 MB");
}

TEST(Amounts, CountsAreGroupedByThousands) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(12104933), "12,104,933");
}

TEST(Amounts, TimesAreWhatAPersonWouldSay) {
  EXPECT_EQ(time_text(3.14), "3.1 s");
  EXPECT_EQ(time_text(61), "1 min 01 s");
  EXPECT_EQ(time_text(9660), "2 h 41 min");
}

TEST(Amounts, SizesAreParsedWithTheirUnits) {
  EXPECT_EQ(parse_size("1000"), 1000U);
  EXPECT_EQ(parse_size("512M"), std::uint64_t{512} << 20);
  EXPECT_EQ(parse_size("4GiB"), std::uint64_t{4} << 30);
  EXPECT_EQ(parse_size("4gb"), std::uint64_t{4} << 30);
  for (const char* wrong : {"", "M", "12X", "-1", "1.5G", "99999999999T", "5MM"})
    EXPECT_THROW((void)parse_size(wrong), UsageError) << wrong;
}

}  // namespace
}  // namespace slipring::cli
