#include "engine/ledger/ledger.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "tests/engine/deliver/place.h"
#include "tests/engine/ledger/samples.h"

namespace slipring::ledger {
namespace {

using dicom::Outcome;
using dicom::Record;
using test::failed_record;
using test::Place;
using test::plain_record;

void expect_equal(const Record& a, const Record& b) {
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.path, b.path);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.reason, b.reason);
  ASSERT_EQ(a.error.has_value(), b.error.has_value());
  if (a.error) {
    EXPECT_EQ(a.error->code, b.error->code);
    EXPECT_EQ(a.error->offset, b.error->offset);
    EXPECT_EQ(a.error->what, b.error->what);
    EXPECT_EQ(a.error->expected, b.error->expected);
    EXPECT_EQ(a.error->actual, b.error->actual);
  }
  EXPECT_EQ(a.error_tag, b.error_tag);
  EXPECT_EQ(a.sop_class, b.sop_class);
  EXPECT_EQ(a.sop_instance, b.sop_instance);
  EXPECT_EQ(a.study, b.study);
  EXPECT_EQ(a.series, b.series);
  EXPECT_EQ(a.modality, b.modality);
  EXPECT_EQ(a.from, b.from);
  EXPECT_EQ(a.to, b.to);
  EXPECT_EQ(a.bytes_in, b.bytes_in);
  EXPECT_EQ(a.bytes_out, b.bytes_out);
  EXPECT_EQ(a.frames, b.frames);
  EXPECT_EQ(a.pixel_digest, b.pixel_digest);
  EXPECT_EQ(a.pixel_verified, b.pixel_verified);
  EXPECT_EQ(a.dataset_digest, b.dataset_digest);
  EXPECT_EQ(a.output_digest, b.output_digest);
  EXPECT_EQ(a.output, b.output);
}

class LedgerTest : public testing::Test {
 protected:
  // In memory where there is such a place: the tests are of the rows, not of the disk.
  Place place_{::access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                                               : std::filesystem::temp_directory_path().string()};
  std::string path_ = place_ / "out/.slipring/ledger.db";

  std::unique_ptr<Ledger> open(Ledger::Mode mode = Ledger::Mode::Write) {
    auto ledger = Ledger::open(path_, mode);
    EXPECT_TRUE(ledger) << ledger.error().what;
    return ledger ? std::move(*ledger) : nullptr;
  }
  static Job start(Ledger& ledger, const std::string& options = "h") {
    Job job;
    job.command = "convert";
    job.arguments = "SRC OUT --to rle";
    job.option_hash = options;
    job.source = "SRC";
    auto started = ledger.start_job(job);
    EXPECT_TRUE(started);
    return *started;
  }
  static void put(Ledger& ledger, const Job& job, const Record& record, bool done = true) {
    const Record* one = &record;
    EXPECT_TRUE(ledger.plan(job, {&one, 1}));
    EXPECT_TRUE(!done || ledger.done(job, {&one, 1}));
  }
  static std::vector<Record> records(Ledger& ledger) {
    std::vector<Record> all;
    EXPECT_TRUE(ledger.each_record([&](const Record& record) { all.push_back(record); }, true));
    return all;
  }
};

TEST_F(LedgerTest, GivesBackARecordWithEverythingInIt) {
  const auto ledger = open();
  const Job job = start(*ledger);
  Record plain = plain_record(3, "a/b/c.dcm");
  Record failed = failed_record(1, "x.dcm");
  Record other_name = plain_record(2, "y.dcm");
  other_name.output = "1.2.3/4/5.dcm";
  other_name.reason = "because";
  other_name.source.device = ~std::uint64_t{0};
  for (const Record* record : {&plain, &failed, &other_name}) put(*ledger, job, *record);
  const auto all = records(*ledger);
  ASSERT_EQ(all.size(), 3U);
  expect_equal(all[0], failed);
  expect_equal(all[1], other_name);
  expect_equal(all[2], plain);
  ASSERT_EQ(all[0].findings.kept().size(), 2U);
  EXPECT_EQ(all[0].findings.kept()[0].message, "8130 of 8192 bytes");
  EXPECT_EQ(all[0].findings.kept()[0].tag, dicom::tags::PixelData);
  EXPECT_EQ(all[0].findings.kept()[0].offset, 0x5e0U);
  EXPECT_EQ(all[0].findings.count(dicom::Severity::Warning), 1U);
  const auto one = ledger->record_of("a/b/c.dcm");
  ASSERT_TRUE(one && *one);
  expect_equal(**one, plain);
  EXPECT_FALSE(ledger->record_of("a/b/d.dcm")->has_value());
}

