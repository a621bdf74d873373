// What a person reads of scan, validate, convert and verify while they run, and the summary at the
// end of the first three.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/ingest/options.h"
#include "engine/ingest/summary.h"

namespace slipring::cli {

[[nodiscard]] std::string progress_text(const ingest::Progress& progress, std::string_view command);
[[nodiscard]] std::string summary_text(const ingest::Options& options,
                                       const ingest::Summary& summary, const ingest::Exit& exit);

// A line a rule, with the first object as an example; "" where there is none.
[[nodiscard]] std::string rules_table(const std::map<ingest::RuleKind, ingest::RuleTally>& tallies);

}  // namespace slipring::cli
