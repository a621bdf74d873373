#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/cli/commands.h"
#include "engine/cli/ledger_place.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/dicom/escape.h"
#include "engine/validate/rules.h"

namespace slipring::cli {

namespace {

struct FindingsOptions {
  std::string ledger;
  ledger::Ledger::FindingFilter filter;
  bool paths = false;  // only the paths, one a line: input for --files-from
  bool list = false;   // every finding instead of the grouped table
};

// By severity, worst first, then by rule.
using Kind = std::pair<dicom::Severity, dicom::RuleId>;
struct WorstFirst {
  bool operator()(const Kind& a, const Kind& b) const {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  }
};
struct Group {
  std::uint64_t count = 0;
  std::string example;
};
using Groups = std::map<Kind, Group, WorstFirst>;

std::string finding_text(std::string_view path, const dicom::Finding& finding) {
  std::string text = fmt::format("{}", dicom::terminal_text(path));
  if (finding.offset != kNoOffset) text += fmt::format(" @0x{:x}", finding.offset);
  if (!finding.path.empty()) text += " " + finding.path;
  return text + ": " + dicom::terminal_text(finding.message);
}

std::string_view title_of(dicom::RuleId rule) {
  const validate::Rule* row = validate::find_rule(rule);
  return row == nullptr ? "" : row->title;
}

void print_groups(const Groups& groups) {
  if (groups.empty()) return fmt::print("no findings\n");
  std::size_t width = 0;
  for (const auto& [kind, group] : groups) width = std::max(width, title_of(kind.second).size());
  fmt::print("  {:<6} {:<8} {:>9}  {:<{}} {}\n", "rule", "severity", "findings", "what", width,
             "example");
  for (const auto& [kind, group] : groups)
    fmt::print("  {:<6} {:<8} {:>9}  {:<{}} {}\n", dicom::to_string(kind.second),
               dicom::word(kind.first), count_text(group.count), title_of(kind.second), width,
               group.example);
  fmt::print(
      "explain a rule: slipring explain L2-20      list objects: slipring findings LEDGER --rule "
      "L2-20 --paths\n");
}

// Of a file only the first findings of a rule are kept: the true counts are beside them.
Result<void> take_true_counts(ledger::Ledger& ledger, Groups& groups) {
  TRY_ASSIGN(const std::vector<ledger::RuleGroup> all, ledger.rule_groups());
  for (const ledger::RuleGroup& each : all) {
    const auto group = groups.find({each.severity, each.rule});
    if (group != groups.end()) group->second.count = each.findings;
  }
  return {};
}

// Names the rule as the ledger does; false, and said, where there is no such rule or file.
bool filter_is_known(ledger::Ledger& ledger, ledger::Ledger::FindingFilter& filter) {
  if (!filter.rule.empty()) {
    const auto id = validate::parse_rule_id(filter.rule);
    if (!id || validate::find_rule(*id) == nullptr) {
      log_error(fmt::format("slipring: no rule '{}'; 'slipring explain' lists them",
                            dicom::terminal_text(filter.rule)));
      return false;
    }
    filter.rule = dicom::to_string(*id);
  }
  if (filter.path.empty()) return true;
  const auto known = ledger.known(filter.path);
  if (!known || *known) return true;
  log_error(
      fmt::format("slipring: {} is not in the ledger; its paths are as the job printed them, "
                  "relative to the source",
                  dicom::terminal_text(filter.path)));
  return false;
}

int findings(const Context& context, FindingsOptions options) {
  int exit_code = kExitOk;
  const auto ledger = open_ledger(options.ledger, exit_code);
  if (ledger == nullptr) return exit_code;
  if (!filter_is_known(*ledger, options.filter)) return kExitUsage;
  if (ledger->cross_hidden())
    log_warning(
        "slipring: the last validation is running or was cut off: findings between files "
        "(L6) are left out; run the same validate again");
  Groups groups;
  std::string last;  // path that was printed; all findings of a file come together
  auto result = ledger->each_finding(
      options.filter, [&](std::string_view path, const dicom::Finding& finding) {
        if (options.paths) {
          if (path != last) fmt::print("{}\n", path);
          return void(last = path);
        }
        if (context.json) return print(finding_line(path, finding));
        if (options.list)
          return fmt::print("{} {} {}\n", dicom::to_string(finding.rule),
                            dicom::letter(finding.severity), finding_text(path, finding));
        Group& group = groups[{finding.severity, finding.rule}];
        if (group.count++ == 0) group.example = finding_text(path, finding);
      });
  if (result && !groups.empty() && options.filter.path.empty())
    result = take_true_counts(*ledger, groups);
  if (!result) {
    log_error("slipring: " + describe(result.error()));
    return kExitLedger;
  }
  if (!options.paths && !options.list && !context.json) print_groups(groups);
  return kExitOk;
}

const std::map<std::string, std::string> kSeverities = {
    {"E", "E"},       {"W", "W"},    {"I", "I"},   {"error", "E"},
    {"warning", "W"}, {"note", "I"}, {"info", "I"}};

}  // namespace

void add_findings(Command& app, Context& context) {
  auto options = std::make_shared<FindingsOptions>();
  Command command = add_command(app, context, "findings",
                                "what a validation or a conversion found, grouped by rule",
                                [options, &context] { return findings(context, *options); });
  command
      .add_option("ledger", options->ledger,
                  "a ledger, an output directory, or a source that was validated")
      .required();
  command.add_option("--rule", options->filter.rule, "this rule only");
  command.add_choice("--severity", options->filter.severity, kSeverities,
                     "errors (E), warnings (W) or notes (I) only");
  command.add_option("--path", options->filter.path, "this file only");
  command.add_flag("--paths", options->paths,
                   "only the paths, one a line, as --files-from reads them");
  command.add_flag("--list", options->list, "every finding, a line each");
}

}  // namespace slipring::cli
