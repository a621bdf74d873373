// Where a ledger is when a person names it: the database itself, an output directory, or a source
// that was validated.
#pragma once

#include <memory>
#include <string>

#include "engine/ledger/ledger.h"

namespace slipring::cli {

[[nodiscard]] std::string ledger_place(const std::string& named);

// Opens it for reading; on failure says why on stderr, sets the exit code and returns null.
[[nodiscard]] std::unique_ptr<ledger::Ledger> open_ledger(const std::string& named, int& exit_code);

}  // namespace slipring::cli
