#include "engine/ledger/schema.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace slipring::ledger {

namespace {

constexpr std::array<const char*, 10> kTables = {
    "CREATE TABLE jobs(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, command TEXT NOT NULL,"
    " arguments TEXT NOT NULL, option_hash TEXT NOT NULL, source TEXT NOT NULL,"
    " started_ms INTEGER NOT NULL, finished_ms INTEGER NOT NULL, exit_code INTEGER NOT NULL,"
    " exit_reason TEXT NOT NULL, nothing_between BLOB NOT NULL) STRICT",

    "CREATE TABLE words(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",

    "CREATE TABLE directories(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",

    "CREATE TABLE shared(id INTEGER PRIMARY KEY, outcome INTEGER NOT NULL, device INTEGER NOT NULL,"
    " reason INTEGER NOT NULL, sop_class INTEGER NOT NULL, study INTEGER NOT NULL,"
    " series INTEGER NOT NULL, modality INTEGER NOT NULL, from_syntax INTEGER NOT NULL,"
    " to_syntax INTEGER NOT NULL) STRICT",

    "CREATE INDEX shared_by_series ON shared(series, study)",

    "CREATE TABLE files(id INTEGER PRIMARY KEY, directory INTEGER NOT NULL, name TEXT NOT NULL,"
    " done INTEGER NOT NULL, job INTEGER NOT NULL, shared INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL, bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL,"
    " infos INTEGER NOT NULL, warnings INTEGER NOT NULL, errors INTEGER NOT NULL,"
    " details BLOB NOT NULL, UNIQUE(directory, name)) STRICT",

    "CREATE TABLE cross_findings(file INTEGER NOT NULL, number INTEGER NOT NULL,"
    " rule INTEGER NOT NULL, severity INTEGER NOT NULL, tag INTEGER NOT NULL,"
    " offset INTEGER NOT NULL, path TEXT NOT NULL, message TEXT NOT NULL,"
    " PRIMARY KEY(file, number)) STRICT, WITHOUT ROWID",

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
};

constexpr std::string_view kForeign =
    "this is not a ledger: name an output directory of slipring convert, or a ledger";
constexpr std::string_view kOtherTables =
    "the ledger's tables are not what this version makes: move the ledger aside and run the same "
    "command "
    "again; outputs that are there already are compared and adopted";

constexpr std::string_view kOlder =
    "the ledger was made by an older slipring: move it aside and run the same command again; "
    "outputs that are there already are compared and adopted";

Result<void> add_tables(Database& database) {
  for (const char* table : kTables) TRY(database.execute(table));
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
  TRY(add_tables(database));
  return transaction.commit();
}

Result<void> check_schema(Database& database) {
  TRY_ASSIGN(const std::int64_t id, database.number("PRAGMA application_id"));
  if (id != kApplicationId) return fail(ErrorCode::Malformed, kNoOffset, kForeign);
  TRY_ASSIGN(const std::int64_t version, database.number("PRAGMA user_version"));
  if (version != kSchemaVersion)
    return fail(
        ErrorCode::Unsupported, kNoOffset,
        version < kSchemaVersion ? kOlder : "the ledger was made by a newer slipring: use that one",
        static_cast<std::uint64_t>(kSchemaVersion), static_cast<std::uint64_t>(version));
  TRY_ASSIGN(Statement statement,
             database.prepare(
                 "SELECT sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' ORDER BY rowid"));
  for (const std::string_view table : kTables) {
    TRY_ASSIGN(const bool row, statement.step());
    if (!row || statement.text() != table)
      return fail(ErrorCode::Malformed, kNoOffset, kOtherTables);
  }
  TRY_ASSIGN(const bool more, statement.step());
  if (more) return fail(ErrorCode::Malformed, kNoOffset, kOtherTables);
  return {};
}

}  // namespace slipring::ledger
