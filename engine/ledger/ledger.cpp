// Opening, locking, jobs and writing. What only reads is in queries.cpp.
#include "engine/ledger/ledger.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <utility>

#include "engine/ledger/schema.h"
#include "engine/ledger/state.h"

namespace slipring::ledger {

using dicom::Record;

namespace {

// Of a ledger that is new. Rows of files take some 300 bytes: half the calls of SQLite's own 4 KiB.
constexpr const char* kPageSize = "PRAGMA page_size=8192";

// FULL: a commit is on the disk when it returns, also after a loss of power. NORMAL: the database
// is whole after one, and may lack the last commits.
constexpr const char* kFlushed = "PRAGMA synchronous=FULL";
constexpr const char* kUnflushed = "PRAGMA synchronous=NORMAL";
constexpr const char* kWriterPragmas =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000;"
    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE";

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// "20261122T150000Z-3f2a91c4"
std::string job_name(std::int64_t started_ms) {
  std::uint32_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random)
    random = static_cast<std::uint32_t>(::getpid());
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{:08x}",
                     fmt::gmtime(static_cast<std::time_t>(started_ms / 1000)), random);
}

// Makes what is missing above the ledger.
Result<void> make_place(const std::string& path) {
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  std::error_code error;
  bool made = false;
  if (!directory.empty()) made = std::filesystem::create_directories(directory, error);
  errno = error.value();
  if (error) return io_error("the ledger's directory could not be made");
  if (made && directory.has_parent_path()) TRY(sync_directory(directory.parent_path()));
  return {};
}

