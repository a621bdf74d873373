// Night after night, with a clock of the test's own: what is read again, how fast, and what a site
// makes of findings.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/ingest/known_files.h"
#include "engine/ingest/nightly/judgement.h"
#include "engine/ingest/nightly/pace.h"
#include "tests/engine/map/temporary_folder.h"

namespace slipring::ingest {
namespace {

using dicom::Severity;

constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;

// Time passes when somebody sleeps.
class TestClock final : public Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override { return 0; }
  [[nodiscard]] double seconds() const override { return now; }
  void sleep(double seconds) override {
    now += seconds;
    slept += seconds;
  }
  double now = 1000;
  double slept = 0;
};

TEST(Pace, WhoReadsTooFastWaits) {
  TestClock clock;
  Pace pace(clock, 1000);
  const std::atomic<int> stop = 0;
  pace.take(500, stop);
  EXPECT_DOUBLE_EQ(clock.slept, 0);
  pace.take(2000, stop);
  EXPECT_NEAR(clock.slept, 0.5, 1e-9);
  pace.take(1, stop);
  EXPECT_NEAR(clock.slept, 2.5, 1e-9);
  clock.now += 100;  // what was not used is not saved up
  pace.take(1000, stop);
  pace.take(1000, stop);
  EXPECT_NEAR(clock.slept, 3.5, 1e-9);
}

TEST(Pace, ZeroIsAsFastAsItGoesAndAStopEndsTheWait) {
  TestClock clock;
  const std::atomic<int> go = 0;
  const std::atomic<int> stop = 1;
  Pace none(clock, 0);
  for (int i = 0; i < 10; ++i) none.take(std::uint64_t{1} << 40, go);
  Pace slow(clock, 1);
  for (int i = 0; i < 10; ++i) slow.take(1000, stop);
  EXPECT_DOUBLE_EQ(clock.slept, 0);
}

// A ledger of files of 1 MiB, `files` read by each of `jobs` runs, a day between them.
class Nights : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = ledger::Ledger::open(folder_ / "l.db", ledger::Ledger::Mode::Write);
    ASSERT_TRUE(opened.has_value());
    ledger_ = std::move(*opened);
  }

  static dicom::FileIdentity identity(int number) {
    return {1, static_cast<std::uint64_t>(number + 10), std::uint64_t{1} << 20, 5, 6};
  }
  static std::string path(int job, int number) {
    return "j" + std::to_string(job) + "/f" + std::to_string(number);
  }

  void run(int job, int files, std::optional<ErrorCode> failure = {}) {
    ledger::Job row;
    row.option_hash = "same";
    row.started_ms = (job + 1) * kDayMs;
    const auto started = ledger_->start_job(row);
    ASSERT_TRUE(started.has_value());
    for (int i = 0; i < files; ++i) {
      dicom::Record record;
      record.path = path(job, i);
      record.source = identity(i);
      record.outcome = failure ? dicom::Outcome::Failed : dicom::Outcome::Ok;
      if (failure) record.error = Error{*failure, kNoOffset, "as said"};
      const dicom::Record* one = &record;
      ASSERT_TRUE(ledger_->done(*started, {&one, 1}).has_value());
    }
  }

  KnownFiles load(bool reuse = true) {
    KnownFiles known;
    EXPECT_TRUE(known.load_validated(*ledger_, "same", reuse).has_value());
    return known;
  }

  int again(const KnownFiles& known, int job, int files) {
    int count = 0;
    for (int i = 0; i < files; ++i) {
      const bool chosen = known.to_be_read_again(path(job, i));
      EXPECT_NE(known.finished(path(job, i), identity(i)), chosen);
      count += chosen ? 1 : 0;
    }
    return count;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

TEST_F(Nights, WhatARunMadeOfAFileIsHadFromMemoryWhereItCanBe) {
  run(0, 700);
  run(1, 1, ErrorCode::Truncated);
  const KnownFiles known = load();
  EXPECT_EQ(known.find("nothing"), KnownFiles::kNone);
  for (int i = 0; i < 700; ++i) {
    const std::size_t place = known.find(path(0, i));
    ASSERT_NE(place, KnownFiles::kNone) << i;
    EXPECT_TRUE(known.finished(place, identity(i)));
    dicom::Record record;
    record.path = path(0, i);
    ASSERT_TRUE(known.take_over(place, record));
    EXPECT_EQ(record.source, identity(i));
    EXPECT_EQ(record.outcome, dicom::Outcome::Ok);
  }
  const std::size_t failed = known.find(path(1, 0));
  dicom::Record record;
  EXPECT_TRUE(known.finished(failed, identity(0)));
  EXPECT_FALSE(known.take_over(failed, record));
  EXPECT_FALSE(load(false).take_over(known.find(path(0, 0)), record));
}

TEST_F(Nights, AFileThatIsTheSameIsTakenOverAndOneThatDiffersIsNot) {
  run(0, 3);
  const KnownFiles known = load();
  EXPECT_TRUE(known.finished(path(0, 1), identity(1)));
  for (const auto field : {0, 1, 2, 3}) {
    dicom::FileIdentity changed = identity(1);
    if (field == 0) ++changed.inode;
    if (field == 1) ++changed.size_bytes;
    if (field == 2) ++changed.mtime_ns;
    if (field == 3) ++changed.ctime_ns;
    EXPECT_FALSE(known.finished(path(0, 1), changed)) << field;
  }
  dicom::FileIdentity moved = identity(1);
  ++moved.device;  // numbers of devices change when a machine starts
  EXPECT_TRUE(known.finished(path(0, 1), moved));
  EXPECT_FALSE(known.finished("elsewhere", identity(1)));
  EXPECT_FALSE(load(false).finished(path(0, 1), identity(1)));
}

TEST_F(Nights, WhatFailedForNoFaultOfTheFileIsTriedAgain) {
  int job = 0;
  for (const ErrorCode code : {ErrorCode::Io, ErrorCode::Vanished, ErrorCode::Changed,
                               ErrorCode::NoMemory, ErrorCode::Malformed}) {
    run(job, 1, code);
    const bool of_the_file = code == ErrorCode::Malformed;
    EXPECT_EQ(load().finished(path(job, 0), identity(0)), of_the_file) << name(code);
    KnownFiles resumed;
    ASSERT_TRUE(resumed.load(*ledger_, "same", false).has_value());
    EXPECT_EQ(resumed.finished(path(job, 0), identity(0)), of_the_file) << name(code);
    ++job;
  }
}

TEST_F(Nights, TheLongestUnreadAreReadFirstAndAsManyAsTheDaysDemand) {
  for (int job = 0; job < 3; ++job) run(job, 10);
  const auto jobs = ledger_->jobs();
  ASSERT_TRUE(jobs.has_value());
  KnownFiles known = load();
  // Three days after the last run, of ten: three tenths of thirty files.
  const std::uint64_t bytes = known.choose_rescan(*jobs, 6 * kDayMs, {.every_days = 10});
  EXPECT_EQ(bytes, std::uint64_t{9} << 20);
  EXPECT_EQ(again(known, 0, 10), 9);
  EXPECT_EQ(again(known, 1, 10) + again(known, 2, 10), 0);
}

TEST_F(Nights, WhatIsOverdueIsReadWhateverItsShare) {
  for (int job = 0; job < 3; ++job) run(job, 10);
  const auto jobs = ledger_->jobs();
  KnownFiles known = load();
  known.choose_rescan(*jobs, 4 * kDayMs, {.every_days = 2});
  EXPECT_EQ(again(known, 0, 10) + again(known, 1, 10), 20);
  EXPECT_EQ(again(known, 2, 10), 0);
}

TEST_F(Nights, NoMoreIsReadAgainThanTheRateAllowsInTheWindow) {
  run(0, 10);
  const auto jobs = ledger_->jobs();
  KnownFiles known = load();
  known.choose_rescan(*jobs, 400 * kDayMs, {90, std::uint64_t{1} << 20, 4});
  EXPECT_EQ(again(known, 0, 10), 4);
  KnownFiles none = load();
  EXPECT_EQ(none.choose_rescan(*jobs, 400 * kDayMs, {}), 0U);
  EXPECT_EQ(again(none, 0, 10), 0);
}

TEST_F(Nights, WhatWasNotSeenIsKnown) {
  run(0, 3);
  KnownFiles known = load();
  known.mark_seen(path(0, 1));
  known.mark_seen("new");
  EXPECT_TRUE(known.seen(path(0, 1)));
  EXPECT_FALSE(known.seen(path(0, 2)));
  EXPECT_TRUE(known.has(path(0, 2)));
  EXPECT_FALSE(known.has("new"));
  EXPECT_FALSE(known.all_seen());
  known.mark_seen(path(0, 0));
  known.mark_seen(path(0, 2));
  EXPECT_TRUE(known.all_seen());
  EXPECT_TRUE(KnownFiles().all_seen());
}

TEST_F(Nights, FindingsBetweenFilesAreAddedToTheirRowsAndForgottenAlone) {
  run(0, 3);
  dicom::Record record;
  record.path = path(0, 1);
  record.findings.add({{2, 1}, Severity::Warning, {}, 5, "", "its own"});
  record.keys.emplace();
  record.keys->references.resize(2);
  record.content_digest.emplace();
  const dicom::Record* one = &record;
  ASSERT_TRUE(ledger_->done({}, {&one, 1}).has_value());
  const std::vector<ledger::Ledger::CrossFinding> between = {
      {path(0, 1), {{6, 1}, Severity::Error, dicom::tags::SOPInstanceUID, kNoOffset, "t", "first"}},
      {path(0, 1), {{6, 1}, Severity::Error, dicom::tags::SOPInstanceUID, kNoOffset, "t", "again"}},
      {"nowhere", {{6, 1}, Severity::Error, {}, kNoOffset, "", "passed over"}}};
  ASSERT_TRUE(ledger_->add_cross(between).has_value());
  auto kept = ledger_->record_of(path(0, 1));
  ASSERT_TRUE(kept.has_value() && kept->has_value());
  EXPECT_EQ((*kept)->findings.kept().size(), 3U);
  EXPECT_EQ((*kept)->findings.count(dicom::RuleId{6, 1}), 2U);
  EXPECT_TRUE((*kept)->content_digest.has_value());
  ASSERT_TRUE((*kept)->keys.has_value());
  EXPECT_EQ((*kept)->keys->references.size(), 2U);
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 1, 2}));
  ASSERT_TRUE(ledger_->forget_cross().has_value());
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 1, 0}));
  EXPECT_EQ((*ledger_->record_of(path(0, 1)))->findings.kept().size(), 1U);
  ASSERT_TRUE(ledger_->forget(std::vector<std::string>{path(0, 1), "nowhere"}).has_value());
  EXPECT_EQ(ledger_->totals()->seen, 2U);
}

