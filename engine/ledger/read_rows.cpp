// Reading the rows of many files at once, a statement for each table.
#include <fmt/format.h>

#include <algorithm>

#include "engine/ledger/incoming.h"
#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Record;

namespace {

using Records = std::vector<std::optional<Record>>;

// c0 directory, c1 name of the paths; and, when they are known, c2 the ids of their rows.
class Wanted final : public IncomingRows {
 public:
  struct Row {
    std::int64_t directory = kNoId;
    std::string_view name;
    std::int64_t id = kNoId;
  };
  explicit Wanted(std::size_t count) : rows(count) {}
  [[nodiscard]] std::size_t size() const override { return rows.size(); }
  void give(std::size_t row, int column, Cell cell) const override {
    const Row& at = rows[row];
    if (column == 1) return cell.put(at.name);
    cell.put(column == 0 ? at.directory : at.id);
  }
  std::vector<Row> rows;
};

// The record that a joined row belongs to: its first column is the number of the wanted row.
Record& owner(Statement& row, Records& records) {
  return *records[static_cast<std::size_t>(row.integer())];
}

Result<void> read_findings(Statement& select, Records& records) {
  const ResetAtEnd again(select);
  while (true) {
    TRY_ASSIGN(const bool more, select.step());
    if (!more) return {};
    Record& record = owner(select, records);
    TRY_ASSIGN(dicom::Finding finding, read_finding(select));
    record.findings.add(std::move(finding));
  }
}

// Of a rule, more may have been found than were kept.
Result<void> read_counts(Statement& select, Records& records) {
  const ResetAtEnd again(select);
  while (true) {
    TRY_ASSIGN(const bool more, select.step());
    if (!more) return {};
    Record& record = owner(select, records);
    dicom::Findings::Count count{rule_from(select.integer()), {}, 0};
    TRY_ASSIGN(count.severity, severity_from(select.integer()));
    count.count = select.natural();
    for (const auto& have : record.findings.counts())
      if (have.rule == count.rule && have.severity == count.severity)
        count.count -= std::min(count.count, have.count);
    if (count.count != 0) record.findings.add_count(count);
  }
}

}  // namespace

Result<Records> Ledger::records_of(std::span<const std::string_view> paths, With with) {
  State& state = *state_;
  Records records(paths.size());
  Wanted wanted(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const PathParts parts = split(paths[i]);
    wanted.rows[i].name = parts.name;
    const bool same = i != 0 && parts.directory == split(paths[i - 1]).directory;
    if (same) {
      wanted.rows[i].directory = wanted.rows[i - 1].directory;
    } else {
      TRY_ASSIGN(wanted.rows[i].directory, state.lookups.directories.find(parts.directory));
    }
  }
  const Offered offered(state.database, wanted);
  {
    const ResetAtEnd again(state.find_records);
    while (true) {
      TRY_ASSIGN(const bool more, state.find_records.step());
      if (!more) break;
      const auto number = static_cast<std::size_t>(state.find_records.integer());
      wanted.rows[number].id = state.find_records.integer();
      TRY_ASSIGN(records[number],
                 read_record(state.find_records, std::string(paths[number]), state.lookups));
    }
  }
  if (with == With::Findings) {
    TRY(read_findings(state.find_findings, records));
    TRY(read_counts(state.find_counts, records));
  }
  const ResetAtEnd again(state.find_contents);
  while (true) {
    TRY_ASSIGN(const bool more, state.find_contents.step());
    if (!more) return records;
    TRY(take_contents(state.find_contents, owner(state.find_contents, records)));
  }
}

Result<void> Ledger::State::prepare_reading_many() {
  TRY_ASSIGN(find_records, database.prepare(fmt::format(
                               "SELECT i.rowid,f.id,{} FROM incoming i CROSS JOIN files f"
                               " WHERE f.directory=i.c0 AND f.name=i.c1 AND f.done=1",
                               record_columns())));
  TRY_ASSIGN(find_findings,
             database.prepare(fmt::format("SELECT i.rowid,{} FROM incoming i CROSS JOIN findings g"
                                          " WHERE g.file=i.c2 AND g.number<{}",
                                          kFindingColumns, kFirstCrossNumber)));
  // Of layer 6 a file has none of its own but what is kept.
  TRY_ASSIGN(find_counts, database.prepare(fmt::format(
                              "SELECT i.rowid,rule,severity,count FROM incoming i CROSS JOIN"
                              " finding_counts g WHERE g.file=i.c2 AND rule NOT {}",
                              kOfCross)));
  TRY_ASSIGN(find_contents, database.prepare("SELECT i.rowid,digest,keys FROM incoming i CROSS JOIN"
                                             " contents c WHERE c.file=i.c2"));
  return {};
}

}  // namespace slipring::ledger
