// Peer: another application entity, and the usual way to an association with it: TCP, TLS where
// asked for, A-ASSOCIATE.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/dimse/association/association.h"
#include "engine/dimse/transport/interrupt.h"
#include "engine/dimse/transport/tls.h"

namespace slipring::dimse {

// Ports by convention: 104 and 11112 in clear, 2762 with TLS (PS3.8 9.1.1, PS3.15 B.1).
inline constexpr std::uint16_t kTlsPort = 2762;

struct Peer {
  std::string host;  // a name or an address
  std::uint16_t port = 0;
  std::shared_ptr<TlsContext> tls;  // null: in clear
};

// `interrupt` may be null; else it must outlive the association.
// Errors: Unreachable, TimedOut, Untrusted, Rejected, Closed, Aborted, Protocol, Cancelled.
[[nodiscard]] Result<std::unique_ptr<Association>> associate(const Peer& peer,
                                                             const Proposal& proposal,
                                                             const Timeouts& timeouts = {},
                                                             const Interrupt* interrupt = nullptr,
                                                             const Limits& limits = {});

}  // namespace slipring::dimse
