// Reading the rows of many files at once, from row to row.
#include <fmt/format.h>

#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Record;

// Files are asked for as they lie in their directories, which is how they were written: the row of
// one is nearly always followed by that of the next, and only where it is not is a name looked up.
Result<std::vector<std::optional<Record>>> Ledger::records_of(
    std::span<const std::string_view> paths, With with) {
  State& state = *state_;
  std::vector<std::optional<Record>> records(paths.size());
  const ResetAtEnd again(state.next_records);
  std::string_view directory_text;
  std::int64_t directory = kNoId;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const PathParts parts = split(paths[i]);
    if (i == 0 || parts.directory != directory_text) {
      directory_text = parts.directory;
      TRY_ASSIGN(directory, state.lookups.directories.find(parts.directory));
    }
    const bool goes_on = i != 0 && records[i - 1].has_value();
    TRY_ASSIGN(const bool found, state.find_next(directory, parts.name, goes_on));
    if (!found) continue;
    Record& record = records[i].emplace();
    record.path = paths[i];
    TRY(read_record(state.next_records, record, state.lookups,
                    with == With::Findings ? Read::All : Read::NoFindings));
  }
  return records;
}

// Leaves next_records at the row of that file, its columns but the first two still to be read.
// False: there is none that is done.
Result<bool> Ledger::State::find_next(std::int64_t directory, std::string_view name, bool goes_on) {
  const auto stands_here = [&]() -> Result<bool> {
    TRY_ASSIGN(const bool more, next_records.step());
    return more && next_records.integer() == directory && next_records.text() == name;
  };
  if (goes_on) {
    TRY_ASSIGN(const bool here, stands_here());
    if (here) return true;
  }
  next_records.reset();
  const ResetAtEnd again(find_file);
  TRY_ASSIGN(const bool there, find_file.bind(directory).bind(name).step());
  if (!there) return false;
  next_records.bind(find_file.integer());
  return stands_here();
}

Result<void> Ledger::State::prepare_reading_many() {
  TRY_ASSIGN(next_records, database.prepare(fmt::format("SELECT directory,name,{} FROM files"
                                                        " WHERE id>=? AND done=1 ORDER BY id",
                                                        record_columns())));
  return {};
}

}  // namespace slipring::ledger
