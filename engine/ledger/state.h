// What an open ledger holds. Ledger's own.
#pragma once

#include <condition_variable>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/ledger/ledger.h"
#include "engine/ledger/rows.h"
#include "engine/ledger/schema.h"
#include "engine/ledger/sqlite.h"

namespace slipring::ledger {

// The lock that one writer holds; an open descriptor under flock(2).
class WriterLock {
 public:
  [[nodiscard]] static Result<WriterLock> take(const std::string& path);
  // Whether somebody holds it now, this process or another.
  [[nodiscard]] static bool is_taken(const std::string& path);
  WriterLock() = default;
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();

 private:
  int descriptor_ = -1;
};

// Of the last call of the system, whose number is in errno.
[[nodiscard]] std::unexpected<Error> io_error(std::string_view what);

[[nodiscard]] inline std::string lock_path(const std::string& ledger) { return ledger + ".lock"; }

// "" where the path names none.
[[nodiscard]] std::string directory_of(const std::string& path);
// The names in it are on the disk when it returns; "" is the one the program runs in.
[[nodiscard]] Result<void> sync_directory(const std::string& directory);

// Folds the log of a ledger into its database beside the writer, on a thread and by a connection of
// its own, so that nobody waits for the disk while there is work. Whatever it leaves, and all that
// fails, is up to who closes the ledger.
class LogFolder {
 public:
  explicit LogFolder(std::string path);
  LogFolder(const LogFolder&) = delete;
  LogFolder& operator=(const LogFolder&) = delete;
  ~LogFolder();
  // There is something new in the log.
  void fold();
  // Waits for what it is doing, which is the last. Whether the names of ledger and log are in their
  // directory for good.
  [[nodiscard]] bool end();

 private:
  void run(const std::stop_token& stop);

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable_any asked_for_;
  bool asked_ = false;
  bool place_is_flushed_ = false;
  std::jthread thread_;
};

// A finding between objects that stood in the ledger before they were judged again.
struct CrossBefore {
  std::int64_t file = 0;
  std::int64_t number = 0;
  std::uint64_t hash = 0;  // of all it says
  bool met = false;        // again
};
// So many are compared (128 MiB); where there are more, all are written anew.
inline constexpr std::size_t kCrossBeforeMax = std::size_t{4} << 20;

// Where no row can be that this writer did not write: in directories that were not in the ledger
// before, of which the newest has rows up to `name` in order of names. Files come in that order, so
// that those of a new directory need not be looked for.
struct NewestDirectory {
  std::int64_t id = std::numeric_limits<std::int64_t>::max();
  std::optional<std::string> name;  // none: any may be there

  // Whether there can be no row; remembers that there is one now.
  [[nodiscard]] bool adds(std::int64_t directory, std::string_view file);
  // After a rollback or a deletion.
  void forget() { *this = {}; }
};

struct Ledger::State {
  // In order of construction: the lock is let go last, after the database is closed.
  std::string path;
  WriterLock lock;
  Database database;
  std::unique_ptr<LogFolder> folder;  // from the first rows of a job that only looks to its end
  std::size_t rows_in_log = 0;        // that it was not told of
  bool is_writable = false;
  bool only_looks = false;             // the job that runs: what it loses is read again
  bool place_is_flushed = false;       // the ledger's name is in its directory for good
  std::uint64_t log_bytes = 0;         // that a run before left
  std::int64_t changes_at_start = -1;  // of rows, when the job began, itself among them
  bool cross_hidden = false;
  Lookups lookups;
  Statement find_file;
  Statement find_record;
  Statement cross_of;     // findings between files of one
  Statement option_hash;  // of a job
  Statement find_files;   // write_rows.cpp
  Statement last_file;
  Statement put_files;
  Statement add_files;
  Statement delete_cross;  // from an id to another
  NewestDirectory newest;
  std::vector<std::int64_t> rows_written;  // by the last batch
  Statement next_records;                  // read_rows.cpp: from an id on
  std::optional<Statement> row_at;
  Statement put_cross;  // cross.cpp
  Statement find_cross;
  Statement sum_cross;
  std::size_t cross_kept = 0;                                   // findings added and not committed
  std::optional<std::vector<CrossBefore>> cross_before;         // in order of file
  std::unordered_map<std::int64_t, std::string> option_hashes;  // of jobs

  explicit State(Database opened) : database(std::move(opened)) {}
  [[nodiscard]] Result<void> prepare_reading(bool writable);
  [[nodiscard]] Result<void> prepare_rows();
  [[nodiscard]] Result<void> flush_place();  // before the first row that is flushed
  [[nodiscard]] Result<void> end_job(const Job& job);
  [[nodiscard]] Result<void> run_unflushed(Statement& statement);
  [[nodiscard]] bool saw_nothing_new() const;
  struct Writing {
    bool done = false;
    bool stay_open = false;  // the transaction, for the next batch
  };
  [[nodiscard]] Result<void> write_batch(const Job& job,
                                         std::span<const dicom::Record* const> records,
                                         Writing writing);
  // In a transaction; of records with different paths.
  [[nodiscard]] Result<void> write_rows(const RowContext& context,
                                        std::span<const dicom::Record* const> records);
  [[nodiscard]] Result<bool> identify(std::span<RowIds> rows);
  [[nodiscard]] Result<void> prepare_reading_many();
  [[nodiscard]] Result<bool> find_next(std::int64_t directory, std::string_view name, bool goes_on);

  struct CrossPlace {
    std::int64_t file = kNoId;
    std::int64_t last_number = 0;
  };
  [[nodiscard]] Result<void> prepare_cross();
  // Of a ledger that is only read, before anything is prepared: leaves findings between objects out
  // of all that is read where the last validation did not come to its end.
  [[nodiscard]] Result<void> hide_unfinished_cross();
  [[nodiscard]] Result<std::vector<CrossPlace>> place_cross(std::span<const CrossFinding> findings);
  [[nodiscard]] Result<void> put_cross_rows(std::span<const CrossRows::Row> added);
  [[nodiscard]] bool stands_there(std::int64_t file, const dicom::Finding& finding);

  // Of kKnownColumns, which are next; `held` is where the row is kept, null: nowhere.
  [[nodiscard]] Result<Known> read_known(Statement& row, HeldRows* held);
  [[nodiscard]] Result<std::string_view> option_hash_of(std::int64_t job);
  // The path of a row whose next columns are directory and name.
  [[nodiscard]] Result<std::string> read_path(Statement& row);
  [[nodiscard]] Result<std::string> path_of(std::int64_t directory, std::string_view name);
  // Of that file between it and others, in order.
  [[nodiscard]] Result<void> each_cross(std::int64_t file,
                                        const std::function<void(dicom::Finding&&)>& take);

  // Runs a query over all rows in one snapshot, bounded by the size of the database.
  [[nodiscard]] Result<void> scan(const std::function<Result<void>()>& query);
};

}  // namespace slipring::ledger
