// What a validation keeps of a file beside its row, and the findings between files that come when
// all rows are there.
#include <algorithm>

#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Record;

namespace {

// Findings between objects are numbered from here on: those of the file itself are far fewer.
constexpr std::int64_t kFirstCrossNumber = std::int64_t{1} << 32;

}  // namespace

Result<void> Ledger::State::write_contents(std::int64_t file, const Record& record) {
  const std::vector<std::uint8_t> keys =
      record.keys ? dicom::encode(*record.keys) : std::vector<std::uint8_t>{};
  put_contents.bind(file);
  if (record.content_digest)
    put_contents.bind(Bytes(record.content_digest->bytes));
  else
    put_contents.bind_null();
  if (record.keys)
    put_contents.bind(Bytes(keys));
  else
    put_contents.bind_null();
  return put_contents.run();
}

Result<void> Ledger::State::read_contents(std::int64_t file, Record& record) {
  if (!has_contents) return {};
  TRY_ASSIGN(const bool row, contents_of.bind(file).step());
  if (!row) return {};
  const Bytes digest = as_bytes(contents_of.text());
  const bool has_keys = !contents_of.next_is_null();
  const auto keys = dicom::decode_keys(as_bytes(contents_of.text()));
  const bool has_digest = !digest.empty();
  if (has_digest && digest.size() == dicom::Xxh128Digest{}.bytes.size())
    std::ranges::copy(digest, record.content_digest.emplace().bytes.begin());
  record.keys = has_keys ? keys : std::nullopt;
  contents_of.reset();
  if (has_digest != record.content_digest.has_value() || has_keys != record.keys.has_value())
    return fail(ErrorCode::Malformed, kNoOffset,
                "the ledger holds contents of a wrong length: move it aside");
  return {};
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
         {&state_->delete_findings, &state_->delete_counts, &state_->delete_contents, &remove})
      TRY(each->bind(id).run());
  }
  return transaction.commit();
}

Result<void> Ledger::forget_cross() {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->database, "BEGIN IMMEDIATE"));
  // Rules 6 * 256 to 6 * 256 + 255: rows.h.
  TRY(state_->database.execute(
      "CREATE TEMP TABLE crossed AS SELECT file,severity,count FROM finding_counts"
      " WHERE rule BETWEEN 1536 AND 1791;"
      "CREATE INDEX temp.crossed_file ON crossed(file);"
      "UPDATE files SET"
      " infos=infos-(SELECT coalesce(sum(count),0) FROM crossed WHERE file=id AND severity=0),"
      " warnings=warnings-(SELECT coalesce(sum(count),0) FROM crossed WHERE file=id AND "
      "severity=1),"
      " errors=errors-(SELECT coalesce(sum(count),0) FROM crossed WHERE file=id AND severity=2)"
      " WHERE id IN (SELECT file FROM crossed);"
      "DELETE FROM findings WHERE rule BETWEEN 1536 AND 1791;"
      "DELETE FROM finding_counts WHERE rule BETWEEN 1536 AND 1791;"
      "DROP TABLE crossed"));
  return transaction.commit();
}

Result<void> Ledger::add_cross(std::span<const CrossFinding> findings) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->database, "BEGIN IMMEDIATE"));
  TRY_ASSIGN(Statement number, state_->database.prepare(
                                   "SELECT coalesce(max(number)+1,0) FROM findings WHERE file=?"));
  TRY_ASSIGN(Statement count, state_->database.prepare("INSERT INTO finding_counts VALUES(?,?,?,1)"
                                                       " ON CONFLICT DO UPDATE SET count=count+1"));
  TRY_ASSIGN(Statement sums,
             state_->database.prepare("UPDATE files SET infos=infos+(?1=0),warnings=warnings+(?1=1)"
                                      ",errors=errors+(?1=2) WHERE id=?2"));
  for (const auto& [path, finding] : findings) {
    const PathParts parts = split(path);
    TRY_ASSIGN(const std::int64_t directory, state_->lookups.directories.find(parts.directory));
    TRY_ASSIGN(const bool there, state_->find_file.bind(directory).bind(parts.name).step());
    const std::int64_t id = there ? state_->find_file.integer() : 0;
    state_->find_file.reset();
    if (!there) continue;
    TRY_ASSIGN(const bool counted, number.bind(id).step());
    const std::int64_t next = counted ? number.integer() : 0;
    number.reset();
    const auto severity = static_cast<std::int64_t>(finding.severity);
    Statement& insert = state_->insert_finding;
    insert.bind(id).bind(std::max(next, kFirstCrossNumber)).bind(number_of(finding.rule));
    insert.bind(severity).bind(std::int64_t{finding.tag.value}).bind(finding.offset);
    TRY(insert.bind(std::string_view(finding.path)).bind(std::string_view(finding.message)).run());
    TRY(count.bind(id).bind(number_of(finding.rule)).bind(severity).run());
    TRY(sums.bind(severity).bind(id).run());
  }
  return transaction.commit();
}

}  // namespace slipring::ledger
