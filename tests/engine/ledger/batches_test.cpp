// Rows that are written and read many at once, and findings between files that stay as long as they
// are found again.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"
#include "tests/engine/ledger/samples.h"
#include "tests/engine/map/temporary_folder.h"

namespace slipring::ledger {
namespace {

using dicom::Record;
using dicom::Severity;
using test::failed_record;
using test::plain_record;

class Batches : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Ledger::open(folder_ / "l.db", Ledger::Mode::Write);
    ASSERT_TRUE(opened.has_value());
    ledger_ = std::move(*opened);
  }

  static std::vector<const Record*> pointers_to(const std::vector<Record>& records) {
    std::vector<const Record*> pointers;
    for (const Record& record : records) pointers.push_back(&record);
    return pointers;
  }
  void done(const std::vector<Record>& records) {
    ASSERT_TRUE(ledger_->done({}, pointers_to(records)).has_value());
  }
  void add(const std::vector<Record>& records) {
    ASSERT_TRUE(ledger_->add_done({}, pointers_to(records)).has_value());
  }
  // What all rows say, in order, with their findings.
  std::vector<std::string> said() {
    std::vector<std::string> all;
    EXPECT_TRUE(ledger_->each_record(
        [&](const Record& record) {
          std::string one = record.path + " " + record.study + " " + record.reason;
          for (const dicom::Finding& finding : record.findings.kept()) one += " " + finding.message;
          all.push_back(one);
        },
        true));
    return all;
  }
  static Ledger::CrossFinding between(std::string path, std::string message) {
    return {std::move(path),
            {{6, 8}, Severity::Warning, dicom::tags::SOPInstanceUID, 77, "t", std::move(message)}};
  }
  using With = Ledger::With;
  std::vector<std::optional<Record>> rows_of(const std::vector<std::string_view>& paths,
                                             With with) {
    auto rows = ledger_->records_of(paths, with);
    EXPECT_TRUE(rows.has_value());
    return rows ? std::move(*rows) : std::vector<std::optional<Record>>(paths.size());
  }
  void judge(const std::vector<Ledger::CrossFinding>& found) {
    ASSERT_TRUE(ledger_->begin_cross().has_value());
    ASSERT_TRUE(ledger_->add_cross(found).has_value());
    ASSERT_TRUE(ledger_->end_cross().has_value());
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(Batches, HoldNewKnownAndRepeatedPathsTogether) {
  Record changed = plain_record(2, "d/b");
  changed.study = "9.9";
  Record again = plain_record(4, "d/e");
  again.study = "8.8";
  done({failed_record(1, "d/a"), failed_record(2, "d/b"), failed_record(3, "d/c")});
  done({plain_record(0, "c/z"), changed, failed_record(4, "d/e"), again, plain_record(5, "f")});
  const std::vector<std::string> wanted = {
      "c/z 1.2.3 ", "d/a  pixel data shorter than declared 8130 of 8192 bytes not CS",
      "d/b 9.9 ",   "d/c  pixel data shorter than declared 8130 of 8192 bytes not CS",
      "d/e 8.8 ",   "f 1.2.3 "};
  EXPECT_EQ(said(), wanted);
  EXPECT_TRUE(ledger_->totals()->balanced());
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 2, 2}));
}

// Rows of a directory that is new, in order of names, are not looked for: all others are.
TEST_F(Batches, ReplaceRowsWhateverTheOrderTheyComeIn) {
  done({plain_record(1, "root"), plain_record(2, "a/1"), plain_record(3, "a/3")});
  done({plain_record(4, "a/2"), plain_record(5, "a/3"), plain_record(6, "b/1")});
  done({plain_record(7, "a/1"), plain_record(8, "b/0"), plain_record(9, "b/1")});
  ledger_.reset();
  SetUp();
  done({plain_record(10, "b/2"), plain_record(11, "b/1"), plain_record(12, "root")});
  ASSERT_TRUE(ledger_->forget_all().has_value());
  done({plain_record(1, "a/1"), plain_record(2, ""), plain_record(3, "a/2")});
  done({plain_record(4, "a/2"), plain_record(5, "")});
  const std::vector<std::string> wanted = {"a/1 1.2.3 ", "a/2 1.2.3 ", " 1.2.3 "};
  EXPECT_EQ(said(), wanted);
}

