#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <memory>
#include <set>

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

struct Group {
  dicom::Severity severity = dicom::Severity::Info;
  std::uint64_t count = 0;
  std::string example;
};

std::string finding_text(std::string_view path, const dicom::Finding& finding) {
  std::string text = fmt::format("{}", dicom::terminal_text(path));
  if (finding.offset != kNoOffset) text += fmt::format(" @0x{:x}", finding.offset);
  if (!finding.path.empty()) text += " " + finding.path;
  return text + ": " + dicom::terminal_text(finding.message);
}

void print_groups(const std::map<dicom::RuleId, Group>& groups) {
  fmt::print("  {:<6} {:<8} {:>9}  {:<52} {}\n", "rule", "severity", "findings", "what", "example");
  for (const auto& [rule, group] : groups) {
    const validate::Rule* row = validate::find_rule(rule);
    fmt::print("  {:<6} {:<8} {:>9}  {:<52} {}\n", dicom::to_string(rule),
               group.severity == dicom::Severity::Error     ? "error"
               : group.severity == dicom::Severity::Warning ? "warning"
                                                            : "note",
               count_text(group.count), row == nullptr ? "" : row->title, group.example);
  }
  fmt::print(
      "explain a rule: slipring explain L2-20      list objects: slipring findings LEDGER --rule "
      "L2-20 --paths\n");
}

int findings(const Context& context, const FindingsOptions& options) {
  int exit_code = kExitOk;
  const auto ledger = open_ledger(options.ledger, exit_code);
  if (ledger == nullptr) return exit_code;
  std::map<dicom::RuleId, Group> groups;
  std::set<std::string> paths;
  const auto result = ledger->each_finding(
      options.filter, [&](std::string_view path, const dicom::Finding& finding) {
        if (options.paths) return void(paths.emplace(path));
        if (context.json) return print(finding_line(path, finding));
        if (options.list)
          return fmt::print("{} {} {}\n", dicom::to_string(finding.rule),
                            dicom::letter(finding.severity), finding_text(path, finding));
        Group& group = groups[finding.rule];
        group.severity = std::max(group.severity, finding.severity);
        if (group.count++ == 0) group.example = finding_text(path, finding);
      });
  if (!result) {
    log_error("slipring: " + describe(result.error()));
    return kExitLedger;
  }
  for (const std::string& path : paths) fmt::print("{}\n", path);
  if (!options.paths && !options.list && !context.json) print_groups(groups);
  return kExitOk;
}

}  // namespace

void add_findings(CLI::App& app, Context& context) {
  auto options = std::make_shared<FindingsOptions>();
  CLI::App* command = add_command(app, context, "findings",
                                  "what a validation or a conversion found, grouped by rule",
                                  [options, &context] { return findings(context, *options); });
  command
      ->add_option("ledger", options->ledger,
                   "a ledger, an output directory, or a source that was validated")
      ->required();
  command->add_option("--rule", options->filter.rule, "this rule only");
  command->add_option("--severity", options->filter.severity, "E, W or I only")
      ->check(CLI::IsMember({"E", "W", "I"}));
  command->add_option("--path", options->filter.path, "this file only");
  command->add_flag("--paths", options->paths,
                    "only the paths, one a line, as --files-from reads them");
  command->add_flag("--list", options->list, "every finding, a line each");
}

}  // namespace slipring::cli
