// What is typed for a night, profiles and baselines as files, and what other programs read.
#include <gtest/gtest.h>

#include <sstream>

#include "engine/cli/command/command.h"
#include "engine/cli/export/finding_file.h"
#include "engine/cli/nightly/amounts_of_time.h"
#include "engine/cli/nightly/metrics.h"
#include "engine/cli/nightly/severities.h"

namespace slipring::cli {
namespace {

using dicom::Severity;

TEST(AmountsOfTime, SpansHaveUnits) {
  EXPECT_DOUBLE_EQ(parse_span("90"), 90);
  EXPECT_DOUBLE_EQ(parse_span("30m"), 1800);
  EXPECT_DOUBLE_EQ(parse_span("1h30m"), 5400);
  EXPECT_DOUBLE_EQ(parse_days("90"), 90);
  EXPECT_DOUBLE_EQ(parse_days("90d"), 90);
  EXPECT_DOUBLE_EQ(parse_days("12h"), 0.5);
  for (const char* none : {"", "h", "4x", "-1h", "1h30", "9999999999d", "1 h", "1.5h"})
    EXPECT_THROW(static_cast<void>(parse_span(none)), UsageError) << none;
}

TEST(AmountsOfTime, RatesAreSizesASecond) {
  EXPECT_EQ(parse_rate("200M/s"), std::uint64_t{200} << 20);
  EXPECT_EQ(parse_rate("500K"), std::uint64_t{500} << 10);
  for (const char* none : {"", "0", "M/s", "5/s/s", "-5"})
    EXPECT_THROW(static_cast<void>(parse_rate(none)), UsageError) << none;
}

TEST(AmountsOfTime, ATimeOfDayIsTheNextOne) {
  std::tm now{};
  now.tm_hour = 22;
  now.tm_min = 30;
  EXPECT_DOUBLE_EQ(seconds_until("06:00", now), 7.5 * 3600);
  EXPECT_DOUBLE_EQ(seconds_until("22:31", now), 60);
  EXPECT_DOUBLE_EQ(seconds_until("22:30", now), 24 * 3600);
  for (const char* none : {"", "6", "24:00", "06:60", "06:0", "06:000", "a:00", "06:00x"})
    EXPECT_THROW(static_cast<void>(seconds_until(none, now)), UsageError) << none;
}

TEST(Profiles, AFileSetsSeveritiesOfRulesAndLayersOverABase) {
  const ingest::Profile profile = parse_profile(
      "base = \"strict\"\n[severity]\n\"L2-20\" = \"off\"\nL5 = \"info\"\nL6-01 = \"warning\"\n");
  EXPECT_EQ(profile.grade({2, 20}, Severity::Error), std::nullopt);
  EXPECT_EQ(profile.grade({5, 8}, Severity::Error), Severity::Info);
  EXPECT_EQ(profile.grade({6, 1}, Severity::Error), Severity::Warning);
  EXPECT_EQ(profile.grade({1, 6}, Severity::Warning), Severity::Error);
  EXPECT_TRUE(read_profile("archive").empty());
  EXPECT_EQ(read_profile("migration").grade({2, 20}, Severity::Warning), Severity::Info);
  EXPECT_EQ(read_profile("migration").grade({5, 2}, Severity::Error), Severity::Error);
}

TEST(Profiles, WhatIsNoneSaysWhy) {
  for (const char* none : {"base = \"lenient\"", "x = 1", "[severity]\n\"L2-20\" = \"loud\"",
                           "[severity]\nL9 = \"off\"", "[severity]\nL2-20 = [1]",
                           "[severity]\nL2-20 = 1979-05-27", "[severity", "[a.b]\nc = 1"})
    EXPECT_THROW(static_cast<void>(parse_profile(none)), std::runtime_error) << none;
  EXPECT_THROW(static_cast<void>(read_profile("/nowhere.toml")), std::runtime_error);
}

TEST(Baselines, AreTheLinesThatJsonWrites) {
  std::istringstream lines(
      "{\"v\":1,\"type\":\"start\"}\n\n"
      "{\"v\":1,\"type\":\"finding\",\"path\":\"a\\\\x0ab\",\"rule\":\"L2-20\",\"tag\":\"(0010,"
      "0010)\"}\n"
      "{\"v\":1,\"type\":\"summary\"}\n");
  const ingest::Baseline baseline = read_baseline(lines);
  EXPECT_EQ(baseline.size(), 1U);
  EXPECT_TRUE(baseline.has("a\nb", {{2, 20}, Severity::Error, {}, 0, "(0010,0010)", "m"}));
  for (const char* none : {"", "[1]\n", "no json\n", "{\"a\":1}\n", "SQLite format 3"}) {
    std::istringstream bad(none);
    EXPECT_THROW(static_cast<void>(read_baseline(bad)), std::runtime_error) << none;
  }
}

TEST(CsvField, NothingRunsInASpreadsheet) {
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"x\""), "\"say \"\"x\"\"\"");
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)"})
    EXPECT_EQ(csv_field(formula), "\"'" + std::string(formula) + "\"");
  EXPECT_EQ(csv_field("\t=1"), "\"\\x09=1\"");
  EXPECT_EQ(csv_field("a\r\nb"), "\"a\\x0d\\x0ab\"");
  EXPECT_EQ(csv_field(""), "\"\"");
}

TEST(SarifUri, IsARelativeReferenceWhateverThePath) {
  EXPECT_EQ(sarif_uri("a/b-1_2.dcm~"), "a/b-1_2.dcm~");
  EXPECT_EQ(sarif_uri("a b:\xFF%"), "a%20b%3A%FF%25");
}

TEST(Metrics, TheLastSuccessIsReadBack) {
  ingest::Summary summary;
  summary.seconds = 2;
  summary.bytes_in = 1000;
  summary.resumed_bytes = 400;
  summary.rules[{{2, 20}, dicom::Severity::Info}].findings = 3;
  summary.rules[{{2, 20}, dicom::Severity::Error}].findings = 1;
  const std::string good = metrics_text(summary, {0, "ok"}, {1234, 5});
  EXPECT_EQ(last_success_of(good), 1234);
  EXPECT_NE(good.find("slipring_findings{rule=\"L2-20\",severity=\"info\"} 3\n"), good.npos);
  EXPECT_NE(good.find("slipring_findings{rule=\"L2-20\",severity=\"error\"} 1\n"), good.npos);
  EXPECT_NE(good.find("slipring_throughput_bytes_per_second 300\n"), good.npos);
  EXPECT_EQ(good.back(), '\n');
  EXPECT_EQ(last_success_of(metrics_text(summary, {1, "findings"}, {1234, 5})), 5);
  EXPECT_EQ(last_success_of(metrics_text(summary, {1, "findings"}, {1234, 0})), 0);
  for (const char* none : {"", "slipring_last_success_timestamp_seconds",
                           "slipring_last_success_timestamp_seconds x\n",
                           "slipring_last_success_timestamp_seconds -4\n",
                           "# slipring_last_success_timestamp_seconds 4"})
    EXPECT_EQ(last_success_of(none), 0) << none;
}

}  // namespace
}  // namespace slipring::cli
