// Commitment at the doors: what `commit` does, and what any command that stored objects may do
// afterwards: ask the peer to keep them, as the ledger knows them.
#pragma once

#include <string>

#include "engine/cli/network/peer_options.h"
#include "engine/ingest/summary.h"

namespace slipring::cli {

struct CommitmentOptions {
  std::uint16_t listen_port = 0;  // 0: reports by the association that asked only
  double wait = 60;               // seconds for a report
  unsigned attempts = 2;
};

void add_commitment_options(Command& command, CommitmentOptions& options);

// Opens the ledger at `place`, asks, and prints; gives the exit code. Where `any_title`, the peer
// is known by its address alone, and called as it was when objects were sent to it. `before` is how
// that ended which the same command did before: the worse of both is the end of the command.
[[nodiscard]] int run_commitment(const Context& context, const std::string& place,
                                 const ChosenPeer& chosen, bool any_title,
                                 const CommitmentOptions& options, const ingest::Exit& before = {});

}  // namespace slipring::cli
