// A C-FIND from the door to the last line: associate, ask, print each match, say how it ended. Find
// and worklist differ in what they ask.
#pragma once

#include <string>
#include <vector>

#include "engine/cli/commands.h"
#include "engine/cli/network/peer_options.h"
#include "engine/query/key.h"

namespace slipring::cli {

struct QueryRun {
  std::string command;  // "find"
  std::string_view sop_class;
  std::vector<query::Key> keys;
  std::vector<query::Key> columns;
  std::uint64_t limit = 0;  // matches after which the rest is cancelled; 0: all
};

// Exit codes: 0 matches were found, 4 none was, 1 some cannot be read, 5 the peer failed or
// refused.
[[nodiscard]] int run_query(const Context& context, ChosenPeer chosen, const QueryRun& run);

void add_limit_option(Command& command, std::uint64_t& limit);

}  // namespace slipring::cli
