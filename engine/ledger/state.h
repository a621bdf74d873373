// What an open ledger holds. Ledger's own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
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

[[nodiscard]] inline std::string lock_path(const std::string& ledger) { return ledger + ".lock"; }

// The next columns of a row of the table contents: digest and keys. Errors: Malformed.
[[nodiscard]] Result<void> take_contents(Statement& row, dicom::Record& record);

// Findings between objects are numbered from here on: those of the file itself are far fewer.
inline constexpr std::int64_t kFirstCrossNumber = std::int64_t{1} << 32;

// A finding between objects that stood in the ledger before they were judged again.
struct CrossBefore {
  std::int64_t file = 0;
  std::int64_t number = 0;
  std::uint64_t hash = 0;  // of all it says
  bool met = false;        // again
};
// So many are compared (128 MiB); where there are more, all are written anew.
inline constexpr std::size_t kCrossBeforeMax = std::size_t{4} << 20;

struct Ledger::State {
  // In order of construction: the lock is let go last, after the database is closed.
  std::string path;
  WriterLock lock;
  Database database;
  bool is_writable = false;
  bool has_contents = true;  // not in a ledger of version 2 that is only read
  bool cross_hidden = false;
  Lookups lookups;
  Statement find_file;
  Statement find_record;
  Statement kept_findings;
  Statement counted_findings;
  Statement find_files;  // write_rows.cpp
  Statement last_file;
  Statement put_files;
  Statement put_findings;
  Statement put_counts;
  Statement put_contents;
  Statement delete_findings;  // from an id to another, as those below
  Statement delete_counts;
  Statement delete_contents;
  Statement next_records;  // read_rows.cpp: from an id on
  Statement findings_between;
  Statement counts_between;
  Statement contents_between;
  Statement find_cross;  // cross.cpp
  Statement count_cross;
  Statement sum_cross;
  std::optional<std::vector<CrossBefore>> cross_before;  // in order of file
  Statement contents_of;                                 // none in a ledger of version 1

  explicit State(Database opened) : database(std::move(opened)) {}
  [[nodiscard]] Result<void> prepare_reading(bool writable);
  [[nodiscard]] Result<void> prepare_rows();
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
  [[nodiscard]] Result<void> identify(std::span<RowIds> rows);
  [[nodiscard]] Result<void> prepare_reading_many();
  [[nodiscard]] Result<std::int64_t> find_next(std::int64_t directory, std::string_view name,
                                               bool goes_on);

  struct CrossPlace {
    std::int64_t file = kNoId;
    std::int64_t last_number = 0;
  };
  [[nodiscard]] Result<void> prepare_cross();
  // Of a ledger that is only read, before anything is prepared: leaves findings between objects out
  // of all that is read where the last validation did not come to its end.
  [[nodiscard]] Result<void> hide_unfinished_cross();
  [[nodiscard]] Result<std::vector<CrossPlace>> place_cross(std::span<const CrossFinding> findings);
  [[nodiscard]] bool stands_there(std::int64_t file, const dicom::Finding& finding);
  [[nodiscard]] Result<void> read_contents(std::int64_t file, dicom::Record& record);

  // The path of a row whose next columns are directory and name.
  [[nodiscard]] Result<std::string> read_path(Statement& row);
  [[nodiscard]] Result<dicom::Findings> findings_of(std::int64_t file);

  // Runs a query over all rows in one snapshot, bounded by the size of the database.
  [[nodiscard]] Result<void> scan(const std::function<Result<void>()>& query);
};

}  // namespace slipring::ledger
