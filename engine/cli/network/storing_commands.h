// The commands of storing and printing peers: to receive, to ask for commitment, to print. As
// commands.h.
#pragma once

#include "engine/cli/commands.h"

namespace slipring::cli {

void add_receive(Command& app, Context& context);
void add_commit(Command& app, Context& context);
void add_print(Command& app, Context& context);

}  // namespace slipring::cli