TEST_F(Batches, ThatStayOpenAreSeenByOthersOnceTheyAreCommitted) {
  const auto seen = [&] {
    const auto reader = Ledger::open(folder_ / "l.db", Ledger::Mode::Read);
    return (*reader)->totals()->seen;
  };
  add({plain_record(0, "d/a")});
  add({plain_record(1, "d/b"), failed_record(2, "d/c")});
  EXPECT_EQ(seen(), 0U);
  ASSERT_TRUE(ledger_->commit().has_value());
  EXPECT_EQ(seen(), 3U);
  EXPECT_TRUE(ledger_->commit().has_value());
}

TEST_F(Batches, ThatStayOpenAreCommittedByTheNextCallOfAnotherKind) {
  add({plain_record(0, "d/a")});
  EXPECT_EQ(ledger_->totals()->seen, 1U);
  add({plain_record(1, "d/b")});
  done({plain_record(2, "d/c")});
  add({plain_record(3, "d/d")});
  ASSERT_TRUE(ledger_->finish_job({}).has_value());
  ledger_.reset();
  SetUp();
  EXPECT_EQ(said().size(), 4U);
}

TEST_F(Batches, ThatStayOpenAreLostWithTheirWriterAndTheirWordsWithThem) {
  done({plain_record(0, "d/a")});
  Record lost = plain_record(1, "e/b");
  lost.study = "7.7";
  add({lost});
  ledger_.reset();
  SetUp();
  EXPECT_EQ(said(), std::vector<std::string>{"d/a 1.2.3 "});
  add({lost});
  ASSERT_TRUE(ledger_->commit().has_value());
  EXPECT_EQ(said().back(), "e/b 7.7 ");
}

// SQLite would take a log for that of the database that has its name now.
TEST_F(Batches, OfALedgerThatIsGoneAreNotThoseOfTheNext) {
  const std::string path = folder_ / "l.db";
  done({plain_record(0, "x")});
  std::filesystem::copy_file(path + "-wal", path + "-kept");
  ledger_.reset();
  std::filesystem::remove(path);
  std::filesystem::rename(path + "-kept", path + "-wal");
  SetUp();
  EXPECT_EQ(ledger_->totals()->seen, 0U);
}

// What a job that saw nothing new leaves in the log is there for the next one.
TEST_F(Batches, NeedNoFlushWhereAJobHasNone) {
  const std::string path = folder_ / "l.db";
  const auto look = [&](bool writes) {
    SetUp();
    Job job;
    job.command = "validate";
    job = *ledger_->start_job(job);
    if (writes) done({plain_record(0, "x")});
    EXPECT_TRUE(ledger_->finish_job(job));
    ledger_.reset();
  };
  const auto log_left = [&] { return std::filesystem::exists(path + "-wal"); };
  ledger_.reset();
  look(true);
  EXPECT_FALSE(log_left());
  look(false);
  look(false);
  EXPECT_TRUE(log_left());
  const auto jobs = *(*Ledger::open(path, Ledger::Mode::Read))->jobs();
  ASSERT_EQ(jobs.size(), 3U);
  for (const Job& job : jobs) EXPECT_NE(job.finished_ms, 0);
  EXPECT_FALSE(log_left());
  look(false);
  look(true);
  EXPECT_FALSE(log_left());
}

