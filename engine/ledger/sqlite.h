// SQLite's C API behind two owners: Database and Statement. The only door to the library. Every
// answer that is not success becomes an Error: damage is Malformed, the operating system's refusals
// are Io with errno in `actual`. Not thread safe: one thread at a time per Database.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace slipring::ledger {

// A prepared statement. Bound text and blobs are not copied: they must live until the next reset().
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Parameters in order: the first call after reset() binds ?1, the next ?2 ...
  Statement& bind(std::int64_t value);
  Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(bool value) { return bind(std::int64_t{value}); }
  Statement& bind(std::string_view text);
  Statement& bind(Bytes blob);
  Statement& bind_null();

  // True: a row is there. False: done, and reset.
  [[nodiscard]] Result<bool> step();
  // For statements that give no rows: steps to the end and resets.
  [[nodiscard]] Result<void> run();
  void reset();

  // Columns in order: the first call after step() reads column 0, the next column 1 ...
  [[nodiscard]] std::int64_t integer();
  [[nodiscard]] std::uint64_t natural() { return static_cast<std::uint64_t>(integer()); }
  [[nodiscard]] std::string_view text();  // bytes of text or blob; valid until the next step()
  [[nodiscard]] bool next_is_null() const;
  [[nodiscard]] bool next_is_integer() const;
  void skip() { ++column_; }

 private:
  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  int parameter_ = 0;
  int column_ = 0;
  int bind_failure_ = 0;
};

// Resets a statement that is kept for the next time, however the one who reads its rows leaves.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(Statement& statement) : statement_(statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() { statement_.reset(); }

 private:
  Statement& statement_;
};

class IncomingRows;

class Database {
 public:
  // Immutable: the file alone, whose log is empty; Alone: with its log, which stays as it is. Both
  // are of files that nobody writes, and make none beside them.
  enum class Access : std::uint8_t { Create, ReadOnly, Immutable, Alone };
  [[nodiscard]] static Result<Database> open(const std::string& path, Access access);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  [[nodiscard]] Result<void> execute(const char* sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  [[nodiscard]] Result<std::int64_t> number(
      const char* sql);  // first column of the first row; 0 when none
  [[nodiscard]] std::int64_t last_id() const;
  // Rows that were put, changed or deleted since it was opened.
  [[nodiscard]] std::int64_t changes() const;
  // Writes what is in the write-ahead log to the database and flushes both, unless `synchronous` is
  // off. False: somebody reads, and some of it is left.
  [[nodiscard]] Result<bool> fold_log();
  // Closing it leaves the write-ahead log to whoever opens it next: no flush, no checkpoint.
  void leave_log();
  // What the file of a database is that this one, in memory, would be; it keeps a write-ahead log.
  [[nodiscard]] Result<std::vector<std::uint8_t>> image() const;
  // Where the rows of the table "incoming" are named (incoming.h); with Access::Create only.
  [[nodiscard]] const IncomingRows** incoming() { return incoming_.get(); }

  // Commits the transaction that was kept open, if there is one.
  [[nodiscard]] Result<void> commit_kept();

  // Bounds what the following statements may do, in the library's virtual instructions: a damaged
  // tree whose pages point at each other ends as Malformed instead of running for ever. 0: no
  // bound.
  void set_instructions_max(std::uint64_t instructions);

 private:
  struct Budget {
    std::uint64_t left = 0;
    bool limited = false;
  };
  explicit Database(sqlite3* database)
      : database_(database),
        budget_(std::make_unique<Budget>()),
        incoming_(std::make_unique<const IncomingRows*>(nullptr)) {}
  static int spend(void* budget);
  friend class Transaction;
  sqlite3* database_ = nullptr;
  bool has_kept_ = false;  // a transaction is open that nobody owns
  std::unique_ptr<Budget> budget_;
  std::unique_ptr<const IncomingRows*> incoming_;
};

// BEGIN ... COMMIT; rolls back when it is destroyed before commit() or keep().
class Transaction {
 public:
  // Commits one that was kept open before.
  [[nodiscard]] static Result<Transaction> begin(Database& database, const char* kind);
  // The one that was kept open, with all that is in it; else a new one, which writes.
  [[nodiscard]] static Result<Transaction> go_on(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  [[nodiscard]] Result<void> commit();
  void keep() { std::exchange(database_, nullptr)->has_kept_ = true; }

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace slipring::ledger
