// Stage 8, report: ledger -> what a person reads. Text and JSON now. Must not know how the rows came to be.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "codecs/base/result.h"
#include "engine/ledger/ledger.h"

namespace slipring::report {

// Verdict with its arithmetic, discrepancies by rule and reason, the transfer syntax matrix, sizes, jobs.
[[nodiscard]] Result<nlohmann::json> as_json(ledger::Ledger& ledger);
[[nodiscard]] Result<std::string> as_text(ledger::Ledger& ledger);

}  // namespace slipring::report
