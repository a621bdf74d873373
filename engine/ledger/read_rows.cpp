// Reading the rows of many files at once: from row to row, or all of them once.
#include "engine/ledger/read_rows.h"

#include <fmt/format.h>

#include <algorithm>

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

HeldRows::HeldRows() = default;
HeldRows::~HeldRows() = default;
HeldRows::HeldRows(HeldRows&&) noexcept = default;
HeldRows& HeldRows::operator=(HeldRows&&) noexcept = default;

Bytes HeldRows::keep(Bytes details) {
  if (chunks_.empty() || chunks_.back().capacity() - chunks_.back().size() < details.size())
    chunks_.emplace_back().reserve(std::max(kChunkBytes, details.size()));
  std::vector<std::uint8_t>& chunk = chunks_.back();
  const std::size_t begin = chunk.size();
  chunk.insert(chunk.end(), details.begin(), details.end());  // never grows: views stay good
  return Bytes(chunk).subspan(begin);
}

std::uint32_t HeldRows::add(const Row& row, const SharedFacts& facts) {
  constexpr std::uint64_t kFactsBytes = 1024;  // about, with the places where they are kept
  const std::uint64_t bytes = sizeof(Row) + row.details.size();
  if (bytes_ + bytes + kFactsBytes > kBytesMax) return kNone;
  if (row.shared != last_id_) {
    const auto [place, is_new] = places_.try_emplace(row.shared, std::ssize(facts_));
    if (is_new) {
      facts_.push_back(std::make_unique<SharedFacts>(facts));
      bytes_ += kFactsBytes;
    }
    last_id_ = row.shared;
    last_place_ = place->second;
  }
  bytes_ += bytes;
  rows_.push_back(row);
  rows_.back().shared = last_place_;
  rows_.back().details = keep(row.details);
  return static_cast<std::uint32_t>(rows_.size() - 1);
}

Result<void> HeldRows::read(std::uint32_t number, Record& record) const {
  const Row& row = rows_[number];
  take_facts(*facts_[static_cast<std::size_t>(row.shared)], record);
  record.sequence = row.sequence;
  record.bytes_in = row.bytes_in;
  record.bytes_out = row.bytes_out;
  TRY_ASSIGN(const Details details, unpack_details(row.details));
  return take_details(details, record, Read::All);
}

}  // namespace slipring::ledger
