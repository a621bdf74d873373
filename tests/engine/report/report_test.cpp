#include "engine/report/report.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/engine/deliver/place.h"
#include "tests/engine/ledger/samples.h"

namespace slipring::report {
namespace {

using test::failed_record;
using test::Place;
using test::plain_record;

RuleTexts describe(dicom::RuleId rule) {
  if (rule == dicom::RuleId{5, 2})
    return {"pixel data shorter than Rows x Columns x Frames", "look for another copy"};
  return {};
}

// One job, as a killed run leaves it when `unfinished`.
class Report : public testing::Test {
 protected:
  Place place_;
  std::unique_ptr<ledger::Ledger> ledger_ =
      std::move(*ledger::Ledger::open(place_ / "ledger.db", ledger::Ledger::Mode::Write));
  ledger::Job job_;

  void SetUp() override {
    ledger::Job job;
    job.name = "20261122T150000Z-3f2a91c4";
    job.command = "convert";
    job.arguments = "/archive /new --to rle";
    job.started_ms = 1'795'359'600'000;
    job_ = *ledger_->start_job(job);
  }
  void put(const dicom::Record& record, bool done = true) {
    const dicom::Record* one = &record;
    ASSERT_TRUE(ledger_->plan(job_, {&one, 1}));
    ASSERT_TRUE(!done || ledger_->done(job_, {&one, 1}));
  }
  void fill() {
    for (std::uint64_t i = 0; i < 12; ++i)
      put(plain_record(i, "CT/a/" + std::to_string(i) + ".dcm"));
    put(failed_record(20, "CT/b\x1B[31m\xE9.dcm"));
    put(failed_record(21, "CT/c.dcm"));
    auto skipped = plain_record(30, "README.txt");
    skipped.outcome = dicom::Outcome::Skipped;
    skipped.reason = "not DICOM (text)";
    skipped.modality = skipped.from = skipped.to = skipped.output = "";
    skipped.bytes_out = 0;
    skipped.pixel_digest.reset();
    put(skipped);
    job_.finished_ms = job_.started_ms + 83'500;
    job_.exit_code = 1;
    job_.exit_reason = "objects-failed";
    ASSERT_TRUE(ledger_->finish_job(job_));
  }
};

void replace(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

// What differs from run to run is the place of the ledger, and from release to release the version.
std::string without_place(std::string text, const Place& place) {
  replace(text, place.path() + "/", "/");
  replace(text, "report    slipring " SLIPRING_VERSION, "report    slipring VERSION");
  replace(text, "\"version\": \"" SLIPRING_VERSION "\"", "\"version\": \"VERSION\"");
  return text;
}

// With SLIPRING_UPDATE_GOLDEN set, writes the file instead: read the difference before committing
// it.
void expect_golden(const std::string& name, const std::string& text, const Place& place) {
  const std::string path = std::string(SLIPRING_SOURCE_DIR) + "/tests/engine/report/golden/" + name;
  const std::string now = without_place(text, place);
  if (std::getenv("SLIPRING_UPDATE_GOLDEN") != nullptr)
    std::ofstream(path, std::ios::binary) << now;
  std::ifstream file(path, std::ios::binary);
  const std::string expected(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(now, expected);
}

TEST_F(Report, IsTheGoldenText) {
  fill();
  const auto text = as_text(*ledger_, describe);
  ASSERT_TRUE(text);
  expect_golden("report.txt", *text, place_);
}

TEST_F(Report, IsTheGoldenJson) {
  fill();
  const auto json = as_json(*ledger_, describe);
  ASSERT_TRUE(json);
  expect_golden("report.json", json->dump(2) + "\n", place_);
}

TEST_F(Report, LetsNoControlCharacterThrough) {
  fill();
  const std::string text = *as_text(*ledger_);
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

TEST_F(Report, SaysWhenTheBooksDoNotBalance) {
  fill();
  put(plain_record(40, "CT/planned.dcm"), false);
  const auto json = *as_json(*ledger_);
  EXPECT_EQ(json["verdict"]["balanced"], false);
  EXPECT_EQ(json["verdict"]["without_outcome"], 1);
  EXPECT_EQ(json["verdict"]["arithmetic"],
            "16 = 12 converted + 2 failed + 1 skipped + 1 without an outcome");
  EXPECT_NE(as_text(*ledger_)->find("the books do not balance"), std::string::npos);
}

TEST_F(Report, IsWholeOverAnEmptyLedger) {
  const auto json = *as_json(*ledger_);
  EXPECT_EQ(json["verdict"]["balanced"], true);
  EXPECT_EQ(json["verdict"]["arithmetic"], "0 = 0");
  EXPECT_NE(as_text(*ledger_)->find("  running\n"), std::string::npos);
}

TEST_F(Report, OfWhatWroteNothingTellsNoPixelsVerified) {
  dicom::Record record = plain_record(1, "looked at");
  record.outcome = dicom::Outcome::Ok;
  record.bytes_out = 0;
  record.pixel_verified = false;
  put(record);
  EXPECT_EQ(as_text(*ledger_)->find("verified"), std::string::npos);
  EXPECT_EQ(as_text(*ledger_)->find(" out\n"), std::string::npos);
}

TEST_F(Report, HasTheSameDigestOfRowsInWhateverOrderTheyWereWritten) {
  for (const auto i : {0, 1, 2})
    put(plain_record(static_cast<std::uint64_t>(i), std::to_string(i)));
  const auto forward = (*as_json(*ledger_))["verdict"]["rows_sha256"];
  ASSERT_TRUE(ledger_->forget_all());
  for (const auto i : {2, 0, 1})
    put(plain_record(static_cast<std::uint64_t>(i), std::to_string(i)));
  EXPECT_EQ((*as_json(*ledger_))["verdict"]["rows_sha256"], forward);
  put(plain_record(1, "other"));
  EXPECT_NE((*as_json(*ledger_))["verdict"]["rows_sha256"], forward);
}

}  // namespace
}  // namespace slipring::report
