#include "engine/report/report.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/cli/commands.h"
#include "engine/cli/ledger_place.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/log.h"
#include "engine/validate/rules.h"

namespace slipring::cli {

namespace {

struct ReportOptions {
  std::string ledger;
  std::string file;
};

int write_out(const std::string& file, const std::string& text) {
  if (file.empty() || file == "-") {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return written ? kExitOk : kExitDestination;
  }
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (out) return kExitOk;
  log_error(fmt::format("slipring: {}: the report could not be written", file));
  return kExitDestination;
}

report::RuleTexts texts_of(dicom::RuleId id) {
  const validate::Rule* rule = validate::find_rule(id);
  return rule == nullptr ? report::RuleTexts{} : report::RuleTexts{rule->title, rule->advice};
}

int report(const Context& context, const ReportOptions& options) {
  int exit_code = kExitOk;
  const auto ledger = open_ledger(options.ledger, exit_code);
  if (ledger == nullptr) return exit_code;
  if (context.json) {
    const auto json = report::as_json(*ledger, texts_of);
    if (json)
      return write_out(options.file,
                       json->dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    log_error("slipring: " + describe(json.error()));
    return kExitLedger;
  }
  const auto text = report::as_text(*ledger, texts_of);
  if (text) return write_out(options.file, *text);
  log_error("slipring: " + describe(text.error()));
  return kExitLedger;
}

}  // namespace

void add_report(Command& app, Context& context) {
  auto options = std::make_shared<ReportOptions>();
  Command command = add_command(app, context, "report",
                                "what became of every file: verdict, discrepancies, matrix",
                                [options, &context] { return report(context, *options); });
  command.add_option("ledger", options->ledger, "a ledger or an output directory").required();
  command.add_option("-o,--output", options->file, "write to this file");
}

}  // namespace slipring::cli
