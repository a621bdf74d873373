// Sending at the doors: what `send` does, and `convert --send`.
#pragma once

#include <span>
#include <string>

#include "engine/cli/network/commitment.h"
#include "engine/cli/network/peer_options.h"
#include "engine/ingest/send/send.h"

namespace slipring::cli {

struct SendWords {
  PeerOptions peer;
  ingest::send::Options send;
  std::string bandwidth;
  std::string until;
  bool dry_run = false;
  bool commit = false;  // afterwards
  CommitmentOptions commitment;
};

// How fast, how often, until when, and whether commitment is asked for; `associations` is the name
// of the option that says how many from the start.
void add_sending_options(Command& command, SendWords& words, const char* associations);

// Sends what `words.send` names to the peer that `peer` names (one word or two); prints; gives the
// exit code.
[[nodiscard]] int run_sending(const Context& context, SendWords words,
                              std::span<const std::string> peer);

}  // namespace slipring::cli
