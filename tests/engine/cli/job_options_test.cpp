#include "engine/cli/job_options.h"

#include <gtest/gtest.h>

#include "engine/cli/command/command.h"

namespace slipring::cli {
namespace {

TEST(JobOptions, SizesAreParsedWithTheirUnits) {
  EXPECT_EQ(parse_size("1000"), 1000U);
  EXPECT_EQ(parse_size("512M"), std::uint64_t{512} << 20);
  EXPECT_EQ(parse_size("4GiB"), std::uint64_t{4} << 30);
  EXPECT_EQ(parse_size("4gb"), std::uint64_t{4} << 30);
  for (const char* wrong : {"", "M", "12X", "-1", "1.5G", "99999999999T", "5MM"})
    EXPECT_THROW((void)parse_size(wrong), UsageError) << wrong;
}

}  // namespace
}  // namespace slipring::cli
