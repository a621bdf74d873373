#include "engine/dimse/transport/peer_error.h"

#include <errno.h>

#include <system_error>

namespace slipring::dimse {

namespace {

// The errno that stands for each fault; what sockets give of themselves is told apart by number.
constexpr std::uint64_t kTimedOut = ETIMEDOUT;
constexpr std::uint64_t kClosed = ECONNRESET;
constexpr std::uint64_t kRejected = EACCES;
constexpr std::uint64_t kAborted = ECONNABORTED;
constexpr std::uint64_t kUntrusted = EKEYREJECTED;

std::unexpected<Error> peer_error(std::string_view what, std::uint64_t number,
                                  std::uint64_t detail = 0) {
  return fail(ErrorCode::Io, kNoOffset, what, detail, number);
}

PeerFault fault_of_errno(std::uint64_t number) {
  switch (number) {
    case kTimedOut:
      return PeerFault::TimedOut;
    case kClosed:
    case EPIPE:
      return PeerFault::Closed;
    case kRejected:
      return PeerFault::Rejected;
    case kAborted:
      return PeerFault::Aborted;
    case kUntrusted:
      return PeerFault::Untrusted;
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case ENXIO:
      return PeerFault::Unreachable;
    default:
      return PeerFault::None;
  }
}

}  // namespace

std::unexpected<Error> timed_out(std::string_view what) { return peer_error(what, kTimedOut); }
std::unexpected<Error> closed(std::string_view what) { return peer_error(what, kClosed); }
std::unexpected<Error> unreachable(std::string_view what, int number) {
  return peer_error(what, static_cast<std::uint64_t>(number));
}
std::unexpected<Error> rejected(const AssociateReject& reject) {
  const unsigned detail =
      unsigned{reject.result} << 16 | unsigned{reject.source} << 8 | unsigned{reject.reason};
  return peer_error(describe(reject), kRejected, detail);
}
std::unexpected<Error> aborted(const Abort& abort) {
  return peer_error(describe(abort), kAborted, unsigned{abort.source} << 8 | abort.reason);
}
std::unexpected<Error> untrusted(std::string_view what, int verify_result) {
  return peer_error(what, kUntrusted, static_cast<std::uint64_t>(verify_result));
}
std::unexpected<Error> cancelled() {
  return fail(ErrorCode::Cancelled, kNoOffset, "stopped on request");
}

PeerFault fault_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::Io:
      return fault_of_errno(error.actual);
    case ErrorCode::Cancelled:
      return PeerFault::Cancelled;
    case ErrorCode::Malformed:
    case ErrorCode::Truncated:
    case ErrorCode::Mismatch:
    case ErrorCode::LimitExceeded:
    case ErrorCode::Unsupported:
    case ErrorCode::OutOfRange:
      return PeerFault::Protocol;
    default:
      return PeerFault::None;
  }
}

std::string_view name(PeerFault fault) {
  switch (fault) {
    case PeerFault::None:
      return "none";
    case PeerFault::Unreachable:
      return "unreachable";
    case PeerFault::TimedOut:
      return "timed-out";
    case PeerFault::Closed:
      return "closed";
    case PeerFault::Rejected:
      return "rejected";
    case PeerFault::Aborted:
      return "aborted";
    case PeerFault::Untrusted:
      return "untrusted";
    case PeerFault::Protocol:
      return "protocol";
    case PeerFault::Cancelled:
      return "cancelled";
  }
  return "none";
}

AssociateReject reject_of(const Error& error) {
  return {static_cast<std::uint8_t>(error.expected >> 16),
          static_cast<std::uint8_t>(error.expected >> 8),
          static_cast<std::uint8_t>(error.expected)};
}

Abort abort_of(const Error& error) {
  return {static_cast<std::uint8_t>(error.expected >> 8),
          static_cast<std::uint8_t>(error.expected)};
}

bool worth_retrying(const Error& error) {
  switch (fault_of(error)) {
    case PeerFault::Unreachable:
    case PeerFault::TimedOut:
    case PeerFault::Closed:
    case PeerFault::Aborted:
    case PeerFault::Protocol:
      return true;
    case PeerFault::Rejected:
      return reject_of(error).result == 2;
    default:
      return false;
  }
}

std::string describe_peer_error(const Error& error) {
  std::string text(error.what);
  switch (fault_of(error)) {
    case PeerFault::Rejected:
      return text + (reject_of(error).result == 2 ? " (transient)" : " (permanent)");
    case PeerFault::TimedOut:
    case PeerFault::Closed:
    case PeerFault::Aborted:
    case PeerFault::Untrusted:
    case PeerFault::Cancelled:
      return text;
    default:
      break;
  }
  if (error.code == ErrorCode::Io && error.actual != 0)
    return text + ": " + std::generic_category().message(static_cast<int>(error.actual));
  if (error.expected != 0 || error.actual != 0)
    text +=
        ": expected " + std::to_string(error.expected) + ", found " + std::to_string(error.actual);
  return text;
}

}  // namespace slipring::dimse