TEST_F(LedgerTest, KeepsPathsWhateverTheirBytes) {
  const std::vector<std::string> paths = {"caf\xE9/\xFF\xFE",
                                          "a\nb/c\td",
                                          "/absolute",
                                          "trailing/",
                                          "a//b",
                                          "\xED\xA0\x80",
                                          "'; DROP TABLE files; --",
                                          std::string("a\0b", 3),
                                          ""};
  {
    const auto ledger = open();
    const Job job = start(*ledger);
    for (std::size_t i = 0; i < paths.size(); ++i) put(*ledger, job, plain_record(i, paths[i]));
  }
  const auto ledger = open(Ledger::Mode::Read);
  const auto all = records(*ledger);
  ASSERT_EQ(all.size(), paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    EXPECT_EQ(all[i].path, paths[i]);
    EXPECT_EQ(all[i].output, paths[i]);
    EXPECT_TRUE(ledger->known(paths[i])->has_value());
  }
}

TEST_F(LedgerTest, ReplacesTheRowOfTheSamePathAndItsFindings) {
  const auto ledger = open();
  put(*ledger, start(*ledger), failed_record(1, "d/x"));
  const Job second = start(*ledger, "other");
  put(*ledger, second, plain_record(1, "d/x"), false);
  ASSERT_TRUE(*ledger->known("d/x"));
  EXPECT_FALSE((*ledger->known("d/x"))->done);
  EXPECT_EQ((*ledger->known("d/x"))->option_hash, "other");
  EXPECT_TRUE(records(*ledger).empty());
  EXPECT_EQ(ledger->totals()->seen, 1U);
  EXPECT_FALSE(ledger->totals()->balanced());
  const Record now = plain_record(1, "d/x");
  const Record* one = &now;
  ASSERT_TRUE(ledger->done(second, {&one, 1}));
  const auto all = records(*ledger);
  ASSERT_EQ(all.size(), 1U);
  expect_equal(all[0], now);
  EXPECT_TRUE(all[0].findings.empty());
  EXPECT_TRUE(ledger->totals()->balanced());
}

TEST_F(LedgerTest, KnowsForTheNextRunWhatThisOneDid) {
  {
    const auto ledger = open();
    const Job job = start(*ledger, "hash 1");
    put(*ledger, job, plain_record(0, "done"));
    put(*ledger, job, plain_record(1, "planned"), false);
    put(*ledger, job, failed_record(2, "failed"));
  }
  const auto ledger = open();
  std::map<std::string, Known> known;
  ASSERT_TRUE(ledger->each_known(
      [&](std::string_view path, const Known& row) { known.emplace(path, row); }));
  ASSERT_EQ(known.size(), 3U);
  EXPECT_TRUE(known["done"].done);
  EXPECT_EQ(known["done"].source, plain_record(0, "").source);
  EXPECT_EQ(known["done"].option_hash, "hash 1");
  EXPECT_FALSE(known["planned"].done);
  EXPECT_EQ(known["failed"].outcome, Outcome::Failed);
  EXPECT_FALSE(ledger->known("nothing")->has_value());
  EXPECT_FALSE(ledger->record_of("planned")->has_value());
}

TEST_F(LedgerTest, BalancesItsBooksOverEveryOutcome) {
  const auto ledger = open();
  const Job job = start(*ledger);
  std::uint64_t sequence = 0;
  for (int outcome = 0; outcome < dicom::kOutcomeCount; ++outcome)
    for (int i = 0; i <= outcome; ++i) {
      Record record = plain_record(sequence, "f" + std::to_string(sequence));
      record.outcome = static_cast<Outcome>(outcome);
      ++sequence;
      put(*ledger, job, record);
    }
  const auto totals = *ledger->totals();
  EXPECT_EQ(totals.seen, 36U);
  for (std::size_t outcome = 0; outcome < dicom::kOutcomeCount; ++outcome)
    EXPECT_EQ(totals.by_outcome[outcome], outcome + 1);
  EXPECT_EQ(totals.bytes_in, 72'000U);
  EXPECT_EQ(totals.bytes_out, 36'000U);
  EXPECT_TRUE(totals.balanced());
}

TEST_F(LedgerTest, KeepsTheTrueCountOfFindingsBeyondTheCap) {
  const auto ledger = open();
  Record record = plain_record(0, "x");
  for (int i = 0; i < 1000; ++i)
    record.findings.add(
        {{2, 7}, i % 2 == 0 ? dicom::Severity::Warning : dicom::Severity::Error, {}, 5, "", "m"});
  put(*ledger, start(*ledger), record);
  const auto all = records(*ledger);
  EXPECT_EQ(all[0].findings.kept().size(), record.findings.kept().size());
  EXPECT_LE(record.findings.kept().size(), dicom::Findings::kErrorsKeptPerRule);
  EXPECT_EQ(all[0].findings.count(dicom::Severity::Warning), 500U);
  EXPECT_EQ(all[0].findings.count(dicom::RuleId{2, 7}), 1000U);
  EXPECT_EQ(ledger->totals()->findings, (std::array<std::uint64_t, 3>{0, 500, 500}));
  const auto groups = *ledger->rule_groups();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].severity, dicom::Severity::Error);
  EXPECT_EQ(groups[0].objects, 1U);
  EXPECT_EQ(groups[0].findings, 500U);
}

