// The commands: each adds its options to the CLI11 tree and says what runs when it is chosen.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "engine/cli/toml_config.h"

namespace slipring::cli {

// What was typed, for the ledger, and what every command shares.
struct Context {
  std::string arguments;
  bool json = false;
  int verbosity = 0;  // -1 quiet, 0, 1 -v, 2 -vv
  std::string progress = "auto";
  std::string log_file;
  PeerTable peers;              // of --config
  std::function<int()> action;  // set by the chosen command's callback
};

void add_scan(CLI::App& app, Context& context);
void add_validate(CLI::App& app, Context& context);
void add_convert(CLI::App& app, Context& context);
void add_verify(CLI::App& app, Context& context);
void add_dump(CLI::App& app, Context& context);
void add_frame(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);
void add_findings(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_rules(CLI::App& app, Context& context);
void add_list_ts(CLI::App& app, Context& context);
void add_bench(CLI::App& app, Context& context);
void add_echo(CLI::App& app, Context& context);
void add_send(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);
void add_man(CLI::App& app, Context& context);

// A command: name, help, and its action.
CLI::App* add_command(CLI::App& app, Context& context, const std::string& name,
                      const std::string& help, std::function<int()> action);

}  // namespace slipring::cli
