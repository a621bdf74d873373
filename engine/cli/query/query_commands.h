// The commands that ask a peer what it holds, and have it sent. As commands.h.
#pragma once

#include "engine/cli/commands.h"

namespace slipring::cli {

void add_find(Command& app, Context& context);
void add_move(Command& app, Context& context);
void add_get(Command& app, Context& context);
void add_pull(Command& app, Context& context);
void add_worklist(Command& app, Context& context);

}  // namespace slipring::cli
