#include "engine/ledger/incoming.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <new>
#include <string>

namespace slipring::ledger {

namespace {

struct Table {
  sqlite3_vtab base;
  const IncomingRows** rows;
};

struct Cursor {
  sqlite3_vtab_cursor base;
  const IncomingRows* rows;
  std::size_t row;
};

Cursor& of(sqlite3_vtab_cursor* cursor) { return *reinterpret_cast<Cursor*>(cursor); }

int connect(sqlite3* database, void* rows, int, const char* const*, sqlite3_vtab** made, char**) {
  std::string columns = "c0";
  for (int i = 1; i < IncomingRows::kColumnsMax; ++i) columns += fmt::format(",c{}", i);
  const int declared =
      sqlite3_declare_vtab(database, fmt::format("CREATE TABLE incoming({})", columns).c_str());
  if (declared != SQLITE_OK) return declared;
  auto* const table = new (std::nothrow) Table{{}, static_cast<const IncomingRows**>(rows)};
  if (table == nullptr) return SQLITE_NOMEM;
  *made = &table->base;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete reinterpret_cast<Table*>(table);
  return SQLITE_OK;
}

// All rows are always asked for, in order.
int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  constexpr double kRows = 256;
  info->estimatedCost = kRows;
  info->estimatedRows = static_cast<sqlite3_int64>(kRows);
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** made) {
  const Table& of_rows = *reinterpret_cast<Table*>(table);
  auto* const cursor = new (std::nothrow) Cursor{{}, *of_rows.rows, 0};
  if (cursor == nullptr) return SQLITE_NOMEM;
  *made = &cursor->base;
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete reinterpret_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int start(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  of(cursor).row = 0;
  return SQLITE_OK;
}

int go_on(sqlite3_vtab_cursor* cursor) {
  ++of(cursor).row;
  return SQLITE_OK;
}

int at_end(sqlite3_vtab_cursor* cursor) {
  const Cursor& at = of(cursor);
  return at.rows == nullptr || at.row >= at.rows->size() ? 1 : 0;
}

int give_column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
  const Cursor& at = of(cursor);
  at.rows->give(at.row, column, Cell(context));
  return SQLITE_OK;
}

int give_rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(of(cursor).row);
  return SQLITE_OK;
}

sqlite3_module module_of_incoming() {
  sqlite3_module made{};
  made.xConnect = connect;  // no xCreate: it is there by its name and cannot be made again
  made.xBestIndex = best_index;
  made.xDisconnect = disconnect;
  made.xOpen = open_cursor;
  made.xClose = close_cursor;
  made.xFilter = start;
  made.xNext = go_on;
  made.xEof = at_end;
  made.xColumn = give_column;
  made.xRowid = give_rowid;
  return made;
}

}  // namespace

void Cell::put(std::int64_t value) { sqlite3_result_int64(context_, value); }

void Cell::put(std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  sqlite3_result_text64(context_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Cell::put(Bytes blob) {
  sqlite3_result_blob64(context_, blob.data(), blob.size(), SQLITE_STATIC);
}

void Cell::put_null() { sqlite3_result_null(context_); }

int create_incoming(sqlite3* database, const IncomingRows** rows) {
  static const sqlite3_module module = module_of_incoming();
  return sqlite3_create_module_v2(database, "incoming", &module, static_cast<void*>(rows), nullptr);
}

}  // namespace slipring::ledger
