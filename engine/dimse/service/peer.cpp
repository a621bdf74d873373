#include "engine/dimse/service/peer.h"

#include "engine/dimse/transport/socket.h"

namespace slipring::dimse {

Result<std::unique_ptr<Association>> associate(const Peer& peer, const Proposal& proposal,
                                               const Timeouts& timeouts, const Interrupt* interrupt,
                                               const Limits& limits) {
  TRY_ASSIGN(std::unique_ptr<Stream> stream,
             connect_tcp(peer.host, peer.port, Deadline::after(timeouts.connect), interrupt));
  if (peer.tls != nullptr) {
    TRY_ASSIGN(stream, peer.tls->wrap(std::move(stream), peer.host, Deadline::after(timeouts.tls)));
  }
  return Association::request(std::move(stream), proposal, timeouts, limits);
}

}  // namespace slipring::dimse
