// Judgement: what a site makes of the catalogue's severities (a profile), and which findings it
// knows already (a baseline). Plain values; files are read by the doors.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dicom/finding.h"

namespace slipring::ingest {

// A severity for a rule; none: the rule is off, its findings are neither kept nor counted.
using Grade = std::optional<dicom::Severity>;

struct Profile {
  std::map<dicom::RuleId, Grade> rules;
  std::map<std::uint8_t, Grade> layers;  // for rules that `rules` does not name
  // For those that neither names: by the severity they have.
  std::map<dicom::Severity, dicom::Severity> severities;

  [[nodiscard]] bool empty() const { return rules.empty() && layers.empty() && severities.empty(); }
  [[nodiscard]] Grade grade(dicom::RuleId rule, dicom::Severity usual) const;
  // The same text for the same profile: part of what rows of a ledger depend on.
  [[nodiscard]] std::string text() const;
};

// Findings that are known, by file, rule and place in the object: not by offset or wording, which
// change when a file is written anew.
class Baseline {
 public:
  void add(std::string_view path, std::string_view rule, std::string_view tag);
  void close();  // after the last add
  [[nodiscard]] bool has(std::string_view path, const dicom::Finding& finding) const;
  [[nodiscard]] std::size_t size() const { return known_.size(); }

 private:
  std::vector<std::uint64_t> known_;
};

struct Judgement {
  Profile profile;
  std::optional<Baseline> baseline;

  // The findings as the profile grades them.
  void grade(dicom::Findings& findings) const;
};

}  // namespace slipring::ingest