TEST_F(LedgerTest, FindsFindingsByRuleSeverityAndPath) {
  const auto ledger = open();
  const Job job = start(*ledger);
  put(*ledger, job, failed_record(1, "b/x"));
  put(*ledger, job, failed_record(0, "a/x"));
  const auto count = [&](Ledger::FindingFilter filter) {
    std::vector<std::string> paths;
    EXPECT_TRUE(ledger->each_finding(
        filter, [&](std::string_view path, const dicom::Finding&) { paths.emplace_back(path); }));
    return paths;
  };
  EXPECT_EQ(count({}), (std::vector<std::string>{"a/x", "a/x", "b/x", "b/x"}));
  EXPECT_EQ(count({"L5-02", "", ""}).size(), 2U);
  EXPECT_EQ(count({"l5-2", "", ""}).size(), 2U);
  EXPECT_EQ(count({"", "W", ""}).size(), 2U);
  EXPECT_EQ(count({"L5-02", "W", ""}).size(), 0U);
  EXPECT_EQ(count({"", "", "b/x"}), (std::vector<std::string>{"b/x", "b/x"}));
  for (const auto* rule : {"L", "L5", "L5-", "5-02", "L5-02x", "L999-01", "nonsense"})
    EXPECT_EQ(count({rule, "", ""}).size(), 0U) << rule;
  EXPECT_EQ(count({"", "X", ""}).size(), 0U);
  EXPECT_EQ(count({"", "", "nowhere/x"}).size(), 0U);
}

TEST_F(LedgerTest, GroupsByReasonRuleAndSyntaxWithTheFirstExample) {
  const auto ledger = open();
  const Job job = start(*ledger);
  put(*ledger, job, failed_record(9, "late"));
  put(*ledger, job, failed_record(4, "early"));
  put(*ledger, job, plain_record(5, "fine"));
  const auto reasons = *ledger->reason_groups();
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].objects, 2U);
  EXPECT_EQ(reasons[0].bytes_in, 1800U);
  EXPECT_EQ(reasons[0].example.path, "early");
  EXPECT_EQ(reasons[0].example.error->offset, 0x5e0U);
  const auto rules = *ledger->rule_groups();
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].rule, (dicom::RuleId{5, 2}));
  EXPECT_EQ(rules[0].example_path, "early");
  EXPECT_EQ(rules[0].example.message, "8130 of 8192 bytes");
  const auto syntaxes = *ledger->syntax_groups();
  ASSERT_EQ(syntaxes.size(), 2U);
  EXPECT_EQ(syntaxes[0].objects, 2U);
  EXPECT_EQ(syntaxes[0].to, "");
  EXPECT_EQ(syntaxes[1].to, "1.2.840.10008.1.2.5");
}

TEST_F(LedgerTest, RefusesASecondWriterAndLetsReadersIn) {
  const auto writer = open();
  const auto second = Ledger::open(path_, Ledger::Mode::Write);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Io);
  EXPECT_EQ(second.error().actual, static_cast<std::uint64_t>(EWOULDBLOCK));
  const auto reader = open(Ledger::Mode::Read);
  const Job job = start(*writer);
  for (int i = 0; i < 50; ++i) {
    put(*writer, job, plain_record(static_cast<std::uint64_t>(i), "f" + std::to_string(i)));
    EXPECT_EQ(reader->totals()->seen, static_cast<std::uint64_t>(i) + 1);
  }
}

