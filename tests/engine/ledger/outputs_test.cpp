// What verify asks of a ledger: the names of all outputs, and the row of one.
#include <gtest/gtest.h>

#include <map>
#include <span>
#include <string>

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
  ASSERT_TRUE(ledger->each_output(
      [&](std::int64_t row, std::string_view output) { rows.emplace(output, row); }));
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

}  // namespace
}  // namespace slipring::ledger
