// The commands and options as they are parsed, as plain values: what manual pages and completions
// are made of, so that neither can tell of an option that is not there.
#pragma once

#include <string>
#include <vector>

#include "engine/cli/command/command.h"

namespace slipring::cli {

struct OptionWords {
  std::vector<std::string> names;    // "-j", "--threads"; of a positional its one name
  std::string value;                 // what follows it ("UINT"); empty: a flag
  std::vector<std::string> choices;  // the only values it takes; empty: any
  std::string text;                  // what it does
};

struct CommandWords {
  std::string name;
  std::string text;
  std::vector<OptionWords> options;
  std::vector<OptionWords> positionals;
  std::vector<CommandWords> commands;  // those below it
};

[[nodiscard]] CommandWords command_tree(const Command& app);

// The command of that name right below `root`; null where there is none.
[[nodiscard]] const CommandWords* find_command(const CommandWords& root, const std::string& name);

}  // namespace slipring::cli