TEST_F(LedgerTest, TellsAJobThatRunsFromOneThatWasKilled) {
  auto writer = open();
  const Job killed = start(*writer);
  put(*writer, killed, plain_record(0, "a"));
  put(*writer, killed, plain_record(1, "b"));
  const Job job = start(*writer);
  put(*writer, job, plain_record(1, "b"));
  put(*writer, job, plain_record(2, "c"), false);  // planned only: no outcome yet
  const auto running = [&] {
    std::vector<bool> all;
    const auto jobs = *open(Ledger::Mode::Read)->jobs();
    for (const Job& each : jobs) all.push_back(each.running);
    return all;
  };
  EXPECT_EQ(running(), (std::vector<bool>{false, true}));
  EXPECT_EQ(*writer->files_of(killed), 1U);
  EXPECT_EQ(*writer->files_of(job), 1U);
  writer.reset();
  EXPECT_EQ(running(), (std::vector<bool>{false, false}));
}

TEST_F(LedgerTest, WritesAgainAfterTheWriterWasKilled) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto ledger = Ledger::open(path_, Ledger::Mode::Write);
    const auto job = (*ledger)->start_job({});
    const Record record = plain_record(0, "x");
    const Record* one = &record;
    const bool written = (*ledger)->plan(*job, {&one, 1}) && (*ledger)->done(*job, {&one, 1});
    if (written) ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(records(*open(Ledger::Mode::Read)).size(), 1U);
  const auto ledger = open();
  ASSERT_EQ(records(*ledger).size(), 1U);
  const auto jobs = *ledger->jobs();
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].finished_ms, 0);
}

TEST_F(LedgerTest, KeepsTheHistoryOfJobsWhenItForgetsFiles) {
  const auto ledger = open();
  Job job = start(*ledger);
  EXPECT_EQ(job.name.size(), 25U);
  EXPECT_EQ(job.name[8], 'T');
  put(*ledger, job, failed_record(0, "a/x"));
  job.exit_code = 1;
  job.exit_reason = "objects-failed";
  ASSERT_TRUE(ledger->finish_job(job));
  ASSERT_TRUE(ledger->forget_all());
  EXPECT_EQ(ledger->totals()->seen, 0U);
  EXPECT_TRUE(ledger->rule_groups()->empty());
  const Job second = start(*ledger);
  EXPECT_NE(second.name, job.name);
  put(*ledger, second, failed_record(0, "a/x"));
  EXPECT_EQ(records(*ledger).size(), 1U);
  const auto jobs = *ledger->jobs();
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].exit_code, 1);
  EXPECT_EQ(jobs[0].exit_reason, "objects-failed");
  EXPECT_GE(jobs[0].finished_ms, jobs[0].started_ms);
  EXPECT_EQ(jobs[0].arguments, "SRC OUT --to rle");
}

TEST_F(LedgerTest, SaysWhenThereIsNone) {
  const auto ledger = Ledger::open(path_, Ledger::Mode::Read);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().code, ErrorCode::Io);
  EXPECT_EQ(ledger.error().actual, static_cast<std::uint64_t>(ENOENT));
  EXPECT_FALSE(Ledger::open(place_.path(), Ledger::Mode::Read));
}

TEST_F(LedgerTest, RefusesWhatIsNoLedgerAndLeavesItAlone) {
  for (const std::string& content :
       {std::string("not a database"), std::string(5000, 'x'),
        "SQLite format 3" + std::string(1, '\0') + std::string(200, 'y')}) {
    place_.write("out/.slipring/ledger.db", content);
    for (const auto mode : {Ledger::Mode::Read, Ledger::Mode::Write}) {
      const auto ledger = Ledger::open(path_, mode);
      ASSERT_FALSE(ledger);
      EXPECT_EQ(ledger.error().code, ErrorCode::Malformed);
      EXPECT_FALSE(ledger.error().what.empty());
    }
    EXPECT_EQ(place_.read("out/.slipring/ledger.db"), content);
  }
}

TEST_F(LedgerTest, TakesAFileThatWasOnlyBegun) {
  place_.write("out/.slipring/ledger.db", "");
  EXPECT_NE(open(), nullptr);
}

// Reads and writes everything; damage may show at any call, but only as an Error.
void use(const std::string& path, Ledger::Mode mode) {
  const auto opened = Ledger::open(path, mode);
  if (!opened) {
    EXPECT_FALSE(opened.error().what.empty());
    return;
  }
  Ledger& ledger = **opened;
  static_cast<void>(ledger.totals());
  static_cast<void>(ledger.jobs());
  static_cast<void>(ledger.each_record([](const Record&) {}, true));
  static_cast<void>(ledger.each_known([](std::string_view, const Known&) {}));
  static_cast<void>(ledger.each_finding({}, [](std::string_view, const dicom::Finding&) {}));
  static_cast<void>(ledger.rule_groups());
  static_cast<void>(ledger.reason_groups());
  static_cast<void>(ledger.syntax_groups());
  static_cast<void>(ledger.record_of("d/f3"));
  if (mode == Ledger::Mode::Read) return;
  const auto job = ledger.start_job({});
  if (!job) return;
  const Record record = failed_record(3, "d/f3");
  const Record* one = &record;
  static_cast<void>(ledger.plan(*job, {&one, 1}));
  static_cast<void>(ledger.done(*job, {&one, 1}));
}