// What is in the log is read, and both stay as they are.
TEST_F(Batches, InALogAreReadFromAMediumThatCannotBeWritten) {
  done({plain_record(0, "x"), plain_record(1, "y")});
  const std::filesystem::path medium = folder_ / "medium";
  std::filesystem::create_directory(medium);
  if (::mount("slipring", medium.c_str(), "tmpfs", 0, "size=4m") != 0)
    GTEST_SKIP() << "no right to mount";
  for (const auto* name : {"l.db", "l.db-wal", "l.db.lock"})
    std::filesystem::copy_file(folder_ / name, medium / name);
  const auto log_bytes = std::filesystem::file_size(medium / "l.db-wal");
  EXPECT_GT(log_bytes, 0U);
  const bool fixed =
      ::mount("slipring", medium.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=4m") == 0;
  if (fixed) {
    const auto reader = Ledger::open((medium / "l.db").string(), Ledger::Mode::Read);
    EXPECT_EQ(reader ? (*reader)->totals()->seen : 0, 2U);
    EXPECT_FALSE(std::filesystem::exists(medium / "l.db-shm"));
  }
  EXPECT_EQ(std::filesystem::file_size(medium / "l.db-wal"), log_bytes);
  ::umount2(medium.c_str(), MNT_DETACH);
  EXPECT_TRUE(fixed);
}

TEST_F(Batches, AreReadInTheOrderOfTheirPathsAndWithoutWhatIsJudgedAnew) {
  Record many = failed_record(7, "d/many");
  many.content_digest = dicom::xxh128(as_bytes(std::string_view("bytes")));
  many.keys.emplace().references.resize(3);
  for (int i = 0; i < 50; ++i)
    many.findings.add({{2, 9}, Severity::Info, {}, 1, "", "n" + std::to_string(i)});
  done({many, plain_record(8, "d/plain")});
  judge({between("d/many", "missing")});
  const std::vector<std::string_view> paths = {"d/plain", "nowhere", "d/many"};
  const auto records = rows_of(paths, With::Findings);
  EXPECT_FALSE(records[1].has_value());
  ASSERT_TRUE(records[0].has_value() && records[2].has_value());
  EXPECT_EQ(records[0]->sop_instance, "1.2.3.8");
  EXPECT_FALSE(records[0]->keys.has_value());
  EXPECT_FALSE(records[0]->error.has_value());
  EXPECT_TRUE(records[0]->findings.empty());
  const Record& read = *records[2];
  EXPECT_EQ(read.content_digest, many.content_digest);
  EXPECT_EQ(read.keys->references.size(), 3U);
  EXPECT_EQ(read.findings.count(dicom::RuleId{2, 9}), 50U);
  EXPECT_EQ(read.findings.count(dicom::RuleId{6, 8}), 0U);
  EXPECT_EQ(read.findings.kept().size(), many.findings.kept().size());
  const auto bare = rows_of(paths, With::NoFindings);
  EXPECT_TRUE(bare[2]->findings.empty());
  EXPECT_EQ(bare[2]->content_digest, many.content_digest);
}

// Rows are read on from the one before; whatever the order, they are those of the paths.
TEST_F(Batches, RowsOfManyAreThoseOfEachInAnyOrderAndWithOthersBetweenThem) {
  std::vector<Record> files;
  std::vector<std::string> names;
  for (int i = 1; i <= 12; ++i) {
    const std::string path = (i % 5 == 0 ? "other/" : "d/") + std::to_string(i);
    files.push_back(i % 3 == 0 ? failed_record(static_cast<std::uint64_t>(i), path)
                               : plain_record(static_cast<std::uint64_t>(i), path));
    names.push_back(path);
  }
  done(files);
  ASSERT_TRUE(ledger_->forget(std::vector<std::string>{names[6]}));
  const auto compare = [&](const std::vector<std::string_view>& paths) {
    const auto many = rows_of(paths, With::Findings);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const auto one = ledger_->record_of(paths[i]);
      ASSERT_TRUE(one.has_value());
      const auto& read = many[i];
      ASSERT_EQ(read.has_value(), one->has_value()) << paths[i];
      if (!read) continue;
      EXPECT_EQ(read->path, paths[i]);
      EXPECT_EQ(read->sop_instance, (*one)->sop_instance);
      EXPECT_EQ(read->outcome, (*one)->outcome);
      EXPECT_EQ(read->content_digest, (*one)->content_digest);
      EXPECT_EQ(read->findings.kept().size(), (*one)->findings.kept().size()) << paths[i];
      EXPECT_EQ(read->findings.counts().size(), (*one)->findings.counts().size());
    }
  };
  std::vector<std::string_view> paths(names.begin(), names.end());
  compare(paths);
  std::ranges::reverse(paths);
  compare(paths);
  std::ranges::rotate(paths, paths.begin() + 5);
  std::swap(paths[2], paths[9]);
  paths.insert(paths.begin() + 4, "nowhere");
  compare(paths);
  compare({paths[0], paths[0], paths[3]});
}

