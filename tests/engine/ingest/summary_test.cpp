#include "engine/ingest/summary.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace slipring::ingest {
namespace {

dicom::Record record_of(dicom::Outcome outcome) {
  dicom::Record record;
  record.outcome = outcome;
  record.bytes_in = 100;
  return record;
}

Summary clean_summary() {
  Summary summary;
  summary.discovered = 1;
  summary.count(record_of(dicom::Outcome::Converted), dicom::FileKind::Part10);
  return summary;
}

TEST(Summary, BalancesWhenEveryNameHasOneOutcome) {
  Summary summary = clean_summary();
  EXPECT_TRUE(summary.balanced());
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 0);
}

TEST(Summary, DoesNotBalanceWhenANameWasLost) {
  Summary summary = clean_summary();
  summary.discovered = 2;
  EXPECT_FALSE(summary.balanced());
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 1);
  EXPECT_EQ(exit_of(summary, std::nullopt).reason, "books-do-not-balance");
}

TEST(Summary, ExitsWithOneWhenAnObjectFailed) {
  Summary summary = clean_summary();
  ++summary.discovered;
  summary.count(record_of(dicom::Outcome::Failed), dicom::FileKind::Part10);
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 1);
}

TEST(Summary, ExitsWithThreeWhenASourceCouldNotBeRead) {
  Summary summary = clean_summary();
  ++summary.discovered;
  dicom::Record unreadable = record_of(dicom::Outcome::Failed);
  unreadable.error = Error{ErrorCode::Io, kNoOffset, "read", 0, 5};
  summary.count(unreadable, dicom::FileKind::Unknown);
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 3);
}

TEST(Summary, ExitsWithFourWhenNothingWasDicom) {
  Summary summary;
  summary.discovered = 1;
  summary.count(record_of(dicom::Outcome::Skipped), dicom::FileKind::Text);
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 4);
}

TEST(Summary, WorstExitWins) {
  Summary summary = clean_summary();
  summary.unreadable = 1;
  summary.destination = Error{ErrorCode::Io, kNoOffset, "write", 0, 28};
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 5);
  summary.ledger = Error{ErrorCode::Malformed, kNoOffset, "ledger"};
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 6);
}

TEST(Summary, FindingsCountOnlyFromTheSeverityAskedFor) {
  Summary summary = clean_summary();
  summary.findings[static_cast<std::size_t>(dicom::Severity::Warning)] = 3;
  EXPECT_EQ(exit_of(summary, dicom::Severity::Error).code, 0);
  EXPECT_EQ(exit_of(summary, dicom::Severity::Warning).code, 1);
}

TEST(Summary, ADiskThatIsFullIsTheOutputsTroubleThoughTheLedgerLiesOnIt) {
  Summary summary = clean_summary();
  summary.ledger = Error{ErrorCode::Io, kNoOffset, "the ledger", 0, ENOSPC};
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 6) << "the ledger's disk alone";
  summary.destination = Error{ErrorCode::Io, kNoOffset, "the output", 0, ENOSPC};
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 5);
  summary.ledger = Error{ErrorCode::Io, kNoOffset, "the ledger", 0, EIO};
  EXPECT_EQ(exit_of(summary, std::nullopt).code, 6) << "damaged";
}

}  // namespace
}  // namespace slipring::ingest
