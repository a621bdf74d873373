#include "engine/ledger/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

#include "codecs/base/contract.h"
#include "engine/ledger/incoming.h"

namespace slipring::ledger {

namespace {

constexpr int kInstructionsPerCheck = 10'000;
constexpr int kBusyTimeoutMs = 10'000;    // readers beside a writer that checkpoints
constexpr int kValueBytesMax = 16 << 20;  // no value of ours comes near it

constexpr std::string_view kDamaged =
    "the ledger is damaged: move it and its -wal and -shm files aside and run the same command "
    "again; "
    "outputs that are there already are compared and adopted";

std::unexpected<Error> io(std::string_view what, int number) {
  return fail(ErrorCode::Io, kNoOffset, what, 0, static_cast<std::uint64_t>(number));
}

std::unexpected<Error> error_of(sqlite3* database, int code) {
  const int system_errno = database == nullptr ? 0 : sqlite3_system_errno(database);
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return io("the ledger is in use by another process", EWOULDBLOCK);
    case SQLITE_FULL:
      return io("there is no room left for the ledger", ENOSPC);
    case SQLITE_READONLY:
      return io("the ledger cannot be written", EROFS);
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return io("the ledger cannot be opened", EACCES);
    case SQLITE_CANTOPEN:
      return io("the ledger cannot be opened", system_errno);
    case SQLITE_IOERR:
      return io("the ledger cannot be read or written", system_errno == 0 ? EIO : system_errno);
    case SQLITE_NOMEM:
      return io("there is no memory for the ledger", ENOMEM);
    case SQLITE_MISUSE:
      return fail(ErrorCode::Internal, kNoOffset, "the ledger was used wrongly");
    default:  // CORRUPT, NOTADB, CONSTRAINT, MISMATCH, TOOBIG, INTERRUPT (our bound), ERROR
              // (another schema)
      return fail(ErrorCode::Malformed, kNoOffset, kDamaged);
  }
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      parameter_(other.parameter_),
      column_(other.column_),
      bind_failure_(other.bind_failure_) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(statement_, other.statement_);
  std::swap(parameter_, other.parameter_);
  std::swap(column_, other.column_);
  std::swap(bind_failure_, other.bind_failure_);
  return *this;
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::int64_t value) {
  bind_failure_ |= sqlite3_bind_int64(statement_, ++parameter_, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  bind_failure_ |=
      sqlite3_bind_text64(statement_, ++parameter_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(Bytes blob) {
  const void* data = blob.data() == nullptr ? static_cast<const void*>("") : blob.data();
  bind_failure_ |= sqlite3_bind_blob64(statement_, ++parameter_, data, blob.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null() {
  bind_failure_ |= sqlite3_bind_null(statement_, ++parameter_);
  return *this;
}

Result<bool> Statement::step() {
  column_ = 0;
  const int code = bind_failure_ != 0 ? bind_failure_ : sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  const auto error = error_of(database_, code);
  reset();
  return error;
}

Result<void> Statement::run() {
  TRY_ASSIGN(bool more, step());
  while (more) {
    TRY_ASSIGN(more, step());
  }
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_);
  parameter_ = 0;
  column_ = 0;
  bind_failure_ = 0;
}

std::int64_t Statement::integer() { return sqlite3_column_int64(statement_, column_++); }

std::string_view Statement::text() {
  const int column = column_++;
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::next_is_null() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

bool Statement::next_is_integer() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_INTEGER;
}

Result<Database> Database::open(const std::string& path, Access access) {
  // A URI, so that the path can carry a parameter; what means something in a URI is escaped.
  std::string uri = "file:";
  for (const char c : path) {
    constexpr char kHex[] = "0123456789ABCDEF";
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '?' || c == '#' || c == '%')
      uri.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    else
      uri += c;
  }
  if (access == Access::Immutable) uri += "?immutable=1";
  // Readers open for writing where they may: who closes last folds the log into the database and
  // removes it, and with SQLITE_OPEN_READONLY nobody would. query_only keeps them from anything
  // else.
  if (access == Access::Alone) uri += "?vfs=unix-none";  // no locks
  const int mode = access == Access::Create     ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                   : access == Access::ReadOnly ? SQLITE_OPEN_READWRITE
                                                : SQLITE_OPEN_READONLY;
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(uri.c_str(), &opened, mode | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return error_of(opened, code);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, kValueBytesMax);
  // A ledger from elsewhere is data: nothing in it may run, and its cells are checked.
  for (const int off : {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
                        SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_DQS_DML})
    sqlite3_db_config(opened, off, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (access == Access::Alone) {
    database.leave_log();
    TRY(database.execute("PRAGMA locking_mode=EXCLUSIVE"));  // no memory is shared, then
  }
  TRY(database.execute("PRAGMA cell_size_check=ON; PRAGMA mmap_size=0"));
  if (access != Access::Create) TRY(database.execute("PRAGMA query_only=ON"));
  const int made =
      access == Access::Create ? create_incoming(opened, database.incoming()) : SQLITE_OK;
  if (made != SQLITE_OK) return error_of(opened, made);
  return database;
}

Database::Database(Database&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      has_kept_(std::exchange(other.has_kept_, false)),
      budget_(std::move(other.budget_)),
      incoming_(std::move(other.incoming_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(has_kept_, other.has_kept_);
  std::swap(budget_, other.budget_);
  std::swap(incoming_, other.incoming_);
  return *this;
}

Database::~Database() { sqlite3_close_v2(database_); }

Result<void> Database::execute(const char* sql) {
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error_of(database_, code);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error_of(database_, code);
  return Statement(database_, statement);
}

Result<std::int64_t> Database::number(const char* sql) {
  TRY_ASSIGN(Statement statement, prepare(sql));
  TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.integer() : 0;
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(database_); }

std::int64_t Database::changes() const { return sqlite3_total_changes64(database_); }

Result<bool> Database::fold_log() {
  TRY_ASSIGN(Statement fold, prepare("PRAGMA wal_checkpoint(PASSIVE)"));
  TRY_ASSIGN(const bool row, fold.step());
  const bool busy = !row || fold.integer() != 0;
  const std::int64_t pages = row ? fold.integer() : 0;
  return !busy && pages >= 0 && fold.integer() == pages;
}

void Database::leave_log() {
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<std::vector<std::uint8_t>> Database::image() const {
  // SQLite file format, 1.3: who writes and who reads must know a write-ahead log.
  constexpr std::size_t kWriteVersion = 18;
  constexpr std::size_t kReadVersion = 19;
  constexpr std::uint8_t kWithLog = 2;
  sqlite3_int64 size = 0;
  unsigned char* bytes = sqlite3_serialize(database_, "main", &size, 0);
  if (bytes == nullptr) return io("there is no memory for the ledger", ENOMEM);
  std::vector<std::uint8_t> image(bytes, bytes + size);
  sqlite3_free(bytes);
  EXPECTS(image.size() > kReadVersion);
  image[kWriteVersion] = image[kReadVersion] = kWithLog;
  return image;
}

int Database::spend(void* budget) {
  auto& left = static_cast<Budget*>(budget)->left;
  if (left < kInstructionsPerCheck) return 1;
  left -= kInstructionsPerCheck;
  return 0;
}

void Database::set_instructions_max(std::uint64_t instructions) {
  budget_->left = instructions;
  if (instructions == 0)
    sqlite3_progress_handler(database_, 0, nullptr, nullptr);
  else
    sqlite3_progress_handler(database_, kInstructionsPerCheck, spend, budget_.get());
}

Result<void> Database::commit_kept() {
  if (!has_kept_) return {};
  TRY_ASSIGN(Transaction kept, Transaction::go_on(*this));
  return kept.commit();
}

Result<Transaction> Transaction::begin(Database& database, const char* kind) {
  TRY(database.commit_kept());
  TRY(database.execute(kind));
  return Transaction(&database);
}

Result<Transaction> Transaction::go_on(Database& database) {
  if (!std::exchange(database.has_kept_, false)) return begin(database, "BEGIN IMMEDIATE");
  return Transaction(&database);
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  [[maybe_unused]] const auto undone = database_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace slipring::ledger
