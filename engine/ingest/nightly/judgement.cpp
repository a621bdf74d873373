#include "engine/ingest/nightly/judgement.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dicom/digest.h"

namespace slipring::ingest {

using dicom::Severity;

namespace {

std::uint64_t fingerprint(std::string_view path, std::string_view rule, std::string_view tag) {
  std::string text;
  for (const std::string_view part : {path, rule, tag}) {
    text += part;
    text += '\0';
  }
  return dicom::short_hash(text);
}

char letter_of(const Grade& grade) { return grade ? dicom::letter(*grade) : '-'; }

// What finding lines name the place by.
std::string place_of(const dicom::Finding& finding) {
  if (!finding.path.empty() || finding.tag.value == 0) return finding.path;
  return dicom::to_string(finding.tag);
}

}  // namespace

Grade Profile::grade(dicom::RuleId rule, Severity usual) const {
  if (const auto found = rules.find(rule); found != rules.end()) return found->second;
  if (const auto found = layers.find(rule.layer); found != layers.end()) return found->second;
  const auto found = severities.find(usual);
  return found == severities.end() ? usual : found->second;
}

std::string Profile::text() const {
  std::string text;
  for (const auto& [rule, grade] : rules)
    text += fmt::format("{}={} ", dicom::to_string(rule), letter_of(grade));
  for (const auto& [layer, grade] : layers) text += fmt::format("L{}={} ", layer, letter_of(grade));
  for (const auto& [from, to] : severities)
    text += fmt::format("{}={} ", dicom::letter(from), dicom::letter(to));
  return text;
}

void Baseline::add(std::string_view path, std::string_view rule, std::string_view tag) {
  known_.push_back(fingerprint(path, rule, tag));
}

void Baseline::close() {
  std::ranges::sort(known_);
  const auto repeated = std::ranges::unique(known_);
  known_.erase(repeated.begin(), repeated.end());
}

bool Baseline::has(std::string_view path, const dicom::Finding& finding) const {
  return std::ranges::binary_search(
      known_, fingerprint(path, dicom::to_string(finding.rule), place_of(finding)));
}

void Judgement::grade(dicom::Findings& findings) const {
  if (profile.empty() || findings.empty()) return;
  dicom::Findings graded;
  for (dicom::Finding finding : findings.kept()) {
    const Grade grade = profile.grade(finding.rule, finding.severity);
    if (!grade) continue;
    finding.severity = *grade;
    graded.add(std::move(finding));
  }
  // What was counted and not kept.
  for (const auto& each : findings.counts()) {
    const auto kept = static_cast<std::uint64_t>(
        std::ranges::count_if(findings.kept(), [&](const dicom::Finding& finding) {
          return finding.rule == each.rule && finding.severity == each.severity;
        }));
    const Grade grade = profile.grade(each.rule, each.severity);
    if (grade && each.count > kept) graded.add_count({each.rule, *grade, each.count - kept});
  }
  findings = std::move(graded);
}

}  // namespace slipring::ingest
