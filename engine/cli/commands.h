// The commands: each adds itself and its options to the command line and says what runs when it is
// chosen.
#pragma once

#include <functional>
#include <string>

#include "engine/cli/command/command.h"
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

void add_scan(Command& app, Context& context);
void add_validate(Command& app, Context& context);
void add_convert(Command& app, Context& context);
void add_verify(Command& app, Context& context);
void add_dump(Command& app, Context& context);
void add_frame(Command& app, Context& context);
void add_status(Command& app, Context& context);
void add_report(Command& app, Context& context);
void add_findings(Command& app, Context& context);
void add_explain(Command& app, Context& context);
void add_rules(Command& app, Context& context);
void add_list_ts(Command& app, Context& context);
void add_bench(Command& app, Context& context);
void add_echo(Command& app, Context& context);
void add_send(Command& app, Context& context);
void add_completion(Command& app, Context& context);
void add_man(Command& app, Context& context);

// A command: name, help, and its action.
Command add_command(Command& app, Context& context, const std::string& name,
                    const std::string& help, std::function<int()> action);

}  // namespace slipring::cli
