// The data sets of commitment, there and back, and what is none.
#include "engine/commitment/data_sets.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/commitment/reports.h"
#include "engine/dimse/service/verification.h"

namespace slipring::commitment {
namespace {

DataSet report() {
  return {"2.25.1",
          {{"1.2.840.10008.5.1.4.1.1.2", "1.2.1", {}},
           {"1.2.840.10008.5.1.4.1.1.2", "1.2.2", reasons::kNoSuchInstance},
           {"1.2.840.10008.5.1.4.1.1.4", "1.2.33", {}}}};
}

std::vector<std::uint8_t> bytes_of(const DataSet& data_set, bool explicit_vr) {
  Buffer out;
  append(out, data_set, explicit_vr);
  return {out.data(), out.data() + out.size()};
}

std::string_view syntax(bool explicit_vr) {
  return explicit_vr ? dimse::kExplicitLittleEndian : dimse::kImplicitLittleEndian;
}

TEST(DataSetsTest, WhatIsWrittenIsReadInBothEncodings) {
  for (const bool explicit_vr : {true, false}) {
    const auto again = read(bytes_of(report(), explicit_vr), syntax(explicit_vr));
    ASSERT_TRUE(again.has_value()) << again.error().what;
    EXPECT_EQ(again->transaction, "2.25.1");
    ASSERT_EQ(again->instances.size(), 3U);
    EXPECT_EQ(again->instances[0].sop_instance, "1.2.2");  // (0008,1198) is before (0008,1199)
    EXPECT_EQ(again->instances[0].failure, reasons::kNoSuchInstance);
    EXPECT_EQ(again->instances[2].sop_instance, "1.2.33");
    EXPECT_EQ(again->instances[2].sop_class, "1.2.840.10008.5.1.4.1.1.4");
    EXPECT_FALSE(again->instances[2].failure.has_value());
  }
}

TEST(DataSetsTest, CutAnywhereItIsRefusedOrHoldsNothingThatWasNotThere) {
  for (const bool explicit_vr : {true, false}) {
    const auto whole = bytes_of(report(), explicit_vr);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto cut = read(Bytes(whole).first(size), syntax(explicit_vr));
      if (!cut) continue;
      EXPECT_LE(cut->instances.size(), 3U);
      for (const Instance& instance : cut->instances)
        EXPECT_TRUE(instance.sop_instance.starts_with("1.2.")) << size;
    }
  }
}

TEST(DataSetsTest, WithoutTransactionOrInstanceItIsMalformed) {
  DataSet none = report();
  none.transaction.clear();
  EXPECT_FALSE(read(bytes_of(none, true), syntax(true)).has_value());
  none = report();
  none.instances[1].sop_instance.clear();
  EXPECT_FALSE(read(bytes_of(none, true), syntax(true)).has_value());
  EXPECT_FALSE(read(bytes_of(report(), true), "1.2.840.10008.1.2.1.99").has_value());
}

TEST(ReportsTest, TransactionsAreUidsAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string transaction = new_transaction();
    EXPECT_TRUE(dimse::check_uid(transaction).has_value());
    EXPECT_TRUE(seen.insert(transaction).second);
  }
}

TEST(ReportsTest, AReportGivesEachInstanceItsReason) {
  const DataSet request{"2.25.2", {{"1.2", "1", {}}, {"1.2", "2", {}}}};
  const DataSet told = report_of(request, [](const Instance& instance) {
    return instance.sop_instance == "2" ? std::optional(reasons::kClassInstanceConflict)
                                        : std::nullopt;
  });
  EXPECT_FALSE(told.instances[0].failure.has_value());
  EXPECT_EQ(told.instances[1].failure, reasons::kClassInstanceConflict);
  EXPECT_EQ(reason_name(reasons::kClassInstanceConflict), "class and instance conflict");
}

}  // namespace
}  // namespace slipring::commitment
