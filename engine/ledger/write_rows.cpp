// Writing the rows of a batch: who they are, the files, and what belongs to them, a statement each.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "engine/ledger/incoming.h"
#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Finding;
using dicom::Record;

namespace {

std::vector<FindingRows::Row> finding_rows(std::span<const Record* const> records,
                                           std::span<const RowIds> ids) {
  std::vector<FindingRows::Row> rows;
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::int64_t number = 0;
    for (const Finding& finding : records[i]->findings.kept())
      rows.push_back({ids[i].id, number++, &finding});
  }
  return rows;
}

// As the table finding_counts has them.
class CountRows final : public IncomingRows {
 public:
  CountRows(std::span<const Record* const> records, std::span<const RowIds> ids) {
    for (std::size_t i = 0; i < records.size(); ++i)
      for (const dicom::Findings::Count& count : records[i]->findings.counts())
        rows_.push_back({ids[i].id, &count});
  }
  [[nodiscard]] std::size_t size() const override { return rows_.size(); }
  void give(std::size_t row, int column, Cell cell) const override {
    const Row& at = rows_[row];
    switch (column) {
      case 0:
        return cell.put(at.file);
      case 1:
        return cell.put(number_of(at.count->rule));
      case 2:
        return cell.put(static_cast<std::int64_t>(at.count->severity));
      default:
        return cell.put(at.count->count);
    }
  }

 private:
  struct Row {
    std::int64_t file;
    const dicom::Findings::Count* count;
  };
  std::vector<Row> rows_;
};

// As the table contents has them, of the records that have any.
class ContentRows final : public IncomingRows {
 public:
  ContentRows(std::span<const Record* const> records, std::span<const RowIds> ids) {
    for (std::size_t i = 0; i < records.size(); ++i)
      if (records[i]->content_digest || records[i]->keys) rows_.push_back({ids[i].id, records[i]});
  }
  [[nodiscard]] std::size_t size() const override { return rows_.size(); }
  void give(std::size_t row, int column, Cell cell) const override {
    const Record& record = *rows_[row].record;
    if (column == 0) return cell.put(rows_[row].file);
    if (column == 1)
      return record.content_digest ? cell.put(Bytes(record.content_digest->bytes))
                                   : cell.put_null();
    if (!record.keys) return cell.put_null();
    keys_ = dicom::encode(*record.keys);
    cell.put(Bytes(keys_));
  }

 private:
  struct Row {
    std::int64_t file;
    const Record* record;
  };
  std::vector<Row> rows_;
  mutable std::vector<std::uint8_t> keys_;  // of the row that was asked for last
};

// Runs over ids without a gap are deleted as one.
Result<void> delete_ranges(Statement& remove, std::vector<std::int64_t>& ids) {
  std::ranges::sort(ids);
  for (std::size_t begin = 0, end = 0; begin < ids.size(); begin = end) {
    for (end = begin + 1; end < ids.size() && ids[end] == ids[end - 1] + 1;) ++end;
    TRY(remove.bind(ids[begin]).bind(ids[end - 1]).run());
  }
  return {};
}

Result<void> put_rows(Database& database, Statement& insert, const IncomingRows& rows) {
  if (rows.size() == 0) return {};
  const Offered offered(database, rows);
  return insert.run();
}

// Records from the front whose paths all differ: of two with one path the later replaces the other.
std::size_t count_distinct(std::span<const Record* const> records) {
  std::unordered_set<std::string_view> paths;
  paths.reserve(records.size());
  std::size_t count = 0;
  while (count < records.size() && paths.insert(records[count]->path).second) ++count;
  return count;
}

}  // namespace