// What failed is not held: the words of an error are the ledger's.
TEST_F(Batches, RowsThatAreHeldInMemoryAreThoseOfTheLedger) {
  Record rich = plain_record(3, "d/rich");
  rich.content_digest = dicom::xxh128(as_bytes(std::string_view("bytes")));
  rich.keys.emplace().references.resize(3);
  rich.keys->object.sop = 7;
  for (int i = 0; i < 50; ++i)
    rich.findings.add({{2, 9}, Severity::Info, {}, 1, "p", "n" + std::to_string(i)});
  Record other = plain_record(4, "e/other");
  other.study = "9.9";
  done({plain_record(1, "d/a"), failed_record(2, "d/failed"), rich, other});
  const Record planned = plain_record(5, "f/planned");
  const Record* one = &planned;
  ASSERT_TRUE(ledger_->plan({}, {&one, 1}).has_value());
  HeldRows held;
  std::vector<std::pair<std::string, std::uint32_t>> rows;
  ASSERT_TRUE(ledger_->each_known(
      [&](std::string_view path, const Known& row) { rows.emplace_back(path, row.held); }, &held));
  ledger_.reset();  // what is held is there without it
  SetUp();
  ASSERT_EQ(rows.size(), 5U);
  for (const auto& [path, number] : rows) {
    const bool kept = path != "d/failed" && path != "f/planned";
    ASSERT_EQ(number != HeldRows::kNone, kept) << path;
    if (!kept) continue;
    Record read = failed_record(9, path);  // over whatever it held
    ASSERT_TRUE(held.read(number, read).has_value());
    const Record wanted = *ledger_->record_of(path).value();
    EXPECT_EQ(read.path, path);
    EXPECT_EQ(read.sequence, wanted.sequence);
    EXPECT_EQ(read.source, wanted.source);
    EXPECT_EQ(read.outcome, wanted.outcome);
    EXPECT_EQ(read.study, wanted.study);
    EXPECT_EQ(read.sop_instance, wanted.sop_instance);
    EXPECT_EQ(read.reason, wanted.reason);
    EXPECT_FALSE(read.error.has_value());
    EXPECT_EQ(read.error_tag, "");
    EXPECT_EQ(read.bytes_in, wanted.bytes_in);
    EXPECT_EQ(read.bytes_out, wanted.bytes_out);
    EXPECT_EQ(read.output, wanted.output);
    EXPECT_EQ(read.pixel_digest, wanted.pixel_digest);
    EXPECT_EQ(read.content_digest, wanted.content_digest);
    ASSERT_EQ(read.keys.has_value(), wanted.keys.has_value());
    if (read.keys) {
      EXPECT_EQ(dicom::encode(*read.keys), dicom::encode(*wanted.keys));
    }
    ASSERT_EQ(read.findings.kept().size(), wanted.findings.kept().size());
    for (std::size_t i = 0; i < read.findings.kept().size(); ++i)
      EXPECT_EQ(read.findings.kept()[i].message, wanted.findings.kept()[i].message);
    EXPECT_EQ(read.findings.count(dicom::RuleId{2, 9}), wanted.findings.count(dicom::RuleId{2, 9}));
  }
}