class DamagedLedger : public LedgerTest {
 protected:
  std::string whole_;
  void SetUp() override {
    {
      const auto ledger = open();
      const Job job = start(*ledger);
      for (std::uint64_t i = 0; i < 20; ++i)
        put(*ledger, job,
            i % 3 == 0 ? failed_record(i, "d/f" + std::to_string(i))
                       : plain_record(i, "d/f" + std::to_string(i)));
    }
    whole_ = place_.read("out/.slipring/ledger.db");
    ASSERT_GT(whole_.size(), 16'384U);
  }
  void put_back(const std::string& content) {
    for (const auto* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
    place_.write("out/.slipring/ledger.db", content);
  }
};

TEST_F(DamagedLedger, NeverBreaksTheReaderWhereverItIsCutOff) {
  for (std::size_t size = 1; size < whole_.size(); size += size < 200 ? 7 : 997) {
    put_back(whole_.substr(0, size));
    use(path_, Ledger::Mode::Read);
    put_back(whole_.substr(0, size));
    use(path_, Ledger::Mode::Write);
  }
}

TEST_F(DamagedLedger, NeverBreaksTheReaderWhicheverByteIsWrong) {
  for (std::size_t at = 0; at < whole_.size(); at += at < 200 ? 3 : 131)
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string content = whole_;
      content[at] = static_cast<char>(content[at] ^ change);
      put_back(content);
      use(path_, at % 2 == 0 ? Ledger::Mode::Read : Ledger::Mode::Write);
    }
}

TEST_F(DamagedLedger, IsRefusedWithOtherTablesOrOfAnotherVersion) {
  for (const char version :
       {char{3}, char{99}}) {  // user_version, big endian at 60 (SQLite file format, 1.3)
    put_back(std::string(whole_).replace(63, 1, 1, version));
    const auto opened = Ledger::open(path_, Ledger::Mode::Write);
    EXPECT_EQ(opened ? ErrorCode::Io : opened.error().code, ErrorCode::Unsupported);
  }
  std::string other = whole_;
  const std::size_t at = other.find("to_syntax INTEGER");
  ASSERT_NE(at, std::string::npos);
  other.replace(at, 9, "to_sintax");
  put_back(other);
  const auto changed = Ledger::open(path_, Ledger::Mode::Write);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::Malformed);
}

TEST_F(DamagedLedger, IsReadFromAMediumThatCannotBeWritten) {
  const std::string at = place_ / "out/.slipring";
  if (::mount("slipring", at.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "no right to mount";
  put_back(whole_);
  const bool fixed =
      ::mount("slipring", at.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m") == 0;
  if (fixed) {
    const auto ledger = Ledger::open(path_, Ledger::Mode::Read);
    EXPECT_EQ(ledger ? records(**ledger).size() : 0, 20U);
    const auto writer = Ledger::open(path_, Ledger::Mode::Write);
    EXPECT_EQ(writer ? 0 : writer.error().actual, static_cast<std::uint64_t>(EROFS));
  }
  ::umount2(at.c_str(), MNT_DETACH);
  EXPECT_TRUE(fixed);
}

TEST(StatePath, NamesTheLastComponentAndTellsRootsApart) {
  ::setenv("XDG_STATE_HOME", "/state", 1);
  const std::string one = state_path(std::vector<std::string>{"/data/archive/"});
  EXPECT_TRUE(one.starts_with("/state/slipring/archive-"));
  EXPECT_TRUE(one.ends_with(".db"));
  EXPECT_EQ(one.size(), std::string("/state/slipring/archive-12345678.db").size());
  EXPECT_EQ(one, state_path(std::vector<std::string>{"/data/./archive"}));
  EXPECT_NE(one, state_path(std::vector<std::string>{"/other/archive"}));
  EXPECT_NE(one, state_path(std::vector<std::string>{"/data/archive", "/more"}));
  ::setenv("XDG_STATE_HOME", "relative", 1);
  ::setenv("HOME", "/home/somebody", 1);
  EXPECT_TRUE(state_path(std::vector<std::string>{"/a b/\xE9 c"})
                  .starts_with("/home/somebody/.local/state/slipring/__c-"));
  EXPECT_TRUE(state_path({}).starts_with("/home/somebody/.local/state/slipring/"));
}

}  // namespace
}  // namespace slipring::ledger
