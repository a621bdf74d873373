// Peer errors: what a peer can do to an association, as Errors. The codes of the towers know files,
// not peers; these are Io with an errno of their own, so that they need no new code there. One page
// makes them, tells them apart and says whether trying again makes sense.
#pragma once

#include <string>

#include "codecs/base/result.h"
#include "engine/dimse/pdu/pdu.h"

namespace slipring::dimse {

enum class PeerFault : std::uint8_t {
  None,         // not the peer: our own file, contract or limit
  Unreachable,  // no such name, no route, connection refused
  TimedOut,     // it did not do its part in the time given
  Closed,       // it closed the connection, or the connection was cut
  Rejected,     // it refused the association
  Aborted,      // it aborted the association
  Untrusted,    // it did not prove who it is, or speaks no TLS that we accept
  Protocol,     // it broke the protocol: Malformed, Truncated, Mismatch, LimitExceeded, Unsupported
  Cancelled,    // we were told to stop
};

[[nodiscard]] std::unexpected<Error> timed_out(std::string_view what);
[[nodiscard]] std::unexpected<Error> closed(std::string_view what);
[[nodiscard]] std::unexpected<Error> unreachable(std::string_view what, int number);
[[nodiscard]] std::unexpected<Error> rejected(const AssociateReject& reject);
[[nodiscard]] std::unexpected<Error> aborted(const Abort& abort);
// `what` is static text; `verify_result` is OpenSSL's number, 0 when it has none.
[[nodiscard]] std::unexpected<Error> untrusted(std::string_view what, int verify_result = 0);
[[nodiscard]] std::unexpected<Error> cancelled();

[[nodiscard]] PeerFault fault_of(const Error& error);
[[nodiscard]] std::string_view name(PeerFault fault);  // "timed-out"

// What came with A-ASSOCIATE-RJ and A-ABORT. Require fault_of(error) to be Rejected or Aborted.
[[nodiscard]] AssociateReject reject_of(const Error& error);
[[nodiscard]] Abort abort_of(const Error& error);

// Whether the same association may work later: not after a permanent reject, a certificate that
// does not hold, or a stop.
[[nodiscard]] bool worth_retrying(const Error& error);

// "connection refused", "association rejected: called AE title not recognized (permanent)":
// one line for a person.
[[nodiscard]] std::string describe_peer_error(const Error& error);

}  // namespace slipring::dimse