TEST(Judgement, ARuleBeatsItsLayerWhichBeatsASeverity) {
  Profile profile;
  profile.severities = {{Severity::Warning, Severity::Error}};
  profile.layers[2] = Severity::Info;
  profile.rules[{2, 3}] = std::nullopt;
  EXPECT_EQ(profile.grade({1, 1}, Severity::Warning), Severity::Error);
  EXPECT_EQ(profile.grade({1, 1}, Severity::Info), Severity::Info);
  EXPECT_EQ(profile.grade({2, 20}, Severity::Error), Severity::Info);
  EXPECT_EQ(profile.grade({2, 3}, Severity::Error), std::nullopt);
  EXPECT_NE(profile.text(), Profile{}.text());
}

TEST(Judgement, CountsOfWhatIsNotKeptAreGradedToo) {
  dicom::Findings findings;
  for (int i = 0; i < 50; ++i) findings.add({{2, 20}, Severity::Warning, {}, 0, "", "w"});
  findings.add({{2, 3}, Severity::Warning, {}, 0, "", "off"});
  Judgement judgement;
  judgement.profile.rules[{2, 20}] = Severity::Error;
  judgement.profile.rules[{2, 3}] = std::nullopt;
  judgement.grade(findings);
  EXPECT_EQ(findings.count(Severity::Error), 50U);
  EXPECT_EQ(findings.count(Severity::Warning), 0U);
  EXPECT_EQ(findings.kept().size(), dicom::Findings::kKeptPerRule);
}

TEST(Judgement, ABaselineKnowsAFindingByFileRuleAndPlace) {
  Baseline baseline;
  baseline.add("a/b", "L2-20", "(0010,0010)");
  baseline.add("a/b", "L0-09", "");
  baseline.close();
  dicom::Finding finding{{2, 20}, Severity::Error, dicom::tags::PatientName, 7, "(0010,0010)", "m"};
  EXPECT_TRUE(baseline.has("a/b", finding));
  finding.path.clear();  // then the tag is the place
  EXPECT_TRUE(baseline.has("a/b", finding));
  EXPECT_FALSE(baseline.has("a/c", finding));
  finding.path = "(0040,0275)[1].(0010,0010)";
  EXPECT_FALSE(baseline.has("a/b", finding));
  EXPECT_TRUE(baseline.has("a/b", {{0, 9}, Severity::Error, {}, kNoOffset, "", ""}));
}

}  // namespace
}  // namespace slipring::ingest
