// Stage 8, report: ledger -> what a person reads. Text and JSON now. Must not know how the rows
// came to be.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "codecs/base/result.h"
#include "engine/ledger/ledger.h"

namespace slipring::report {

// What the table of rules says of one; views of static text. The table is another stage's: whoever
// calls hands it in. Empty texts, and no callback at all, are fine: the rule's id stands alone
// then.
struct RuleTexts {
  std::string_view title;
  std::string_view advice;
};
using DescribeRule = std::function<RuleTexts(dicom::RuleId)>;

// Verdict with its arithmetic, discrepancies by rule and reason, the transfer syntax matrix, sizes,
// jobs, method. No values of patients: paths, UIDs of syntaxes, numbers.
[[nodiscard]] Result<nlohmann::json> as_json(ledger::Ledger& ledger,
                                             const DescribeRule& describe = {});
[[nodiscard]] Result<std::string> as_text(ledger::Ledger& ledger,
                                          const DescribeRule& describe = {});

}  // namespace slipring::report
