#include "engine/cli/output/summary_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "engine/cli/output/amounts.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/dicom/transfer_syntax.h"
#include "engine/validate/rules.h"

namespace slipring::cli {

using dicom::Outcome;
using ingest::Summary;
using ingest::Tally;

namespace {

std::uint64_t of(const Summary& summary, Outcome outcome) {
  return summary.by_outcome[static_cast<std::size_t>(outcome)];
}

std::string syntax_text(const std::string& uid) {
  const dicom::TransferSyntax* syntax = dicom::find_transfer_syntax(uid);
  return syntax == nullptr ? dicom::terminal_text(uid) : dicom::display(*syntax);
}

std::string rate_text(const Summary& summary) {
  const double seconds = std::max(summary.seconds, 1e-9);
  return fmt::format(
      "{} files/s, {}/s",
      count_text(static_cast<std::uint64_t>(static_cast<double>(summary.seen) / seconds)),
      bytes_text(static_cast<std::uint64_t>(static_cast<double>(summary.bytes_in) / seconds)));
}

std::string scan_tables(const Summary& summary) {
  std::string text = fmt::format("\n  {:<58} {:>12} {:>10}\n", "what", "files", "size");
  for (const auto& [kind, tally] : summary.kinds)
    text += fmt::format("  {:<58} {:>12} {:>10}\n",
                        kind == dicom::FileKind::Unknown ? "not recognised" : dicom::name(kind),
                        count_text(tally.files), bytes_text(tally.bytes));
  std::vector<std::pair<std::string, Tally>> syntaxes(summary.syntaxes.begin(),
                                                      summary.syntaxes.end());
  std::ranges::stable_sort(syntaxes, std::greater{},
                           [](const auto& each) { return each.second.files; });
  if (!syntaxes.empty())
    text += fmt::format("\n  {:<58} {:>12} {:>10}\n", "transfer syntax", "files", "size");
  for (const auto& [uid, tally] : syntaxes)
    text += fmt::format("  {:<58} {:>12} {:>10}\n", syntax_text(uid), count_text(tally.files),
                        bytes_text(tally.bytes));
  return text;
}

std::string moves_table(const Summary& summary) {
  if (summary.moves.empty()) return {};
  std::string text =
      fmt::format("\n  {:<48} {:<48} {:>10} {:>10}\n", "from", "to", "files", "size in");
  for (const auto& [move, tally] : summary.moves)
    text += fmt::format("  {:<48} {:<48} {:>10} {:>10}\n", syntax_text(move.first),
                        syntax_text(move.second), count_text(tally.files), bytes_text(tally.bytes));
  return text;
}

std::string reasons_table(const Summary& summary) {
  if (summary.reasons.empty()) return {};
  std::vector<std::pair<std::string, Tally>> reasons(summary.reasons.begin(),
                                                     summary.reasons.end());
  std::ranges::stable_sort(reasons, std::greater{},
                           [](const auto& each) { return each.second.files; });
  std::string text = fmt::format("\n  {:>10}  {}\n", "files", "reason");
  for (const auto& [reason, tally] : reasons)
    text += fmt::format("  {:>10}  {}\n", count_text(tally.files), dicom::terminal_text(reason));
  return text;
}

// "seen 2,104 = converted 2,000 + copied 80 + ... : balanced"
std::string books_text(const Summary& summary) {
  std::string text = fmt::format("books    seen {} =", count_text(summary.seen));
  bool first = true;
  for (int i = 0; i < dicom::kOutcomeCount; ++i) {
    const std::uint64_t count = summary.by_outcome[static_cast<std::size_t>(i)];
    if (count == 0) continue;
    text += fmt::format("{} {} {}", first ? "" : " +", dicom::name(static_cast<Outcome>(i)),
                        count_text(count));
    first = false;
  }
  return text + (summary.balanced() ? ": balanced\n" : ": NOT BALANCED\n");
}

std::string convert_text(const Summary& summary) {
  const double ratio = summary.bytes_in == 0 ? 0
                                             : static_cast<double>(summary.bytes_out) /
                                                   static_cast<double>(summary.bytes_in);
  std::string text =
      fmt::format("converted {} of {} files, {} -> {} ({:.2f}), {}: {}\n",
                  count_text(of(summary, Outcome::Converted)), count_text(summary.seen),
                  bytes_text(summary.bytes_in), bytes_text(summary.bytes_out), ratio,
                  seconds_text(summary.seconds), rate_text(summary));
  if (summary.pixels_verified > 0)
    text +=
        fmt::format("verified  pixels of {} objects read back from what was written: identical\n",
                    count_text(summary.pixels_verified));
  if (const auto lossy = summary.rules.find({{5, 31}, dicom::Severity::Info});
      lossy != summary.rules.end())
    text += fmt::format("lossy     pixels of {} objects changed: new objects, errors in L5-31\n",
                        count_text(lossy->second.objects));
  if (summary.resumed > 0)
    text += fmt::format("resumed   {} were done by a run before\n", count_text(summary.resumed));
  return text + moves_table(summary) + reasons_table(summary) + "\n";
}

std::string findings_line(const Summary& summary) {
  return fmt::format("findings {} errors, {} warnings, {} notes\n", count_text(summary.findings[2]),
                     count_text(summary.findings[1]), count_text(summary.findings[0]));
}

// What was not read, what was read for its own sake, what is not there any more.
std::string night_text(const ingest::Options& options, const Summary& summary) {
  std::string text;
  if (options.only_changed)
    text +=
        fmt::format("unchanged {} files, {}, were not read again; {} were, although unchanged\n",
                    count_text(summary.resumed), bytes_text(summary.resumed_bytes),
                    count_text(summary.read_again));
  if (summary.rotten > 0)
    text += fmt::format(
        "rotten   {} files have other bytes than the ledger, and nothing else "
        "changed: L0-09\n",
        count_text(summary.rotten));
  if (summary.vanished > 0)
    text += fmt::format("gone     {} files of a run before are not there\n",
                        count_text(summary.vanished));
  if (options.between_objects && !summary.between_judged)
    text += "between  objects were not compared (layer 6): not all files were seen\n";
  if (summary.new_findings)
    text +=
        fmt::format("new      {} errors, {} warnings, {} notes that the baseline does not have\n",
                    count_text((*summary.new_findings)[2]), count_text((*summary.new_findings)[1]),
                    count_text((*summary.new_findings)[0]));
  return text;
}

std::string next_line(const ingest::Options& options) {
  if (options.ledger.empty()) return {};
  const std::string ledger = dicom::terminal_text(options.ledger);
  if (options.command == ingest::Command::Convert) {
    const std::string output = dicom::terminal_text(options.output);
    return fmt::format("ledger   {}\nnext     slipring report {}    slipring verify {}\n", ledger,
                       output, output);
  }
  return fmt::format("ledger   {}\nnext     slipring findings {}    slipring explain RULE\n",
                     ledger, ledger);
}

}  // namespace

// "L5-02  error   812  pixel data shorter than ...   CT/a/0f3.dcm @0x3a2c: 8130 of 8192 bytes"
std::string rules_table(const std::map<ingest::RuleKind, ingest::RuleTally>& tallies) {
  if (tallies.empty()) return {};
  std::vector<std::pair<ingest::RuleKind, const ingest::RuleTally*>> rules;
  rules.reserve(tallies.size());
  for (const auto& [kind, tally] : tallies) rules.emplace_back(kind, &tally);
  std::ranges::stable_sort(rules, std::greater{},
                           [](const auto& each) { return each.first.severity; });
  const auto title_of = [](dicom::RuleId rule) {
    const validate::Rule* row = validate::find_rule(rule);
    return row == nullptr ? std::string_view() : row->title;
  };
  std::size_t width = 0;
  for (const auto& [kind, tally] : rules) width = std::max(width, title_of(kind.rule).size());
  std::string text = fmt::format("\n  {:<6} {:<8} {:>9}  {:<{}} {}\n", "rule", "severity",
                                 "objects", "what", width, "example");
  for (const auto& [kind, tally] : rules) {
    text += fmt::format("  {:<6} {:<8} {:>9}  {:<{}} {}", dicom::to_string(kind.rule),
                        dicom::word(kind.severity), count_text(tally->objects), title_of(kind.rule),
                        width, dicom::terminal_text(tally->example_path));
    if (tally->example.offset != kNoOffset) text += fmt::format(" @0x{:x}", tally->example.offset);
    text += ": " + dicom::terminal_text(tally->example.message) + "\n";
  }
  return text + "\n";
}

std::string progress_text(const ingest::Progress& progress, std::string_view command) {
  constexpr int kWidth = 24;
  const double seconds = progress.seconds > 0 ? progress.seconds : 1e-9;
  const double files_rate = static_cast<double>(progress.done) / seconds;
  const auto bytes_rate =
      static_cast<std::uint64_t>(static_cast<double>(progress.bytes_in) / seconds);
  const double part = progress.total == 0 ? 0
                                          : static_cast<double>(progress.done) /
                                                static_cast<double>(progress.total);
  std::string bar;
  for (int i = 0; i < kWidth; ++i) bar += i < static_cast<int>(part * kWidth) ? "█" : "░";
  std::string text =
      fmt::format("{} {} {:3.0f}%  {} files  {} files/s  {}/s", command, bar, part * 100,
                  count_text(progress.done), count_text(static_cast<std::uint64_t>(files_rate)),
                  bytes_text(bytes_rate));
  if (progress.failed > 0) text += fmt::format("  failed {}", count_text(progress.failed));
  if (progress.total_final && files_rate > 0)
    text +=
        "  ETA " + seconds_text(static_cast<double>(progress.total - progress.done) / files_rate);
  return text;
}

std::string summary_text(const ingest::Options& options, const Summary& summary,
                         const ingest::Exit& exit) {
  std::string text;
  if (options.command == ingest::Command::Convert) {
    text += convert_text(summary);
  } else {
    text += fmt::format("{} {} files, {}, {} studies, {} threads, {}: {}\n",
                        options.command == ingest::Command::Scan ? "scanned" : "validated",
                        count_text(summary.seen), bytes_text(summary.bytes_in),
                        count_text(summary.studies.size()), options.threads,
                        seconds_text(summary.seconds), rate_text(summary));
    if (options.command == ingest::Command::Scan) text += scan_tables(summary);
    text += reasons_table(summary);
    if (options.command == ingest::Command::Scan) text += "\n";
    if (options.command == ingest::Command::Validate)
      text += rules_table(summary.rules) + night_text(options, summary);
  }
  text += findings_line(summary) + books_text(summary);
  if (summary.destination) text += "output   " + describe(*summary.destination) + "\n";
  if (summary.ledger) text += "ledger   " + describe(*summary.ledger) + "\n";
  text += next_line(options);
  if (exit.code != 0) text += fmt::format("exit {}: {}\n", exit.code, exit.reason);
  return text;
}

}  // namespace slipring::cli
