// What verify asks of a ledger: the names of all outputs, and the row of one.
#include <gtest/gtest.h>

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/ledger/ledger.h"
#include "tests/engine/deliver/place.h"
#include "tests/engine/ledger/samples.h"

namespace slipring::ledger {
namespace {

using dicom::Record;
using test::failed_record;
using test::plain_record;

TEST(Outputs, AreToldWithTheRowsOfThem) {
  const test::Place place;
  const auto ledger = std::move(*Ledger::open(place / "ledger.db", Ledger::Mode::Write));
  const Job job = *ledger->start_job({});
  Record renamed = plain_record(2, "a/b/c.dcm");
  renamed.output = "1.2.3/c.dcm";
  const Record same = plain_record(3, "a/d.dcm");
  const Record failed = failed_record(5, "a/failed.dcm");
  Record without = plain_record(6, "a/without.dcm");
  without.output_digest.reset();
  const Record planned = plain_record(4, "a/planned.dcm");
  const Record* const done[] = {&renamed, &same, &failed, &without};
  const Record* const begun[] = {&planned};
  ASSERT_TRUE(ledger->done(job, done));
  ASSERT_TRUE(ledger->plan(job, begun));

  std::map<std::string, std::int64_t> rows;
  ASSERT_TRUE(
      ledger->each_output([&](std::int64_t row, std::string_view output, dicom::Outcome outcome) {
        rows.emplace(output, row);
        EXPECT_EQ(outcome, dicom::Outcome::Converted);
      }));
  ASSERT_EQ(rows.size(), 2U);
  for (const Record* record : std::span(done).first(2)) {
    const auto row = ledger->row_at(rows.at(record->output));
    ASSERT_TRUE(row && *row);
    EXPECT_EQ((*row)->path, record->path);
    EXPECT_EQ((*row)->output, record->output);
    EXPECT_EQ((*row)->output_digest, record->output_digest);
    EXPECT_EQ((*row)->pixel_digest, record->pixel_digest);
    EXPECT_EQ((*row)->bytes_out, record->bytes_out);
  }
  EXPECT_FALSE(ledger->row_at(1'000'000)->has_value());
}

TEST(Outputs, RowsAreNumberedAsTheirRecordsWereWritten) {
  const test::Place place;
  const auto ledger = std::move(*Ledger::open(place / "ledger.db", Ledger::Mode::Write));
  const Job job = *ledger->start_job({});
  const Record first = plain_record(1, "z");
  const Record second = plain_record(2, "a");
  const Record failed = failed_record(3, "failed");
  Record nameless = plain_record(4, "nameless");
  nameless.sop_instance.clear();
  const Record* const one[] = {&second};
  const Record* const all[] = {&first, &second, &failed, &nameless};
  ASSERT_TRUE(ledger->plan(job, one));
  const std::int64_t planned = ledger->rows_written()[0];
  ASSERT_TRUE(ledger->done(job, all));
  const std::vector<std::int64_t> rows(ledger->rows_written().begin(),
                                       ledger->rows_written().end());
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1], planned);  // it keeps its row
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ((*ledger->row_at(rows[i]))->path, all[i]->path);

  std::vector<std::pair<std::int64_t, std::string>> instances;
  ASSERT_TRUE(ledger->each_instance(
      [&](std::int64_t row, std::string_view instance) { instances.emplace_back(row, instance); }));
  const decltype(instances) expected = {{rows[1], second.sop_instance},
                                        {rows[0], first.sop_instance}};
  EXPECT_EQ(instances, expected);
  ASSERT_TRUE(ledger->plan(job, {}));
  EXPECT_TRUE(ledger->rows_written().empty());
}

}  // namespace
}  // namespace slipring::ledger
