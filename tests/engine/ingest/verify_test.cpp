// Verify while somebody writes to the ledger: the command itself is in tests/whole/contract.
#include "engine/ingest/verify.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"
#include "tests/engine/deliver/place.h"
#include "tests/engine/ledger/samples.h"

namespace slipring::ingest {
namespace {

class VerifyTest : public testing::Test {
 protected:
  static constexpr std::size_t kOutputs = 40;  // more than are under way at once

  void SetUp() override {
    options_.output = place_ / "out";
    options_.ledger = place_ / "ledger.db";
    options_.threads = 1;
    std::filesystem::create_directories(options_.output);
    for (std::size_t i = 0; i < kOutputs; ++i) {
      const std::string name = std::to_string(100 + i) + ".dcm";
      std::ofstream(options_.output + "/" + name) << name;
      records_.push_back(test::plain_record(i, name));
      records_.back().bytes_out = name.size();  // its content is its name, of which it has the hash
    }
    ledger_ = std::move(*ledger::Ledger::open(options_.ledger, ledger::Ledger::Mode::Write));
    job_ = *ledger_->start_job({});
    for (const dicom::Record& record : records_) put(&ledger::Ledger::done, record);
  }
  void put(Result<void> (ledger::Ledger::*how)(const ledger::Job&,
                                               std::span<const dicom::Record* const>),
           const dicom::Record& record) {
    const dicom::Record* one = &record;
    ASSERT_TRUE((ledger_.get()->*how)(job_, {&one, 1}));
  }
  // Calls `meanwhile` with the first output.
  VerifySummary run(const std::function<void()>& meanwhile) {
    std::size_t taken = 0;
    auto summary = verify(options_, {.take =
                                         [&](const dicom::Record&) {
                                           if (taken++ == 0) meanwhile();
                                         },
                                     .progress = [&](const Progress& now) { last_ = now; }});
    EXPECT_TRUE(summary);
    return summary ? *summary : VerifySummary{};
  }

  test::Place place_;
  VerifyOptions options_;
  std::vector<dicom::Record> records_;
  std::unique_ptr<ledger::Ledger> ledger_;
  ledger::Job job_;
  Progress last_;
};

TEST_F(VerifyTest, TellsOfEachOutputAndHowFarItIs) {
  const VerifySummary summary = run([] {});
  EXPECT_EQ(summary.outputs, kOutputs);
  EXPECT_EQ(summary.intact, kOutputs);
  EXPECT_EQ(exit_of(summary).code, 0);
  EXPECT_EQ(last_.done, kOutputs);
  EXPECT_EQ(last_.total, kOutputs);
}

TEST_F(VerifyTest, AnOutputThatTheLedgerTakesBackMeanwhileIsNoneOfItsOutputs) {
  const VerifySummary summary = run([&] { put(&ledger::Ledger::plan, records_.back()); });
  EXPECT_EQ(summary.outputs, kOutputs - 1);
  EXPECT_EQ(summary.intact, kOutputs - 1);
  EXPECT_EQ(summary.extra, 1U);
  EXPECT_EQ(exit_of(summary).code, 1);
}

TEST_F(VerifyTest, WhatIsTakenBackAndIsNotThereIsNotMissing) {
  std::filesystem::remove(options_.output + "/" + records_.back().output);
  const VerifySummary summary = run([&] { put(&ledger::Ledger::plan, records_.back()); });
  EXPECT_EQ(summary.outputs, kOutputs - 1);
  EXPECT_EQ(summary.intact, kOutputs - 1);
  EXPECT_EQ(summary.missing, 0U);
}

}  // namespace
}  // namespace slipring::ingest
