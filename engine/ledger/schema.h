// The tables of a ledger, and whether a database has exactly these. Ledger's own.
//
// Texts that repeat (UIDs of classes, studies, syntaxes; reasons) are in `words`, directories of
// paths in `directories`; a file's row holds their ids, 0 for "". Paths and values are bytes:
// SQLite keeps what is bound as text as it is. `output` is NULL for none, 1 for the same as the
// path, else the name. No row of a file holds a time of the clock: the same input gives the same
// rows.
#pragma once

#include <string_view>

#include "engine/ledger/sqlite.h"

namespace slipring::ledger {

inline constexpr std::int64_t kApplicationId = 0x534C5052;  // "SLPR"
// 1: without peers and deliveries; 2: without contents.
inline constexpr std::int64_t kSchemaVersion = 3;

// Nothing was ever put there: a new file, or one whose making was interrupted.
[[nodiscard]] Result<bool> is_empty(Database& database);

// Makes the tables, all or none.
[[nodiscard]] Result<void> create_schema(Database& database);

// Whether the tables are those of this version or of one before. Errors: Malformed (another
// program's database, or tables that are not ours), Unsupported (newer version).
[[nodiscard]] Result<void> check_schema(Database& database);

// Adds the tables that an older version did not have; requires that check_schema said yes.
[[nodiscard]] Result<void> bring_up_to_date(Database& database);

}  // namespace slipring::ledger
