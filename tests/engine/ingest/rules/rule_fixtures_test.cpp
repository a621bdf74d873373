// No rule without files that break it and files that do not: the table of rules is gone through,
// the files are written to a disk, and whole jobs, as the doors start them, say what they find.
// Files are those of datasets/fixtures; rules about values, attributes and pixel data of one object
// have an object each in tests/engine/validate.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "datasets/fixtures/fixture.h"
#include "engine/ingest/ingest.h"
#include "engine/ingest/nightly/clock.h"
#include "engine/validate/rules.h"
#include "tests/engine/ingest/rules/faulty_reads.h"
#include "tests/engine/map/temporary_folder.h"
#include "tests/engine/validate/rule_cases.h"

namespace slipring::ingest {
namespace {

using datasets::Befalls;
using datasets::Fixture;
using datasets::FixtureFile;
using test::Fault;

class Listener final : public Observer {
 public:
  void started(const Options&, const ledger::Job&) override {}
  void progress(const Progress&) override {}
  void object(const dicom::Record& record, dicom::FileKind) override {
    ++objects;
    if (record.error) errors[record.path] = {*record.error, record.error_tag};
    std::string& text = said[record.path];
    for (const dicom::Finding& finding : record.findings.kept()) {
      found.push_back(finding);
      text += dicom::to_string(finding.rule) + dicom::letter(finding.severity) + finding.path +
              "@" + std::to_string(finding.offset) + " " + finding.message + "\n";
    }
  }
  void between(std::string_view, const dicom::Finding& finding, bool) override {
    found.push_back(finding);
  }

  [[nodiscard]] bool has(dicom::RuleId rule) const {
    return std::ranges::find(found, rule, &dicom::Finding::rule) != found.end();
  }
  [[nodiscard]] bool has(dicom::RuleId rule, char severity) const {
    return std::ranges::any_of(found, [&](const dicom::Finding& finding) {
      return finding.rule == rule && dicom::letter(finding.severity) == severity;
    });
  }
  [[nodiscard]] std::string all() const {
    std::string text;
    for (const dicom::Finding& finding : found)
      text += dicom::to_string(finding.rule) + dicom::letter(finding.severity) + " " +
              finding.message + "\n";
    return text;
  }

  std::size_t objects = 0;
  std::map<std::string, std::string> said;                      // of each file
  std::map<std::string, std::pair<Error, std::string>> errors;  // of failed ones, and in which tag
  std::vector<dicom::Finding> found;
};

// Every test has a folder; every job of it new folders in that.
class RuleFixtures : public ::testing::Test {
 protected:
  std::string write(const std::vector<FixtureFile>& files) {
    const std::string in = folder_ / ("in" + std::to_string(++jobs_));
    for (const FixtureFile& file : files) {
      const std::string path =
          folder_.write("in" + std::to_string(jobs_) + "/" + file.path, as_text(file.bytes));
      if (!file.pipe) continue;
      std::filesystem::remove(path);
      EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    }
    return in;
  }

  Listener run(const Options& options) {
    Listener listener;
    const auto summary = ingest::run(options, listener, system_clock());
    EXPECT_TRUE(summary.has_value()) << (summary ? "" : summary.error().what);
    return listener;
  }

  static Options validation(const std::string& in) {
    Options options;
    options.command = Command::Validate;
    options.sources = {in};
    options.threads = 1;
    return options;
  }

  Options conversion(const std::string& in, bool lossy) const {
    Options options = validation(in);
    options.command = Command::Convert;
    options.output = output();
    options.ledger = output() + ".db";
    options.fsync = deliver::Fsync::None;
    options.target = dicom::find_transfer_syntax(lossy ? "1.2.840.10008.1.2.4.203"  // HTJ2K
                                                       : "1.2.840.10008.1.2");
    if (lossy) options.loss.step = 0.01;
    return options;
  }

  [[nodiscard]] std::string output() const { return folder_ / ("out" + std::to_string(jobs_)); }

  // One night, one bit, another night.
  Listener rotten(const Fixture& fixture, const std::string& in) {
    Options options = validation(in);
    options.ledger = output() + ".db";
    run(options);
    const std::filesystem::path victim = in + "/" + fixture.wrong.front().path;
    const auto time = std::filesystem::last_write_time(victim);
    std::string bytes(as_text(fixture.wrong.front().bytes));
    bytes[bytes.size() - 9] ^= 1;
    folder_.write(std::filesystem::relative(victim, folder_.path()).string(), bytes);
    std::filesystem::last_write_time(victim, time);
    return run(options);
  }

  Listener with_fault(Fault fault, const std::string& below, const Options& options) {
    const test::FaultyReads faulty(fault, below);
    Listener listener = run(options);
    EXPECT_GT(faulty.happened(), 0);
    return listener;
  }

