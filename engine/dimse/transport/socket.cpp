#include "engine/dimse/transport/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "codecs/base/contract.h"
#include "engine/dimse/transport/waiting.h"

namespace slipring::dimse {

namespace {

constexpr std::size_t kPiecesMax = 512;  // of one sendmsg; the system's bound is 1024
constexpr Milliseconds kGatherTime{4};   // that a piece of an answer waits for the next one
constexpr unsigned kWaitsWithout = 64;   // after one that did not give a whole answer in that time
constexpr std::string_view kNothing = "the peer sent nothing in time";

std::unexpected<Error> lost() {
  if (errno == EPIPE || errno == ECONNRESET || errno == ECONNABORTED)
    return closed("the peer closed the connection");
  if (errno == ETIMEDOUT) return timed_out("the connection is dead");
  return fail(ErrorCode::Io, kNoOffset, "the connection failed", 0,
              static_cast<std::uint64_t>(errno));
}

void set_tcp(int descriptor, int option) {
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, option, &on, sizeof on);
}

// Drops the first `size_bytes` of what pieces[first...] hold; gives the new first.
std::size_t advanced(std::vector<iovec>& pieces, std::size_t first, std::size_t size_bytes) {
  while (first < pieces.size() && size_bytes >= pieces[first].iov_len)
    size_bytes -= pieces[first++].iov_len;
  if (size_bytes != 0) {
    pieces[first].iov_base = static_cast<std::uint8_t*>(pieces[first].iov_base) + size_bytes;
    pieces[first].iov_len -= size_bytes;
  }
  return first;
}

}  // namespace

Socket::Socket(int descriptor, const Interrupt* interrupt, std::string peer)
    : descriptor_(descriptor), interrupt_(interrupt), peer_(std::move(peer)) {
  ::fcntl(descriptor_, F_SETFL, ::fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
  const int on = 1;
  is_tcp_ = ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
  if (is_tcp_) ::setsockopt(descriptor_, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

Socket::~Socket() { ::close(descriptor_); }

Result<void> Socket::wait(short events, Deadline deadline, std::string_view what) const {
  return wait_for(descriptor_, events, deadline, interrupt_, what);
}

Result<void> Socket::send(std::span<const Bytes> pieces, Deadline deadline) {
  for (std::size_t first = 0; first < pieces.size(); first += kPiecesMax) {
    pieces_.clear();
    for (const Bytes piece : pieces.subspan(first, std::min(kPiecesMax, pieces.size() - first)))
      pieces_.push_back({const_cast<std::uint8_t*>(piece.data()), piece.size()});
    TRY(send_some(pieces_, deadline));
  }
  return {};
}

Result<void> Socket::send_some(std::vector<iovec>& pieces, Deadline deadline) {
  for (std::size_t first = advanced(pieces, 0, 0); first < pieces.size();) {
    msghdr message{};
    message.msg_iov = pieces.data() + first;
    message.msg_iovlen = pieces.size() - first;
    const ssize_t sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    if (sent >= 0) {
      owes_ack_ = false;
      is_asking_ = true;
      first = advanced(pieces, first, static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (deadline.passed()) return timed_out("the peer reads too slowly");
      TRY(wait(POLLOUT, deadline, "the peer stopped reading"));
    } else if (errno != EINTR) {
      return lost();
    }
  }
  return {};
}

Result<std::optional<std::size_t>> Socket::receive_now(MutableBytes into) {
  EXPECTS(!into.empty());
  while (true) {
    const ssize_t got = ::recv(descriptor_, into.data(), into.size(), 0);
    if (got >= 0) {
      owes_ack_ = true;
      is_asking_ = false;
      return static_cast<std::size_t>(got);
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return std::optional<std::size_t>{};
    if (errno != EINTR) return lost();
  }
}

void Socket::wake_at(std::size_t bytes) {
  wake_bytes_ = is_tcp_ ? bytes : 1;
  if (wake_bytes_ == 1) set_low_water(1);
}

void Socket::set_low_water(std::size_t bytes) {
  if (bytes == low_water_) return;
  low_water_ = bytes;
  const int value = static_cast<int>(bytes);
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVLOWAT, &value, sizeof value);
}

// Waits for the first bytes after a send: for as many as an answer has, but only a moment for more
// than one. Nothing: they did not come in that moment.
Result<std::optional<std::size_t>> Socket::receive_answer(MutableBytes into, Deadline deadline) {
  set_low_water(wake_bytes_);
  const auto came = wait(POLLIN, deadline.within(kGatherTime), kNothing);
  const bool is_late = !came && fault_of(came.error()) == PeerFault::TimedOut;
  if (!came && !is_late) return std::unexpected(came.error());
  TRY_ASSIGN(const std::optional<std::size_t> got, receive_now(into));
  if (is_late) waits_without_ = kWaitsWithout;
  if (is_late && got && *got < wake_bytes_) wake_at(1);  // the rest is kept back
  return got;
}

Result<std::size_t> Socket::receive(MutableBytes into, Deadline deadline) {
  if (wake_bytes_ > 1 && is_asking_ && waits_without_ == 0) {
    TRY_ASSIGN(const std::optional<std::size_t> got, receive_answer(into, deadline));
    if (got) return *got;
  } else if (low_water_ != 1) {
    waits_without_ = kWaitsWithout;  // an answer's first piece was longer
  } else if (waits_without_ != 0) {
    --waits_without_;
  }
  set_low_water(1);
  while (true) {
    TRY_ASSIGN(const std::optional<std::size_t> got, receive_now(into));
    if (got) return *got;
    // A peer with Nagle's algorithm keeps the rest of what it says until we acknowledge what came:
    // setting the option does so at once.
    if (is_tcp_ && std::exchange(owes_ack_, false)) set_tcp(descriptor_, TCP_QUICKACK);
    TRY(wait(POLLIN, deadline, kNothing));
  }
}

bool Socket::readable() {
  pollfd watched{descriptor_, POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0;
}

void Socket::finish() { ::shutdown(descriptor_, SHUT_WR); }

}  // namespace slipring::dimse
