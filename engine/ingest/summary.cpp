#include "engine/ingest/summary.h"

#include <algorithm>
#include <cerrno>
#include <numeric>

namespace slipring::ingest {

using dicom::Outcome;
using dicom::Severity;

namespace {

void add(Tally& tally, std::uint64_t bytes) {
  ++tally.files;
  tally.bytes += bytes;
}

}  // namespace

namespace {

void tally_rules(const dicom::Record& record, std::map<RuleKind, RuleTally>& rules) {
  bool all_have_examples = true;
  for (const auto& each : record.findings.counts()) {
    RuleTally& tally = rules[{each.rule, each.severity}];
    tally.findings += each.count;
    ++tally.objects;
    all_have_examples = all_have_examples && !tally.example_path.empty();
  }
  if (all_have_examples) return;
  for (const dicom::Finding& finding : record.findings.kept()) {
    RuleTally& tally = rules[{finding.rule, finding.severity}];
    if (!tally.example_path.empty()) continue;
    tally.example_path = record.path;
    tally.example = finding;
  }
}

// A full disk is the output's trouble, though the ledger lies on it too.
bool is_full(const Error& error) {
  return error.code == ErrorCode::Io && (error.actual == ENOSPC || error.actual == EDQUOT);
}

}  // namespace

void tally(std::string_view path, const dicom::Finding& finding,
           std::map<RuleKind, RuleTally>& rules) {
  RuleTally& tally = rules[{finding.rule, finding.severity}];
  ++tally.findings;
  ++tally.objects;
  if (!tally.example_path.empty()) return;
  tally.example_path = path;
  tally.example = finding;
}

void Summary::count_between(std::string_view path, const dicom::Finding& finding) {
  ++findings[static_cast<std::size_t>(finding.severity)];
  tally(path, finding, rules);
}

void Summary::count(const dicom::Record& record, dicom::FileKind kind) {
  ++seen;
  ++by_outcome[static_cast<std::size_t>(record.outcome)];
  bytes_in += record.bytes_in;
  bytes_out += record.bytes_out;
  if (!record.findings.empty()) {
    tally_rules(record, rules);
    for (const Severity severity : {Severity::Info, Severity::Warning, Severity::Error})
      findings[static_cast<std::size_t>(severity)] += record.findings.count(severity);
  }
  add(kinds[kind], record.bytes_in);
  if (dicom::is_dicom(kind)) ++dicom_files;
  if (!record.from.empty()) add(syntaxes[record.from], record.bytes_in);
  if (!record.to.empty()) add(moves[{record.from, record.to}], record.bytes_in);
  if (!record.reason.empty()) add(reasons[record.reason], record.bytes_in);
  if (!record.study.empty()) studies.insert(dicom::short_hash(record.study));
  if (record.pixel_verified) ++pixels_verified;
  if (record.outcome == Outcome::Failed && record.error &&
      dicom::is_reading_trouble(record.error->code))
    ++unreadable;
}

bool Summary::balanced() const {
  const std::uint64_t outcomes =
      std::accumulate(by_outcome.begin(), by_outcome.end(), std::uint64_t{0});
  return seen == outcomes && seen == discovered;
}

Exit exit_of(const Summary& summary, std::optional<Severity> fail_on) {
  if (summary.ledger && !(summary.destination && is_full(*summary.ledger)))
    return exits::kLedgerFailed;
  if (summary.destination) return exits::kDestinationFailed;
  if (summary.interrupted) return exits::kInterrupted;
  if (summary.window_ended) return exits::kWindowEnded;
  if (summary.unreadable > 0) return exits::kSourceUnreadable;
  if (!summary.balanced()) return exits::kBooksDoNotBalance;
  const auto of = [&](Outcome outcome) {
    return summary.by_outcome[static_cast<std::size_t>(outcome)];
  };
  if (of(Outcome::Failed) + of(Outcome::Quarantined) > 0) return exits::kObjectsFailed;
  if (fail_on)
    for (std::size_t severity = static_cast<std::size_t>(*fail_on); severity < 3; ++severity)
      if (summary.new_findings.value_or(summary.findings)[severity] > 0) return exits::kFindings;
  if (summary.dicom_files == 0) return exits::kNoDicomFound;
  return exits::kOk;
}

}  // namespace slipring::ingest