  Listener wrong(const Fixture& fixture) {
    const std::string in = write(fixture.wrong);
    switch (fixture.befalls) {
      case Befalls::Nothing:
        break;
      case Befalls::ReadFails:
        return with_fault(Fault::Error, in, validation(in));
      case Befalls::GrowsWhenRead:
        return with_fault(Fault::Grown, in, validation(in));
      case Befalls::Rots:
        return rotten(fixture, in);
      case Befalls::WrittenWrong:
        return with_fault(Fault::OtherBit, output(), conversion(in, false));
      case Befalls::CompressedLossy:
        return run(conversion(in, true));
    }
    return run(fixture.work == datasets::Work::Convert ? conversion(in, false) : validation(in));
  }

  Listener right(const Fixture& fixture) {
    const std::string in = write(fixture.right);
    if (fixture.work == datasets::Work::Convert) return run(conversion(in, false));
    if (fixture.befalls == Befalls::Rots) {
      Options options = validation(in);
      options.ledger = output() + ".db";
      run(options);
      return run(options);
    }
    return run(validation(in));
  }

 private:
  test::TemporaryFolder folder_;
  int jobs_ = 0;
};

dicom::RuleId rule_of(const Fixture& fixture) {
  const auto rule = validate::parse_rule_id(fixture.rule);
  EXPECT_TRUE(rule) << fixture.rule;
  return rule.value_or(dicom::RuleId{});
}

TEST_F(RuleFixtures, TheWrongFilesAreReportedAndTheRightOnesAreNot) {
  for (const Fixture& fixture : datasets::fixtures()) {
    SCOPED_TRACE(std::string(fixture.rule) + ": " + std::string(fixture.what));
    const Listener of_wrong = wrong(fixture);
    EXPECT_TRUE(of_wrong.has(rule_of(fixture), fixture.severity)) << of_wrong.all();
    EXPECT_EQ(of_wrong.objects, fixture.wrong.size());
    const Listener of_right = right(fixture);
    EXPECT_FALSE(of_right.has(rule_of(fixture))) << of_right.all();
    EXPECT_EQ(of_right.objects, fixture.right.size());
  }
}

TEST_F(RuleFixtures, ObjectsThatBreakARuleAreReportedByAWholeJobTooAndTheRightOnesAreNot) {
  for (const test::RuleCase& each : test::rule_cases()) {
    SCOPED_TRACE(dicom::to_string(each.rule) + ": " + each.name);
    const auto job = [&](const test::FileBytes& bytes) {
      Options options = validation(write({{"object.dcm", bytes}}));
      options.decode_pixels = !each.headers_only;
      return run(options);
    };
    const Listener of_wrong = job(each.broken());
    EXPECT_TRUE(of_wrong.has(each.rule, dicom::letter(each.severity))) << of_wrong.all();
    const Listener of_right = job(each.right());
    EXPECT_FALSE(of_right.has(each.rule)) << of_right.all();
  }
}

// Frames of objects that come together are decoded together.
TEST_F(RuleFixtures, OfOneObjectAmongOthersIsFoundWhatIsFoundOfItAlone) {
  std::vector<FixtureFile> files;
  for (const test::RuleCase& each : test::rule_cases())
    if (!each.headers_only)
      for (const auto& make : {each.broken, each.right})
        files.push_back({std::to_string(1000 + files.size()), make()});
  const Listener together = run(validation(write(files)));
  EXPECT_EQ(together.objects, files.size());
  for (const FixtureFile& file : files)
    EXPECT_EQ(together.said.at(file.path), run(validation(write({file}))).said.at(file.path));
}

// Its tape was never made: the worker has that of the file before.
TEST_F(RuleFixtures, AFileThatCannotBeReadFurtherFailsInNoElementOfTheFileBeforeIt) {
  const auto fixtures = datasets::fixtures();
  const auto fixture = std::ranges::find(fixtures, Befalls::ReadFails, &Fixture::befalls);
  ASSERT_NE(fixture, fixtures.end());
  const auto& bytes = fixture->right.front().bytes;
  ASSERT_GT(bytes.size(), static_cast<std::size_t>(test::kGoodBytes));
  std::vector<FixtureFile> files;  // more than a worker has at hand at a time
  for (char name = 'a'; name <= 'z'; ++name) files.push_back({std::string(1, name), bytes});
  const std::string in = write(files);
  const Listener listener = with_fault(Fault::ErrorLater, in + "/z", validation(in));
  ASSERT_EQ(listener.errors.size(), 1U);
  const auto& [error, tag] = listener.errors.at("z");
  EXPECT_EQ(error.code, ErrorCode::Io);
  EXPECT_EQ(error.offset, static_cast<std::uint64_t>(test::kGoodBytes));
  EXPECT_EQ(tag, "");
}

TEST_F(RuleFixtures, NoRuleIsWithoutAndNoneIsThereThatIsNoRule) {
  std::vector<dicom::RuleId> with;
  for (const Fixture& fixture : datasets::fixtures()) with.push_back(rule_of(fixture));
  for (const test::RuleCase& each : test::rule_cases()) with.push_back(each.rule);
  for (const validate::Rule& rule : validate::rules())
    EXPECT_NE(std::ranges::find(with, rule.id), with.end()) << dicom::to_string(rule.id);
  for (const dicom::RuleId rule : with)
    EXPECT_NE(validate::find_rule(rule), nullptr) << dicom::to_string(rule);
}

}  // namespace
}  // namespace slipring::ingest