Result<void> Ledger::State::prepare_rows() {
  std::string places = "c0,c1,c2,?1,?2,?3";
  std::string assignments;
  int place = 3;
  std::string_view columns = record_columns();
  for (int i = 0; !columns.empty(); ++i) {
    const std::size_t comma = std::min(columns.find(','), columns.size());
    const std::string_view name = columns.substr(0, comma);
    assignments += fmt::format("{}{}=excluded.{}", i == 0 ? "" : ",", name, name);
    if (i >= kBatchColumns) places += fmt::format(",c{}", place++);
    columns.remove_prefix(std::min(comma + 1, columns.size()));
  }
  // A row that is there is updated by its id, which leaves the index of paths alone. FAIL: a batch
  // that fails is rolled back as a whole, and no statement need be undone by itself.
  TRY_ASSIGN(put_files,
             database.prepare(fmt::format("INSERT OR FAIL INTO files(id,directory,name,{}) SELECT "
                                          "{} FROM incoming WHERE true ON CONFLICT(id) DO UPDATE "
                                          "SET {}",
                                          record_columns(), places, assignments)));
  TRY_ASSIGN(find_files,
             database.prepare("SELECT i.rowid,f.id,f.infos+f.warnings+f.errors FROM incoming i"
                              " CROSS JOIN files f WHERE f.directory=i.c0 AND f.name=i.c1"));
  TRY_ASSIGN(last_file, database.prepare("SELECT coalesce(max(id),0) FROM files"));
  TRY_ASSIGN(put_findings,
             database.prepare("INSERT OR FAIL INTO findings SELECT c0,c1,c2,c3,c4,c5,c6,c7"
                              " FROM incoming"));
  TRY_ASSIGN(put_counts, database.prepare("INSERT OR FAIL INTO finding_counts"
                                          " SELECT c0,c1,c2,c3 FROM incoming"));
  TRY_ASSIGN(put_contents,
             database.prepare("INSERT OR REPLACE INTO contents SELECT c0,c1,c2 FROM incoming"));
  TRY_ASSIGN(delete_findings, database.prepare("DELETE FROM findings WHERE file BETWEEN ? AND ?"));
  TRY_ASSIGN(delete_counts,
             database.prepare("DELETE FROM finding_counts WHERE file BETWEEN ? AND ?"));
  TRY_ASSIGN(delete_contents, database.prepare("DELETE FROM contents WHERE file BETWEEN ? AND ?"));
  return {};
}

Result<void> Ledger::State::write_batch(const Job& job, std::span<const Record* const> records,
                                        Writing writing) {
  const auto write = [&]() -> Result<void> {
    TRY_ASSIGN(Transaction transaction, writing.stay_open
                                            ? Transaction::go_on(database)
                                            : Transaction::begin(database, "BEGIN IMMEDIATE"));
    RowContext context{writing.done, job.id, 0};
    TRY_ASSIGN(context.options, lookups.words.id_of(job.option_hash));
    for (auto left = records; !left.empty();) {
      const std::size_t count = count_distinct(left);
      TRY(write_rows(context, left.first(count)));
      left = left.subspan(count);
    }
    if (!writing.stay_open) return transaction.commit();
    transaction.keep();
    return {};
  };
  if (records.empty()) return {};
  auto written = write();
  if (!written) {  // ids given out in what was rolled back are gone
    lookups.words.forget();
    lookups.directories.forget();
  }
  return written;
}

// Files that have no row get the ids that SQLite would give them one after another.
Result<void> Ledger::State::identify(std::span<RowIds> rows) {
  {
    const PathRows paths(rows);
    const Offered offered(database, paths);
    const ResetAtEnd again(find_files);
    while (true) {
      TRY_ASSIGN(const bool more, find_files.step());
      if (!more) break;
      RowIds& row = rows[static_cast<std::size_t>(find_files.integer())];
      row.id = find_files.integer();
      row.had_findings = find_files.integer() != 0;
    }
  }
  TRY_ASSIGN(const bool some, last_file.step());
  std::int64_t last = some ? last_file.integer() : 0;
  last_file.reset();
  for (RowIds& row : rows) {
    row.is_new = row.id == kNoId;
    if (!row.is_new) continue;
    if (last == std::numeric_limits<std::int64_t>::max())
      return fail(ErrorCode::Malformed, kNoOffset, "the ledger has no number left: move it aside");
    row.id = ++last;
  }
  return {};
}

Result<void> Ledger::State::write_rows(const RowContext& context,
                                       std::span<const Record* const> records) {
  TRY_ASSIGN(std::vector<RowIds> rows, look_up(records, lookups));
  TRY(identify(rows));
  std::vector<std::int64_t> had_findings;
  std::vector<std::int64_t> no_contents;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].had_findings) had_findings.push_back(rows[i].id);
    if (!rows[i].is_new && !records[i]->content_digest && !records[i]->keys)
      no_contents.push_back(rows[i].id);
  }
  put_files.bind(context.done).bind(context.job).bind(context.options);
  TRY(put_rows(database, put_files, FileRows(context, records, rows)));
  TRY(delete_ranges(delete_findings, had_findings));
  TRY(delete_ranges(delete_counts, had_findings));
  TRY(delete_ranges(delete_contents, no_contents));
  TRY(put_rows(database, put_contents, ContentRows(records, rows)));
  if (!context.done) return {};
  TRY(put_rows(database, put_findings, FindingRows(finding_rows(records, rows))));
  return put_rows(database, put_counts, CountRows(records, rows));
}

}  // namespace slipring::ledger