// An unnamed file that is closed when it goes.
struct Unnamed {
  int descriptor;
  ~Unnamed() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

bool write_all(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const ::ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// A ledger without rows, there as a whole or not at all. SQLite would make it in four flushes; this
// takes one. False: there is something of that name, or this file system has no unnamed files.
Result<bool> make_whole(const std::string& path) {
  if (struct stat status{}; ::stat(path.c_str(), &status) == 0 || errno != ENOENT) return false;
  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  const Unnamed file{
      ::open(directory.empty() ? "." : directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0644)};
  if (file.descriptor < 0) return false;
  TRY_ASSIGN(Database model, Database::open(":memory:", Database::Access::Create));
  TRY(model.execute(kPageSize));
  TRY(create_schema(model));
  TRY_ASSIGN(const std::vector<std::uint8_t> image, model.image());
  if (!write_all(file.descriptor, image) || ::fdatasync(file.descriptor) != 0)
    return io_error("the ledger could not be made");
  // Of a ledger that was removed: SQLite would take them for this one's.
  for (const char* suffix : {"-wal", "-journal"})
    if (::unlink((path + suffix).c_str()) != 0 && errno != ENOENT)
      return io_error("what is left of a ledger that was there before could not be removed");
  const std::string opened = fmt::format("/proc/self/fd/{}", file.descriptor);
  return ::linkat(AT_FDCWD, opened.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

std::uint64_t log_bytes_of(const std::string& path) {
  struct stat status{};
  return ::stat((path + "-wal").c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size)
                                                       : 0;
}

// A ledger on a medium that cannot be written has no place for shared memory, and nobody to share
// it with. Without a write-ahead log the file alone is the whole truth.
Result<Database> open_to_read(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return io_error("there is no ledger here");
  if (!S_ISREG(status.st_mode)) {
    errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    return io_error("the ledger is not a file");
  }
  TRY_ASSIGN(Database database, Database::open(path, Database::Access::ReadOnly));
  const auto readable = database.number("SELECT count(*) FROM sqlite_schema");
  if (readable) return database;
  if (readable.error().code != ErrorCode::Io) return std::unexpected(readable.error());
  if (log_bytes_of(path) == 0) return Database::open(path, Database::Access::Immutable);
  // The same files may be somebody's elsewhere who can write them.
  struct statvfs medium{};
  const bool cannot_change = ::statvfs(path.c_str(), &medium) == 0 &&
                             (medium.f_flag & ST_RDONLY) != 0 &&
                             !WriterLock::is_taken(lock_path(path));
  if (!cannot_change) return std::unexpected(readable.error());
  return Database::open(path, Database::Access::Alone);
}

}  // namespace

Ledger::Ledger() = default;
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& path, Mode mode) {
  std::unique_ptr<Ledger> ledger(new Ledger);
  if (mode == Mode::Read) {
    TRY_ASSIGN(Database database, open_to_read(path));
    ledger->state_ = std::make_unique<State>(std::move(database));
    TRY(check_schema(ledger->state_->database));
    TRY(ledger->state_->hide_unfinished_cross());
  } else {
    TRY(make_place(path));
    TRY_ASSIGN(WriterLock lock, WriterLock::take(lock_path(path)));
    TRY_ASSIGN([[maybe_unused]] const bool made, make_whole(path));
    const std::uint64_t log_bytes = log_bytes_of(path);
    TRY_ASSIGN(Database database, Database::open(path, Database::Access::Create));
    ledger->state_ = std::make_unique<State>(std::move(database));
    ledger->state_->lock = std::move(lock);
    ledger->state_->is_writable = true;
    ledger->state_->log_bytes = log_bytes;
    TRY_ASSIGN(const bool empty, is_empty(ledger->state_->database));
    if (!empty) TRY(check_schema(ledger->state_->database));  // before anything of it is changed
    if (empty) TRY(ledger->state_->database.execute(kPageSize));
    TRY(ledger->state_->database.execute(kWriterPragmas));
    if (empty) TRY(create_schema(ledger->state_->database));
    TRY(ledger->state_->prepare_rows());
    TRY(ledger->state_->prepare_reading_many());
    TRY(ledger->state_->prepare_cross());
  }
  ledger->state_->path = path;
  TRY(ledger->state_->prepare_reading(mode == Mode::Write));
  return ledger;
}

Result<void> Ledger::State::flush_place() {
  if (!place_is_flushed) TRY(sync_directory(directory_of(path)));
  place_is_flushed = true;
  return {};
}

const std::string& Ledger::path() const { return state_->path; }

bool Ledger::cross_hidden() const { return state_->cross_hidden; }

Result<void> Ledger::State::prepare_reading(bool writable) {
  TRY_ASSIGN(lookups, Lookups::open(database, writable));
  TRY_ASSIGN(find_file, database.prepare("SELECT id FROM files WHERE directory=? AND name=?"));
  TRY_ASSIGN(find_record, database.prepare(fmt::format(
                              "SELECT id,{} FROM files WHERE directory=? AND name=? AND done=1",
                              record_columns())));
  TRY_ASSIGN(cross_of,
             database.prepare(fmt::format(
                 "SELECT {} FROM cross_findings WHERE file=? ORDER BY number", kFindingColumns)));
  TRY_ASSIGN(option_hash, database.prepare("SELECT option_hash FROM jobs WHERE id=?"));
  return {};
}

Result<Job> Ledger::start_job(Job job) {
  TRY(commit());
  if (job.started_ms == 0) job.started_ms = now_ms();
  if (job.name.empty()) job.name = job_name(job.started_ms);
  TRY_ASSIGN(Statement insert,
             state_->database.prepare(
                 "INSERT INTO jobs(name,command,arguments,option_hash,source,started_ms,"
                 "finished_ms,exit_code,exit_reason,nothing_between)"
                 " VALUES(?,?,?,?,?,?,?,?,?,x'')"));
  for (const std::string* text :
       {&job.name, &job.command, &job.arguments, &job.option_hash, &job.source})
    insert.bind(std::string_view(*text));
  state_->only_looks = job.command == "validate" || job.command == "scan";
  insert.bind(job.started_ms).bind(job.finished_ms).bind(std::int64_t{job.exit_code});
  insert.bind(std::string_view(job.exit_reason));
  TRY(state_->run_unflushed(insert));
  job.id = state_->database.last_id();
  state_->changes_at_start = state_->database.changes();
  return job;
}

// For a row that is of no use without those that come after it: they lie behind it in the log, so
// that what flushes them flushes it. A log that is new needs no flush of its head either. What only
// reads is read again where the ledger does not have it; its end is flushed.
Result<void> Ledger::State::run_unflushed(Statement& statement) {
  TRY(database.execute(log_bytes_of(path) == 0 ? "PRAGMA synchronous=OFF" : kUnflushed));
  const auto ran = statement.run();
  TRY(database.execute(only_looks ? kUnflushed : kFlushed));
  return ran;
}

Result<void> Ledger::State::end_job(const Job& job) {
  TRY_ASSIGN(
      Statement update,
      database.prepare("UPDATE jobs SET finished_ms=?,exit_code=?,exit_reason=?,nothing_between=?"
                       " WHERE id=?"));
  update.bind(job.finished_ms != 0 ? job.finished_ms : now_ms()).bind(std::int64_t{job.exit_code});
  update.bind(std::string_view(job.exit_reason));
  update.bind(job.nothing_between ? Bytes(job.nothing_between->bytes) : Bytes());
  return update.bind(job.id).run();
}

// A job that looked and saw nothing new has left nothing but its own row. To flush that is to wait
// for whatever else the file system has not written yet; were it lost, only a line of the history
// would be.
bool Ledger::State::saw_nothing_new() const {
  constexpr std::uint64_t kLeftLogMaxBytes = std::uint64_t{1} << 20;
  return only_looks && changes_at_start == 1 && database.changes() == 1 &&
         log_bytes <= kLeftLogMaxBytes;
}

// To fold the log flushes the job's end as well, and need be done anyway; it is flushed by itself
// where that cannot be done, as while somebody reads an older state.
Result<void> Ledger::finish_job(const Job& job) {
  TRY(state_->database.commit_kept());
  const bool nothing_new = state_->saw_nothing_new();
  if (nothing_new) state_->database.leave_log();
  TRY(state_->database.execute(kUnflushed));
  TRY(state_->end_job(job));
  if (nothing_new) return {};
  if (state_->folder != nullptr) {
    state_->folder->fold();
    if (state_->folder->end()) state_->place_is_flushed = true;
    state_->folder.reset();
  }
  const auto folded = state_->database.fold_log();
  TRY(state_->database.execute(kFlushed));
  if (!folded || !*folded) TRY(state_->end_job(job));
  return state_->flush_place();
}

Result<void> Ledger::forget_all() {
  TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->database, "BEGIN IMMEDIATE"));
  state_->lookups.forget();
  state_->newest.forget();
  TRY(state_->database.execute(
      "DELETE FROM cross_findings; DELETE FROM files; DELETE FROM shared;"
      "DELETE FROM deliveries; DELETE FROM directories; DELETE FROM words"));
  TRY(transaction.commit());
  state_->newest = {0, ""};  // there is no directory any more
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
    TRY(state_->delete_cross.bind(id).bind(id).run());
    TRY(remove.bind(id).run());
  }
  return transaction.commit();
}

Result<void> Ledger::plan(const Job& job, std::span<const Record* const> records) {
  return state_->write_batch(job, records, {.done = false});
}

Result<void> Ledger::done(const Job& job, std::span<const Record* const> records) {
  return state_->write_batch(job, records, {.done = true});
}

Result<void> Ledger::add_done(const Job& job, std::span<const Record* const> records) {
  return state_->write_batch(job, records, {.done = true, .stay_open = true});
}

Result<void> Ledger::commit() {
  constexpr std::size_t kRows = 1024;  // are worth two flushes
  TRY(state_->database.commit_kept());
  if (!state_->only_looks || state_->rows_in_log < kRows) return {};
  state_->rows_in_log = 0;
  if (state_->folder == nullptr) state_->folder = std::make_unique<LogFolder>(state_->path);
  state_->folder->fold();
  return {};
}

std::span<const std::int64_t> Ledger::rows_written() const { return state_->rows_written; }

bool Totals::balanced() const {
  std::uint64_t outcomes = 0;
  for (const std::uint64_t count : by_outcome) outcomes += count;
  return outcomes == seen;
}

}  // namespace slipring::ledger
