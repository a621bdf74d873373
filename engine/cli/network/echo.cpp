#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>

#include "engine/cli/commands.h"
#include "engine/cli/network/peer_options.h"
#include "engine/cli/network/session_output.h"
#include "engine/cli/output/amounts.h"
#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/dicom/escape.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/service/verification.h"

namespace slipring::cli {

namespace {

struct EchoOptions {
  std::vector<std::string> peer;
  PeerOptions options;
  unsigned repeat = 1;
};

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

std::string peer_text(const dimse::UserInformation& peer) {
  const std::string version =
      peer.implementation_version.empty() ? peer.implementation_class : peer.implementation_version;
  const std::string pdu =
      peer.max_pdu_bytes == 0 ? "no limit" : count_text(peer.max_pdu_bytes) + " bytes";
  return fmt::format("{}, max PDU {}", dicom::terminal_text(version), pdu);
}

void print_answer(const Context& context, const std::string& name,
                  const dimse::Association& association, std::uint16_t status, double seconds) {
  const dimse::UserInformation& peer = association.negotiated().peer;
  const bool done = dimse::class_of(status) == dimse::StatusClass::Success;
  if (context.json) {
    Json json = line("echo");
    json["peer"] = dicom::json_text(name);
    json["outcome"] = done ? "ok" : "failed";
    json["status"] = fmt::format("{:04X}", status);
    json["status_name"] = dimse::status_name(status);
    json["implementation_class"] = dicom::json_text(peer.implementation_class);
    json["implementation_version"] = dicom::json_text(peer.implementation_version);
    json["max_pdu"] = peer.max_pdu_bytes;
    json["seconds"] = seconds;
    return print(json);
  }
  if (context.verbosity >= 0 || !done)
    fmt::print("{}: {} ({:04X}) in {:.1f} ms; {}\n", dicom::terminal_text(name),
               dimse::status_name(status), status, seconds * 1000, peer_text(peer));
}

// How many of the echoes were answered with success; the first failure ends them.
unsigned echo_all(const Context& context, const EchoOptions& options, const ChosenPeer& chosen) {
  auto association = dimse::associate(chosen.peer, chosen.proposal, chosen.timeouts);
  if (!association) return print_peer_failure(context, chosen.name, association.error()), 0;
  unsigned answered = 0;
  for (unsigned i = 0; i < options.repeat; ++i) {
    const auto began = std::chrono::steady_clock::now();
    const auto status = dimse::echo(**association);
    if (!status) {
      print_peer_failure(context, chosen.name, status.error());
      return answered;
    }
    print_answer(context, chosen.name, **association, *status, seconds_since(began));
    if (dimse::class_of(*status) == dimse::StatusClass::Success) ++answered;
  }
  // The echo was answered; a peer that cannot say goodbye is worth a warning.
  warn_of_release(chosen.name, (*association)->release());
  return answered;
}

int run_echo(const Context& context, const EchoOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  ChosenPeer chosen = choose_peer(context, options.peer, options.options);
  chosen.proposal.contexts = {dimse::verification_context(1)};
  print_session_start(context, "echo");
  const unsigned answered = echo_all(context, options, chosen);
  const int code = answered == options.repeat ? kExitOk : kExitDestination;
  print_session_summary(context, {options.repeat, answered, seconds_since(began), code});
  return code;
}

}  // namespace

void add_echo(Command& app, Context& context) {
  auto options = std::make_shared<EchoOptions>();
  Command command =
      add_command(app, context, "echo", "asks a peer whether it is there and listens (C-ECHO)",
                  [options, &context] { return run_echo(context, *options); });
  command.add_option("peer", options->peer, kPeerHelp).required().words(1, 2);
  command.add_option("--repeat", options->repeat, "echoes over one association")
      .range(1U, 1'000'000U)
      .shows_default();
  add_peer_options(command, options->options);
}

}  // namespace slipring::cli
