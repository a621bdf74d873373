// Completions of commands, options and the values of those that take few, for the shells of
// Debian.
#pragma once

#include "engine/cli/manual/command_tree.h"

namespace slipring::cli {

// A script that the shell sources; none needs more than the shell itself.
[[nodiscard]] std::string bash_completion(const CommandWords& program);
[[nodiscard]] std::string zsh_completion(const CommandWords& program);
[[nodiscard]] std::string fish_completion(const CommandWords& program);

}  // namespace slipring::cli
