// Manual pages in man(7)'s language, of the commands and options as they are parsed.
#pragma once

#include "engine/cli/manual/command_tree.h"

namespace slipring::cli {

// slipring(1): what there is, the commands, the exit codes, the files it keeps.
[[nodiscard]] std::string man_page(const CommandWords& program);

// slipring-COMMAND(1).
[[nodiscard]] std::string man_page(const CommandWords& program, const CommandWords& command);

}  // namespace slipring::cli
