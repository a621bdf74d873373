// The tables of a ledger, and whether a database has exactly these. Ledger's own.
//
// Texts that repeat (UIDs of classes, studies, syntaxes; reasons) are in `words`, directories of
// paths in `directories`, what many files have in common in `shared` (shared.h); a file's row holds
// their ids, 0 for "". What no query asks for is in `details` (details.h), findings of the file
// among it; findings between files have a table of their own. Paths and values are bytes: SQLite
// keeps what is bound as text as it is. No row of a file holds a time of the clock: the same input
// gives the same rows.
#pragma once

#include <string_view>

#include "engine/ledger/sqlite.h"

namespace slipring::ledger {

inline constexpr std::int64_t kApplicationId = 0x534C5052;  // "SLPR"
// 1 to 3, which no release made: each finding a row, all facts of a file columns of its row; 4: a
// job does not say of which keys it found nothing between objects.
inline constexpr std::int64_t kSchemaVersion = 5;

// Nothing was ever put there: a new file, or one whose making was interrupted.
[[nodiscard]] Result<bool> is_empty(Database& database);

// Makes the tables, all or none.
[[nodiscard]] Result<void> create_schema(Database& database);

// Whether the tables are those of this version. Errors: Malformed (another program's database, or
// tables that are not ours), Unsupported (an older or a newer version).
[[nodiscard]] Result<void> check_schema(Database& database);

}  // namespace slipring::ledger
