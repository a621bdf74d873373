// What an open ledger holds. Ledger's own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/ledger/ledger.h"
#include "engine/ledger/rows.h"
#include "engine/ledger/schema.h"
#include "engine/ledger/sqlite.h"

namespace slipring::ledger {

// The lock that one writer holds; an open descriptor under flock(2).
class WriterLock {
 public:
  [[nodiscard]] static Result<WriterLock> take(const std::string& path);
  WriterLock() = default;
  WriterLock(WriterLock&& other) noexcept;
  WriterLock& operator=(WriterLock&& other) noexcept;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();

 private:
  int descriptor_ = -1;
};

struct Ledger::State {
  // In order of construction: the lock is let go last, after the database is closed.
  std::string path;
  WriterLock lock;
  Database database;
  bool is_writable = false;
  bool has_contents = true;  // not in a ledger of version 2 that is only read
  Lookups lookups;
  Statement find_file;
  Statement find_record;
  Statement kept_findings;
  Statement counted_findings;
  Statement insert_file;
  Statement update_file;
  Statement delete_findings;
  Statement delete_counts;
  Statement insert_finding;
  Statement insert_count;
  Statement put_contents;
  Statement delete_contents;
  Statement contents_of;  // none in a ledger of version 1

  explicit State(Database opened) : database(std::move(opened)) {}
  [[nodiscard]] Result<void> prepare_reading(bool writable);
  [[nodiscard]] Result<void> prepare_writing();
  [[nodiscard]] Result<void> write_batch(const Job& job,
                                         std::span<const dicom::Record* const> records, bool done);
  [[nodiscard]] Result<void> write_row(const RowContext& context, const dicom::Record& record);
  [[nodiscard]] Result<void> write_findings(std::int64_t file, const dicom::Findings& findings);
  [[nodiscard]] Result<void> write_contents(std::int64_t file, const dicom::Record& record);
  [[nodiscard]] Result<void> read_contents(std::int64_t file, dicom::Record& record);

  // The path of a row whose next columns are directory and name.
  [[nodiscard]] Result<std::string> read_path(Statement& row);
  [[nodiscard]] Result<dicom::Findings> findings_of(std::int64_t file);

  // Runs a query over all rows in one snapshot, bounded by the size of the database.
  [[nodiscard]] Result<void> scan(const std::function<Result<void>()>& query);
};

}  // namespace slipring::ledger
