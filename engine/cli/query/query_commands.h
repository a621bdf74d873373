// The commands that ask a peer what it holds, and have it sent. As commands.h.
#pragma once

#include "engine/cli/commands.h"

namespace slipring::cli {

void add_find(CLI::App& app, Context& context);
void add_move(CLI::App& app, Context& context);
void add_get(CLI::App& app, Context& context);
void add_pull(CLI::App& app, Context& context);
void add_worklist(CLI::App& app, Context& context);

}  // namespace slipring::cli
