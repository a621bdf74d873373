// Incoming: rows in memory as a table of the database, "incoming" with the columns c0, c1, c2 ... A
// statement that selects from it takes a whole batch: what SQLite does once a statement (locks,
// cursors, savepoints, some thousands of instructions) is done once a batch and not once a row.
// Ledger's own; the table is there in ledgers that are opened to write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codecs/base/bytes.h"
#include "engine/ledger/sqlite.h"

struct sqlite3_context;

namespace slipring::ledger {

// A value on its way into the database. Text and blobs are not copied: they must stay until the
// next row is asked for.
class Cell {
 public:
  explicit Cell(sqlite3_context* context) : context_(context) {}
  void put(std::int64_t value);
  void put(std::uint64_t value) { put(static_cast<std::int64_t>(value)); }
  void put(bool value) { put(std::int64_t{value}); }
  void put(std::string_view text);
  void put(Bytes blob);
  void put_null();

 private:
  sqlite3_context* context_;
};

// Asked row after row, and in a row for each column that a statement names.
class IncomingRows {
 public:
  static constexpr int kColumnsMax = 40;

  IncomingRows() = default;
  IncomingRows(const IncomingRows&) = delete;
  IncomingRows& operator=(const IncomingRows&) = delete;
  virtual ~IncomingRows() = default;
  [[nodiscard]] virtual std::size_t size() const = 0;
  virtual void give(std::size_t row, int column, Cell cell) const = 0;
};

// While it lives, these are the rows of "incoming"; else it has none.
class Offered {
 public:
  Offered(Database& database, const IncomingRows& rows) : database_(database) {
    *database_.incoming() = &rows;
  }
  Offered(const Offered&) = delete;
  Offered& operator=(const Offered&) = delete;
  ~Offered() { *database_.incoming() = nullptr; }

 private:
  Database& database_;
};

// Makes the table. `rows` stays where it is as long as the database is open.
[[nodiscard]] int create_incoming(sqlite3* database, const IncomingRows** rows);

}  // namespace slipring::ledger
