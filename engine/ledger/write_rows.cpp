// Writing the rows of a batch: who they are, and all of them by one statement.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_set>

#include "engine/ledger/incoming.h"
#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Record;

namespace {

// Runs over ids without a gap are deleted as one.
Result<void> delete_ranges(Statement& remove, std::vector<std::int64_t>& ids) {
  std::ranges::sort(ids);
  for (std::size_t begin = 0, end = 0; begin < ids.size(); begin = end) {
    for (end = begin + 1; end < ids.size() && ids[end] == ids[end - 1] + 1;) ++end;
    TRY(remove.bind(ids[begin]).bind(ids[end - 1]).run());
  }
  return {};
}

// Records from the front whose paths all differ: of two with one path the later replaces the other.
std::size_t count_distinct(std::span<const Record* const> records) {
  // Mostly they come in order.
  const auto out_of_order = std::ranges::adjacent_find(
      records, [](const Record* a, const Record* b) { return a->path >= b->path; });
  if (out_of_order == records.end()) return records.size();
  std::unordered_set<std::string_view> paths;
  paths.reserve(records.size());
  std::size_t count = 0;
  while (count < records.size() && paths.insert(records[count]->path).second) ++count;
  return count;
}

}  // namespace

bool NewestDirectory::adds(std::int64_t directory, std::string_view file) {
  if (directory < id || (directory == id && (!name || file <= *name))) return false;
  id = directory;
  name = file;
  return true;
}

Result<void> Ledger::State::prepare_rows() {
  std::string places = "?1,?2";
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
                                          "c0,c1,c2,{} FROM incoming WHERE true"
                                          " ON CONFLICT(id) DO UPDATE "
                                          "SET {}",
                                          record_columns(), places, assignments)));
  // Of files that all have no row: the library numbers them, and need not look for the numbers.
  TRY_ASSIGN(add_files, database.prepare(fmt::format("INSERT OR FAIL INTO files(directory,name,{})"
                                                     " SELECT c1,c2,{} FROM incoming",
                                                     record_columns(), places)));
  TRY_ASSIGN(find_files,
             database.prepare("SELECT i.rowid,f.id,f.infos+f.warnings+f.errors FROM incoming i"
                              " CROSS JOIN files f WHERE f.directory=i.c0 AND f.name=i.c1"));
  TRY_ASSIGN(last_file, database.prepare("SELECT coalesce(max(id),0) FROM files"));
  TRY_ASSIGN(delete_cross,
             database.prepare("DELETE FROM cross_findings WHERE file BETWEEN ? AND ?"));
  TRY_ASSIGN(newest.id, database.number("SELECT coalesce(max(id),0) FROM directories"));
  newest.name.reset();
  return {};
}

Result<void> Ledger::State::write_batch(const Job& job, std::span<const Record* const> records,
                                        Writing writing) {
  const auto write = [&]() -> Result<void> {
    TRY_ASSIGN(Transaction transaction, writing.stay_open
                                            ? Transaction::go_on(database)
                                            : Transaction::begin(database, "BEGIN IMMEDIATE"));
    const RowContext context{writing.done, job.id};
    for (auto left = records; !left.empty();) {
      const std::size_t count = count_distinct(left);
      TRY(write_rows(context, left.first(count)));
      left = left.subspan(count);
    }
    rows_in_log += records.size();
    if (!writing.stay_open) return transaction.commit();
    transaction.keep();
    return {};
  };
  rows_written.clear();
  if (records.empty()) return {};
  if (!only_looks) TRY(flush_place());
  auto written = write();
  if (!written) {  // ids given out in what was rolled back are gone
    lookups.forget();
    newest.forget();
    rows_written.clear();
  }
  return written;
}

// Files that have no row get the ids that SQLite would give them one after another. Whether that is
// all of them.
Result<bool> Ledger::State::identify(std::span<RowIds> rows) {
  bool all_new = true;
  for (const RowIds& row : rows) all_new = newest.adds(row.directory, row.name) && all_new;
  if (!all_new) {
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
  all_new = true;
  for (RowIds& row : rows) {
    all_new = all_new && row.id == kNoId;
    if (row.id != kNoId) continue;
    if (last == std::numeric_limits<std::int64_t>::max())
      return fail(ErrorCode::Malformed, kNoOffset, "the ledger has no number left: move it aside");
    row.id = ++last;
  }
  return all_new;
}

Result<void> Ledger::State::write_rows(const RowContext& context,
                                       std::span<const Record* const> records) {
  TRY_ASSIGN(std::vector<RowIds> rows, look_up(records, lookups));
  TRY_ASSIGN(const bool all_new, identify(rows));
  std::vector<std::int64_t> had_findings;
  for (const RowIds& row : rows)
    if (row.had_findings) had_findings.push_back(row.id);
  Statement& write = all_new ? add_files : put_files;
  write.bind(context.done).bind(context.job);
  const FileRows files(context, records, rows);
  const Offered offered(database, files);
  TRY(write.run());
  for (const RowIds& row : rows) rows_written.push_back(row.id);
  return delete_ranges(delete_cross, had_findings);
}

}  // namespace slipring::ledger
