// The options of every command that speaks to another application entity, and what they come to:
// whom to call, as whom, how long to wait, with which TLS. One block, so that all commands share
// DCMTK's words and ours (interface.md).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/cli/commands.h"
#include "engine/dimse/service/peer.h"

namespace slipring::cli {

struct PeerOptions {
  std::string call;              // called AE title; "": of the peer's word or table, else ANY-SCP
  std::string aetitle;           // our own; "": of the peer's table, else SLIPRING
  std::string max_pdu;           // bytes, or 64K; "": our default; 0: without limit
  unsigned max_ops_invoked = 0;  // asynchronous window to propose; 0: the command's own choice
  double connect_timeout = 10;   // seconds, 0 for none
  double acse_timeout = 30;
  double dimse_timeout = 60;
  bool tls = false;
  dimse::TlsOptions tls_options;
};

// --max-pdu: bytes, 64K, 0 for no limit, "" for our default. Throws UsageError.
[[nodiscard]] std::uint32_t max_pdu_of(const std::string& text);

// Adds the options (not the positionals, which differ from command to command).
void add_peer_options(Command& command, PeerOptions& options);

// What `kPeerHelp` explains: for the positional's help text.
inline constexpr char kPeerHelp[] =
    "[AET@]HOST:PORT, HOST PORT, or a name of --config; ports by convention 104, 11112, 2762 (TLS)";

// A peer ready to be called; `name` is "AET@host:port", for people.
struct ChosenPeer {
  dimse::Peer peer;
  dimse::Timeouts timeouts;
  dimse::Proposal proposal;  // titles, maximum PDU and window set; contexts are the command's
  std::string name;
  dimse::TlsOptions tls_options;  // of whom it calls back, where peer.tls is set
};

// From the words of the positional (one or two) and the options; what an option does not say is
// taken from the peer's table. Reads the TLS files, warning of a key that others may read.
// Throws UsageError with what a person has to mend.
[[nodiscard]] ChosenPeer choose_peer(const Context& context, std::span<const std::string> words,
                                     const PeerOptions& options);

// For a listener that this peer calls back: with the same TLS and the same certificates, and never
// in clear where the peer is called by TLS. Throws UsageError when they are not there.
[[nodiscard]] std::shared_ptr<dimse::TlsContext> listener_tls(const ChosenPeer& chosen);

}  // namespace slipring::cli
