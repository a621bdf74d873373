// The table of rules: every id of the catalogue that this build checks, with what it means and what
// to do. `slipring explain L2-20` prints a row; `findings` and reports take titles from here.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "engine/dicom/finding.h"

namespace slipring::validate {

struct Rule {
  dicom::RuleId id;
  dicom::Severity severity;  // the usual one; a finding may be milder
  std::string_view title;    // "value does not follow its VR's grammar"
  std::string_view meaning;  // what it means for the user
  std::string_view advice;   // what to do
  std::string_view clause;   // "PS3.5 6.2"
};

[[nodiscard]] std::span<const Rule> rules();
[[nodiscard]] const Rule* find_rule(dicom::RuleId id);
[[nodiscard]] std::optional<dicom::RuleId> parse_rule_id(
    std::string_view text);  // "L2-20", any case

}  // namespace slipring::validate