TEST_F(Batches, AJobThatFoundNothingBetweenObjectsSaysByWhat) {
  const auto some = dicom::xxh128(as_bytes(std::string_view("some")));
  const auto others = dicom::xxh128(as_bytes(std::string_view("others")));
  Job job = *ledger_->start_job({});
  job.nothing_between = some;
  EXPECT_FALSE(*ledger_->found_nothing_between(some));
  ASSERT_TRUE(ledger_->finish_job(job));
  ASSERT_TRUE(ledger_->finish_job(*ledger_->start_job({})));
  EXPECT_TRUE(*ledger_->found_nothing_between(some));
  EXPECT_FALSE(*ledger_->found_nothing_between(others));
}

// While its writer goes on, and whatever has become of the log.
TEST_F(Batches, OfAJobThatOnlyLooksAreInTheLedgerWhereverTheirLogWasFolded) {
  Job job;
  job.command = "validate";
  job = *ledger_->start_job(job);
  constexpr std::uint64_t kEach = 600;
  for (std::uint64_t batch = 0; batch < 12; ++batch) {
    std::vector<Record> records;
    for (std::uint64_t i = 0; i < kEach; ++i)
      records.push_back(plain_record(i, std::to_string(batch) + "/" + std::to_string(i)));
    add(records);
    ASSERT_TRUE(ledger_->commit().has_value());
    EXPECT_EQ((*Ledger::open(folder_ / "l.db", Ledger::Mode::Read))->totals()->seen,
              kEach * (batch + 1));
  }
  ASSERT_TRUE(ledger_->finish_job(job));
  ledger_.reset();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "l.db-wal"));
  EXPECT_EQ((*Ledger::open(folder_ / "l.db", Ledger::Mode::Read))->totals()->seen, 12 * kEach);
}

class BatchesOfAJob : public Batches, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    Batches::SetUp();
    job_.command = GetParam();
    job_ = *ledger_->start_job(job_);
  }
  Job job_;
};

INSTANTIATE_TEST_SUITE_P(ThatLooksOrWrites, BatchesOfAJob, testing::Values("validate", "convert"));

// One flush of both is enough, then: nothing is left for the log to say.
TEST_P(BatchesOfAJob, AreInTheDatabaseItselfWhenItHasEnded) {
  done({plain_record(0, "x"), plain_record(1, "y")});
  ASSERT_TRUE(ledger_->finish_job(job_));
  std::filesystem::copy_file(folder_ / "l.db", folder_ / "alone.db");
  const auto alone = *Ledger::open(folder_ / "alone.db", Ledger::Mode::Read);
  EXPECT_EQ(alone->totals()->seen, 2U);
  EXPECT_NE(alone->jobs()->front().finished_ms, 0);
}

// Who reads an older state keeps the log from being folded.
TEST_P(BatchesOfAJob, AreInTheLogWhereSomebodyReadsAsItEnds) {
  done({plain_record(0, "x")});
  const auto reader = *Ledger::open(folder_ / "l.db", Ledger::Mode::Read);
  EXPECT_TRUE(reader->each_record([&](const Record&) {
    done({plain_record(1, "y")});
    EXPECT_TRUE(ledger_->finish_job(job_));
    for (const auto* suffix : {"", "-wal"})
      std::filesystem::copy_file(folder_ / (std::string("l.db") + suffix),
                                 folder_ / (std::string("both.db") + suffix));
  }));
  const auto both = *Ledger::open(folder_ / "both.db", Ledger::Mode::Read);
  EXPECT_EQ(both->totals()->seen, 2U);
  EXPECT_NE(both->jobs()->front().finished_ms, 0);
}

