#include "engine/cli/bench/figures.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace slipring::cli {
namespace {

Figures figures_of(double mb_per_s, double spread) {
  measure::Timing timing;
  timing.mb_per_s = mb_per_s;
  timing.spread = spread;
  timing.runs = 15;
  return {"rle", measure::Direction::Encode, "ct-12-512x512", 12, 2.5, {timing}};
}

class FiguresTest : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::string written(const std::string& text) {
    std::ofstream(path_) << text;
    return path_;
  }
  Baseline baseline_of(const Figures& figures) {
    Baseline baseline;
    const Json json = bench_line(figures, figures.timings.front(), {});
    EXPECT_EQ(baseline.read(written("{\"type\":\"start\"}\n" + json.dump() + "\n")), "");
    return baseline;
  }
  std::string path_ = ::testing::TempDir() + "slipring-figures-" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".json";
};

TEST_F(FiguresTest, ALineHasTheFieldsOfTheContract) {
  const Figures figures = figures_of(100, 0.05);
  const Json json = bench_line(figures, figures.timings.front(), {});
  for (const char* field : {"v", "type", "name", "codec", "direction", "image", "bits", "threads",
                            "batch", "mb_per_s", "ratio", "samples_per_s", "cycles_per_sample",
                            "runs", "spread", "peer", "peer_mb_per_s", "times_peer"})
    EXPECT_TRUE(json.contains(field)) << field;
  EXPECT_EQ(json["name"], "rle/encode/ct-12-512x512/t1/b1");
  EXPECT_TRUE(json["cycles_per_sample"].is_null()) << "where nothing counts, nothing is guessed";
  EXPECT_FALSE(json.contains("times_old"));
}

TEST_F(FiguresTest, ARowIsSlowerOnlyByMoreThanTheSpreadOfEitherRun) {
  const Baseline baseline = baseline_of(figures_of(100, 0.05));
  const auto compared = [&](double mb_per_s, double spread) {
    const Figures figures = figures_of(mb_per_s, spread);
    return compare(figures, figures.timings.front(), baseline);
  };
  ASSERT_TRUE(compared(50, 0));
  EXPECT_DOUBLE_EQ(compared(50, 0)->times_old, 0.5);
  EXPECT_TRUE(compared(94, 0)->slower);
  EXPECT_FALSE(compared(96, 0)->slower);
  EXPECT_FALSE(compared(94, 0.1)->slower);
  EXPECT_FALSE(compared(200, 0)->slower);
  EXPECT_TRUE(bench_line(figures_of(50, 0), figures_of(50, 0).timings.front(), baseline)["slower"]);
}

TEST_F(FiguresTest, ARowThatTheOldRunDidNotHaveIsNotCompared) {
  const Baseline baseline = baseline_of(figures_of(100, 0.05));
  Figures other = figures_of(1, 0);
  other.codec = "jpeg-ls";
  EXPECT_FALSE(compare(other, other.timings.front(), baseline));
}

TEST_F(FiguresTest, AFileThatHoldsNoFiguresSaysWhy) {
  EXPECT_EQ(Baseline().read(path_), "cannot be read");
  EXPECT_EQ(Baseline().read(written("not json\n")), "is not made of JSON lines");
  EXPECT_EQ(Baseline().read(written("{\"type\":\"start\"}\n[]\n")), "is not made of JSON lines");
  EXPECT_EQ(Baseline().read(written("{\"type\":\"start\"}\n")),
            "holds no figures of slipring bench");
}

}  // namespace
}  // namespace slipring::cli
