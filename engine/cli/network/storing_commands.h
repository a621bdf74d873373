// The commands of a storing peer: to receive, and to ask for commitment. As commands.h.
#pragma once

#include "engine/cli/commands.h"

namespace slipring::cli {

void add_receive(CLI::App& app, Context& context);
void add_commit(CLI::App& app, Context& context);

}  // namespace slipring::cli
