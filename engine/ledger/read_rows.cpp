// Reading the rows of many files at once, each table from row to row.
#include <fmt/format.h>

#include <algorithm>

#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Record;

namespace {

using Records = std::vector<std::optional<Record>>;

// Of wanted paths, some behind each other whose rows are, too: [begin, end) of the records, and the
// ids of their rows, which ascend.
struct Stretch {
  std::size_t begin = 0;
  std::vector<std::int64_t> ids;

  [[nodiscard]] std::size_t end() const { return begin + ids.size(); }
};

// Rows of another table whose first column is the id of a file, from a stretch's first file to its
// last. `take` reads the others; a file between them that nobody asked for is passed over.
template <class Take>
Result<void> read_rows_of(const Stretch& stretch, Statement& select, Records& records, Take take) {
  const ResetAtEnd again(select);
  select.bind(stretch.ids.front()).bind(stretch.ids.back());
  std::size_t at = 0;
  while (true) {
    TRY_ASSIGN(const bool more, select.step());
    if (!more) return {};
    const std::int64_t file = select.integer();
    while (at < stretch.ids.size() && stretch.ids[at] < file) ++at;
    if (at == stretch.ids.size()) return {};
    if (stretch.ids[at] == file) TRY(take(select, *records[stretch.begin + at]));
  }
}

Result<void> take_finding(Statement& row, Record& record) {
  TRY_ASSIGN(dicom::Finding finding, read_finding(row));
  record.findings.add(std::move(finding));
  return {};
}

// Of a rule, more may have been found than were kept.
Result<void> take_count(Statement& row, Record& record) {
  dicom::Findings::Count count{rule_from(row.integer()), {}, 0};
  TRY_ASSIGN(count.severity, severity_from(row.integer()));
  count.count = row.natural();
  for (const auto& have : record.findings.counts())
    if (have.rule == count.rule && have.severity == count.severity)
      count.count -= std::min(count.count, have.count);
  if (count.count != 0) record.findings.add_count(count);
  return {};
}

}  // namespace

// Files are asked for as they lie in their directories, which is how they were written: the row of
// one is nearly always followed by that of the next, and only where it is not is a name looked up.
Result<Records> Ledger::records_of(std::span<const std::string_view> paths, With with) {
  State& state = *state_;
  Records records(paths.size());
  std::vector<Stretch> stretches;
  const ResetAtEnd again(state.next_records);
  std::string_view directory_text;
  std::int64_t directory = kNoId;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const PathParts parts = split(paths[i]);
    if (i == 0 || parts.directory != directory_text) {
      directory_text = parts.directory;
      TRY_ASSIGN(directory, state.lookups.directories.find(parts.directory));
    }
    const bool goes_on = !stretches.empty() && stretches.back().end() == i;
    TRY_ASSIGN(const std::int64_t id, state.find_next(directory, parts.name, goes_on));
    if (id == kNoId) continue;
    if (!goes_on || id < stretches.back().ids.back()) stretches.push_back({i, {}});
    stretches.back().ids.push_back(id);
    TRY_ASSIGN(records[i], read_record(state.next_records, std::string(paths[i]), state.lookups));
  }
  for (const Stretch& stretch : stretches) {
    if (with == With::Findings) {
      TRY(read_rows_of(stretch, state.findings_between, records, take_finding));
      TRY(read_rows_of(stretch, state.counts_between, records, take_count));
    }
    TRY(read_rows_of(stretch, state.contents_between, records, take_contents));
  }
  return records;
}

// Leaves next_records at the row of that file, its columns but the first three still to be read,
// and gives its id; kNoId: there is none that is done.
Result<std::int64_t> Ledger::State::find_next(std::int64_t directory, std::string_view name,
                                              bool goes_on) {
  const auto stands_here = [&]() -> Result<std::int64_t> {
    TRY_ASSIGN(const bool more, next_records.step());
    if (!more) return kNoId;
    const std::int64_t id = next_records.integer();
    const bool same = next_records.integer() == directory && next_records.text() == name;
    return same ? id : kNoId;
  };
  if (goes_on) {
    TRY_ASSIGN(const std::int64_t id, stands_here());
    if (id != kNoId) return id;
  }
  next_records.reset();
  const ResetAtEnd again(find_file);
  TRY_ASSIGN(const bool there, find_file.bind(directory).bind(name).step());
  if (!there) return kNoId;
  next_records.bind(find_file.integer());
  return stands_here();
}

Result<void> Ledger::State::prepare_reading_many() {
  TRY_ASSIGN(next_records, database.prepare(fmt::format("SELECT id,directory,name,{} FROM files"
                                                        " WHERE id>=? AND done=1 ORDER BY id",
                                                        record_columns())));
  TRY_ASSIGN(findings_between,
             database.prepare(fmt::format("SELECT file,{} FROM findings WHERE file BETWEEN ? AND ?"
                                          " AND number<{} ORDER BY file,number",
                                          kFindingColumns, kFirstCrossNumber)));
  // Of layer 6 a file has none of its own but what is kept.
  TRY_ASSIGN(counts_between,
             database.prepare(fmt::format("SELECT file,rule,severity,count FROM finding_counts"
                                          " WHERE file BETWEEN ? AND ? AND rule NOT {}"
                                          " ORDER BY file",
                                          kOfCross)));
  TRY_ASSIGN(contents_between, database.prepare("SELECT file,digest,keys FROM contents"
                                                " WHERE file BETWEEN ? AND ? ORDER BY file"));
  return {};
}

}  // namespace slipring::ledger