TEST_F(Batches, FindingsBetweenFilesAreCountedByFileAndSeverityAndThereWhenTheyEnd) {
  done({plain_record(1, "a"), plain_record(2, "b")});
  const auto of = [](const char* path, Severity severity, const char* message) {
    Ledger::CrossFinding found = between(path, message);
    found.finding.severity = severity;
    return found;
  };
  const std::vector<Ledger::CrossFinding> first = {
      of("b", Severity::Error, "b1"), of("a", Severity::Info, "a1"),
      of("b", Severity::Warning, "b2"), of("b", Severity::Error, "b3")};
  const std::vector<Ledger::CrossFinding> second = {of("a", Severity::Warning, "a2"),
                                                    of("b", Severity::Info, "b4")};
  const auto add_both = [&] {
    ASSERT_TRUE(ledger_->begin_cross());
    ASSERT_TRUE(ledger_->add_cross(first));
    ASSERT_TRUE(ledger_->add_cross(second));
  };
  add_both();
  ledger_.reset();  // as if it had been killed
  SetUp();
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 0, 0}));
  add_both();
  ASSERT_TRUE(ledger_->end_cross());
  ledger_.reset();
  SetUp();
  EXPECT_EQ(said(), (std::vector<std::string>{"a 1.2.3  a1 a2", "b 1.2.3  b1 b2 b3 b4"}));
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{2, 2, 2}));
  judge({second[0]});
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 1, 0}));
}

TEST_F(Batches, FindingsBetweenFilesAreNotShownUntilAValidationEnds) {
  Job validation;
  validation.command = "validate";
  const auto start = [&] { return *ledger_->start_job(validation); };
  const auto read = [&] { return *Ledger::open(folder_ / "l.db", Ledger::Mode::Read); };
  done({failed_record(1, "a"), plain_record(2, "b")});
  judge({between("a", "one"), between("b", "two")});
  Job job = start();
  {
    const auto reader = read();
    EXPECT_TRUE(reader->cross_hidden());
    EXPECT_EQ(reader->totals()->findings, (std::array<std::uint64_t, 3>{0, 1, 1}));
    EXPECT_EQ(reader->rule_groups()->size(), 2U);
    std::size_t findings = 0;
    EXPECT_TRUE(reader->each_finding({}, [&](auto, auto&) { ++findings; }));
    EXPECT_EQ(findings, 2U);
    EXPECT_TRUE(reader->each_record(
        [](const Record& record) { EXPECT_FALSE(record.findings.count(dicom::RuleId{6, 8})); },
        true));
    EXPECT_EQ(reader->record_of("b")->value().sop_instance, "1.2.3.2");
  }
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 3, 1}));
  ASSERT_TRUE(ledger_->finish_job(job));
  const auto reader = read();
  EXPECT_FALSE(reader->cross_hidden());
  EXPECT_EQ(reader->totals()->findings, (std::array<std::uint64_t, 3>{0, 3, 1}));
}

TEST_F(Batches, FindingsBetweenFilesStayWhileTheyAreFoundAgain) {
  done({failed_record(1, "a"), plain_record(2, "b"), plain_record(3, "c")});
  judge({between("a", "one"), between("a", "two"), between("b", "three"), between("no", "row")});
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 4, 1}));
  const auto first = said();
  judge({between("b", "three"), between("a", "one"), between("a", "two")});
  EXPECT_EQ(said(), first);
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 4, 1}));
  judge({between("a", "two"), between("a", "two"), between("c", "four")});
  const std::vector<std::string> wanted = {
      "a  pixel data shorter than declared 8130 of 8192 bytes not CS two two", "b 1.2.3 ",
      "c 1.2.3  four"};
  EXPECT_EQ(said(), wanted);
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 4, 1}));
  EXPECT_EQ(ledger_->rule_groups()->size(), 3U);
  judge({});
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 1, 1}));
  EXPECT_EQ(ledger_->rule_groups()->size(), 2U);
}

TEST_F(Batches, ARowThatIsWrittenAgainLosesFindingsBetweenFilesUntilTheyAreJudged) {
  done({plain_record(1, "a"), plain_record(2, "b")});
  judge({between("a", "one"), between("b", "two")});
  done({plain_record(1, "a")});
  EXPECT_EQ(ledger_->totals()->findings, (std::array<std::uint64_t, 3>{0, 1, 0}));
  judge({between("a", "one"), between("b", "two")});
  EXPECT_EQ(said(), (std::vector<std::string>{"a 1.2.3  one", "b 1.2.3  two"}));
}

}  // namespace
}  // namespace slipring::ledger
