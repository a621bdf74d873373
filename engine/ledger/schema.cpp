#include "engine/ledger/schema.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string>

namespace slipring::ledger {

namespace {

// Appended to, never changed: a version has the first so many of them.
constexpr std::array<const char*, 10> kTables = {
    "CREATE TABLE jobs(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, command TEXT NOT NULL,"
    " arguments TEXT NOT NULL, option_hash TEXT NOT NULL, source TEXT NOT NULL,"
    " started_ms INTEGER NOT NULL, finished_ms INTEGER NOT NULL, exit_code INTEGER NOT NULL,"
    " exit_reason TEXT NOT NULL) STRICT",

    "CREATE TABLE words(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",

    "CREATE TABLE directories(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",

    "CREATE TABLE files(id INTEGER PRIMARY KEY, directory INTEGER NOT NULL, name TEXT NOT NULL,"
    " done INTEGER NOT NULL, sequence INTEGER NOT NULL, job INTEGER NOT NULL,"
    " options INTEGER NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,"
    " size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,"
    " outcome INTEGER NOT NULL, reason INTEGER NOT NULL, error_code INTEGER, error_offset INTEGER,"
    " error_what INTEGER, error_expected INTEGER, error_actual INTEGER, error_tag TEXT,"
    " sop_class INTEGER NOT NULL, sop_instance TEXT NOT NULL, study INTEGER NOT NULL,"
    " series INTEGER NOT NULL, modality INTEGER NOT NULL, from_syntax INTEGER NOT NULL,"
    " to_syntax INTEGER NOT NULL, bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL,"
    " frames INTEGER NOT NULL, pixel_digest BLOB, pixel_verified INTEGER NOT NULL,"
    " dataset_digest BLOB, output_digest BLOB, output ANY, infos INTEGER NOT NULL,"
    " warnings INTEGER NOT NULL, errors INTEGER NOT NULL, UNIQUE(directory, name)) STRICT",

    "CREATE TABLE findings(file INTEGER NOT NULL, number INTEGER NOT NULL, rule INTEGER NOT NULL,"
    " severity INTEGER NOT NULL, tag INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " path TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY(file, number)) STRICT, WITHOUT ROWID",

    "CREATE TABLE finding_counts(file INTEGER NOT NULL, rule INTEGER NOT NULL,"
    " severity INTEGER NOT NULL, count INTEGER NOT NULL,"
    " PRIMARY KEY(file, rule, severity)) STRICT, WITHOUT ROWID",

    "CREATE TABLE peers(id INTEGER PRIMARY KEY, host TEXT NOT NULL, port INTEGER NOT NULL,"
    " called_ae TEXT NOT NULL, calling_ae TEXT NOT NULL,"
    " UNIQUE(host, port, called_ae, calling_ae)) STRICT",

    "CREATE TABLE deliveries(id INTEGER PRIMARY KEY, peer INTEGER NOT NULL,"
    " directory INTEGER NOT NULL, name TEXT NOT NULL, sequence INTEGER NOT NULL,"
    " job INTEGER NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,"
    " size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL,"
    " sop_class INTEGER NOT NULL, sop_instance TEXT NOT NULL, study INTEGER NOT NULL,"
    " from_syntax INTEGER NOT NULL, to_syntax INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " state INTEGER NOT NULL, attempts INTEGER NOT NULL, status INTEGER, reason INTEGER NOT NULL,"
    " offending TEXT NOT NULL, comment TEXT NOT NULL, commitment INTEGER NOT NULL,"
    " transaction_uid INTEGER NOT NULL, commitment_reason INTEGER,"
    " UNIQUE(peer, directory, name)) STRICT",

    "CREATE INDEX deliveries_by_instance ON deliveries(peer, sop_instance)",

    // Of a validation: the digest of all bytes (NULL where not all were read), and what layer 6
    // needs of the object (dicom/between/object_key; NULL where there is none).
    "CREATE TABLE contents(file INTEGER PRIMARY KEY, digest BLOB, keys BLOB) STRICT",
};

constexpr std::size_t tables_of(std::int64_t version) {
  return version < 2 ? 6 : version < 3 ? 9 : kTables.size();
}

constexpr std::string_view kForeign =
    "this is not a ledger: name an output directory of slipring convert, or a ledger";
constexpr std::string_view kOtherTables =
    "the ledger's tables are not what this version makes: move the ledger aside and run the same "
    "command "
    "again; outputs that are there already are compared and adopted";

Result<void> add_tables(Database& database, std::size_t first) {
  for (std::size_t i = first; i < kTables.size(); ++i) TRY(database.execute(kTables[i]));
  const std::string marks = fmt::format("PRAGMA application_id={}; PRAGMA user_version={}",
                                        kApplicationId, kSchemaVersion);
  return database.execute(marks.c_str());
}

}  // namespace

Result<bool> is_empty(Database& database) {
  TRY_ASSIGN(const std::int64_t objects, database.number("SELECT count(*) FROM sqlite_schema"));
  TRY_ASSIGN(const std::int64_t id, database.number("PRAGMA application_id"));
  return objects == 0 && id == 0;
}

Result<void> create_schema(Database& database) {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(database, "BEGIN IMMEDIATE"));
  TRY(add_tables(database, 0));
  return transaction.commit();
}

Result<void> bring_up_to_date(Database& database) {
  TRY_ASSIGN(const std::int64_t version, database.number("PRAGMA user_version"));
  if (version == kSchemaVersion) return {};
  TRY_ASSIGN(Transaction transaction, Transaction::begin(database, "BEGIN IMMEDIATE"));
  TRY(add_tables(database, tables_of(version)));
  return transaction.commit();
}

Result<void> check_schema(Database& database) {
  TRY_ASSIGN(const std::int64_t id, database.number("PRAGMA application_id"));
  if (id != kApplicationId) return fail(ErrorCode::Malformed, kNoOffset, kForeign);
  TRY_ASSIGN(const std::int64_t version, database.number("PRAGMA user_version"));
  if (version > kSchemaVersion)
    return fail(ErrorCode::Unsupported, kNoOffset,
                "the ledger was made by a newer slipring: use that one",
                static_cast<std::uint64_t>(kSchemaVersion), static_cast<std::uint64_t>(version));
  TRY_ASSIGN(Statement statement,
             database.prepare(
                 "SELECT sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' ORDER BY rowid"));
  for (const std::string_view table : std::span(kTables).first(tables_of(version))) {
    TRY_ASSIGN(const bool row, statement.step());
    if (!row || statement.text() != table)
      return fail(ErrorCode::Malformed, kNoOffset, kOtherTables);
  }
  TRY_ASSIGN(const bool more, statement.step());
  if (more) return fail(ErrorCode::Malformed, kNoOffset, kOtherTables);
  return {};
}

}  // namespace slipring::ledger
