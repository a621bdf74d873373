#include "engine/dicom/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace slipring::dicom {

std::string to_string(RuleId rule) { return fmt::format("L{}-{:02}", rule.layer, rule.number); }

std::string to_string(Tag tag) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  static constexpr std::array<std::size_t, 8> kPlaces = {9, 8, 7, 6, 4, 3, 2, 1};
  std::string text = "(0000,0000)";
  std::uint32_t left = tag.value;
  for (const std::size_t place : kPlaces) {
    text[place] = kDigits[left & 15U];
    left >>= 4U;
  }
  return text;
}

namespace {

constexpr std::size_t kept_max(Severity severity) {
  return severity == Severity::Error ? Findings::kErrorsKeptPerRule : Findings::kKeptPerRule;
}

}  // namespace

void Findings::add(Finding finding) {
  if (full(finding.rule, finding.severity))
    count_only(finding.rule, finding.severity);
  else
    keep(std::move(finding));
}

void Findings::keep(Finding finding) {
  constexpr std::size_t kUsual = 16;  // an object has about a dozen, if any
  count_only(finding.rule, finding.severity);
  if (kept_.empty()) kept_.reserve(kUsual);
  kept_.push_back(std::move(finding));
}

bool Findings::full(RuleId rule, Severity severity) const {
  return count(rule) >= kept_max(severity);
}

void Findings::count_only(RuleId rule, Severity severity) { add_count({rule, severity, 1}); }

void Findings::add_count(const Count& more) {
  const auto count = std::ranges::find_if(counts_, [&](const Count& each) {
    return each.rule == more.rule && each.severity == more.severity;
  });
  if (count == counts_.end())
    counts_.push_back(more);
  else
    count->count += more.count;
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
  for (const Finding& finding : other.kept_) {
    const auto same_rule = [&](const Finding& mine) { return mine.rule == finding.rule; };
    const auto of_rule = static_cast<std::size_t>(std::ranges::count_if(kept_, same_rule));
    if (of_rule < kept_max(finding.severity)) kept_.push_back(finding);
  }
  for (const Count& each : other.counts_) add_count(each);
}

void Findings::clear() {
  kept_.clear();
  counts_.clear();
}

}  // namespace slipring::dicom
