// What every command that asks a peer something prints around its answers: the first and the last
// line of the JSON contract, and what went wrong with the peer.
#pragma once

#include <cstdint>
#include <string>

#include "codecs/base/result.h"
#include "engine/cli/commands.h"
#include "engine/ingest/summary.h"

namespace slipring::cli {

struct Session {
  std::uint64_t seen = 0;  // answers asked for, or that came
  std::uint64_t ok = 0;
  double seconds = 0;
  int exit_code = 0;
};

// Why a command that asks a peer ends with this exit code.
[[nodiscard]] ingest::Exit exit_of_session(int code);

// JSON only: {"type":"start"} and {"type":"summary"}.
void print_session_start(const Context& context, const std::string& command);
void print_session_summary(const Context& context, const Session& session);

// On stderr, and as {"type":"error"} with its `fault`. `name` is the peer's.
void print_peer_failure(const Context& context, const std::string& name, const Error& error);

// A peer that cannot say goodbye after it answered is worth a warning.
void warn_of_release(const std::string& name, const Result<void>& released);

}  // namespace slipring::cli
