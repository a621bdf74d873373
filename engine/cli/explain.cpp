#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "engine/cli/commands.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/validate/rules.h"

namespace slipring::cli {

namespace {

void print_rule(const Context& context, const validate::Rule& rule) {
  if (context.json) {
    Json json = line("rule");
    json["rule"] = dicom::to_string(rule.id);
    json["severity"] = std::string(1, dicom::letter(rule.severity));
    json["title"] = rule.title;
    json["meaning"] = rule.meaning;
    json["advice"] = rule.advice;
    json["clause"] = rule.clause;
    return print(json);
  }
  fmt::print("{}  {}: {}\n\n  what it means  {}\n  what to do     {}\n  clause         {}\n",
             dicom::to_string(rule.id), dicom::word(rule.severity), rule.title, rule.meaning,
             rule.advice, rule.clause);
}

// All rules, or those of one layer.
int list_rules(const Context& context, int layer) {
  std::size_t count = 0;
  for (const validate::Rule& rule : validate::rules()) {
    if (layer >= 0 && rule.id.layer != layer) continue;
    ++count;
    if (context.json)
      print_rule(context, rule);
    else
      fmt::print("{}  {:<8} {}\n", dicom::to_string(rule.id), dicom::word(rule.severity),
                 rule.title);
  }
  if (!context.json)
    fmt::print("{} rules; 'slipring explain L2-20' tells what one means and what to do\n", count);
  return kExitOk;
}

int explain(const Context& context, const std::string& name) {
  if (name.empty()) return list_rules(context, -1);
  const auto id = validate::parse_rule_id(name);
  const validate::Rule* rule = id ? validate::find_rule(*id) : nullptr;
  if (rule == nullptr) {
    log_error(fmt::format("slipring: no rule '{}'; 'slipring explain' lists them", name));
    return kExitUsage;
  }
  print_rule(context, *rule);
  return kExitOk;
}

}  // namespace

void add_explain(Command& app, Context& context) {
  auto name = std::make_shared<std::string>();
  Command command = add_command(app, context, "explain",
                                "what a rule means and what to do; without one, all rules",
                                [name, &context] { return explain(context, *name); });
  command.add_option("rule", *name, "such as L2-20");
}

void add_rules(Command& app, Context& context) {
  auto layer = std::make_shared<int>(-1);
  Command command = add_command(app, context, "rules", "lists the rules that validate checks",
                                [layer, &context] { return list_rules(context, *layer); });
  command.add_option("--layer", *layer, "only those of this layer, 0 to 6").range(0, 6);
}

}  // namespace slipring::cli
