#include "engine/dicom/finding.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace slipring::dicom {

std::string to_string(RuleId rule) { return fmt::format("L{}-{:02}", rule.layer, rule.number); }

std::string to_string(Tag tag) { return fmt::format("({:04X},{:04X})", tag.group(), tag.element()); }

void Findings::add(Finding finding) {
  auto count = std::ranges::find_if(counts_, [&](const Count& each) {
    return each.rule == finding.rule && each.severity == finding.severity;
  });
  if (count == counts_.end())
    count = counts_.insert(counts_.end(), Count{finding.rule, finding.severity, 0});
  if (++count->count <= kKeptPerRule) kept_.push_back(std::move(finding));
}

std::uint64_t Findings::count(Severity severity) const {
  std::uint64_t total = 0;
  for (const Count& each : counts_)
    if (each.severity == severity) total += each.count;
  return total;
}

std::uint64_t Findings::count(RuleId rule) const {
  std::uint64_t total = 0;
  for (const Count& each : counts_)
    if (each.rule == rule) total += each.count;
  return total;
}

void Findings::append(const Findings& other) {
  for (const Finding& finding : other.kept_) kept_.push_back(finding);
  for (const Count& each : other.counts_) {
    auto count = std::ranges::find_if(counts_, [&](const Count& mine) {
      return mine.rule == each.rule && mine.severity == each.severity;
    });
    if (count == counts_.end())
      counts_.push_back(each);
    else
      count->count += each.count;
  }
}

void Findings::clear() {
  kept_.clear();
  counts_.clear();
}

}  // namespace slipring::dicom
