// What a validation keeps of a file beside its row, and how both are forgotten.
#include <algorithm>

#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Record;

Result<void> take_contents(Statement& row, Record& record) {
  const Bytes digest = as_bytes(row.text());
  const bool has_keys = !row.next_is_null();
  const auto keys = dicom::decode_keys(as_bytes(row.text()));
  const bool has_digest = !digest.empty();
  if (has_digest && digest.size() == dicom::Xxh128Digest{}.bytes.size())
    std::ranges::copy(digest, record.content_digest.emplace().bytes.begin());
  record.keys = has_keys ? keys : std::nullopt;
  if (has_digest != record.content_digest.has_value() || has_keys != record.keys.has_value())
    return fail(ErrorCode::Malformed, kNoOffset,
                "the ledger holds contents of a wrong length: move it aside");
  return {};
}

Result<void> Ledger::State::read_contents(std::int64_t file, Record& record) {
  if (!has_contents) return {};
  TRY_ASSIGN(const bool row, contents_of.bind(file).step());
  if (!row) return {};
  const ResetAtEnd again(contents_of);
  return take_contents(contents_of, record);
}

Result<void> Ledger::forget(std::span<const std::string> paths) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->database, "BEGIN IMMEDIATE"));
  TRY_ASSIGN(Statement remove, state_->database.prepare("DELETE FROM files WHERE id=?"));
  for (const std::string& path : paths) {
    const PathParts parts = split(path);
    TRY_ASSIGN(const std::int64_t directory, state_->lookups.directories.find(parts.directory));
    TRY_ASSIGN(const bool there, state_->find_file.bind(directory).bind(parts.name).step());
    const std::int64_t id = there ? state_->find_file.integer() : 0;
    state_->find_file.reset();
    if (!there) continue;
    for (Statement* each :
         {&state_->delete_findings, &state_->delete_counts, &state_->delete_contents})
      TRY(each->bind(id).bind(id).run());
    TRY(remove.bind(id).run());
  }
  return transaction.commit();
}

}  // namespace slipring::ledger
