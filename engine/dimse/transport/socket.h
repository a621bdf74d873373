// Socket: TCP (or any stream socket) as a Stream: non-blocking underneath, so that deadlines and
// interrupts hold in every call; TCP_NODELAY set once, and TCP_QUICKACK set before it waits for
// more than it has acknowledged by sending (Linux forgets it). A peer that writes an answer in
// pieces wakes it once for them (SO_RCVLOWAT), where it was told to wait so; not a peer that keeps
// the rest back until the first piece is acknowledged, as Nagle's algorithm does. And how one comes
// by it: connect, listen, accept.
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/dimse/transport/interrupt.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/dimse/transport/stream.h"

namespace slipring::dimse {

class Socket final : public Stream {
 public:
  // Takes the descriptor over and makes it non-blocking. `interrupt` may be null; else it outlives
  // the socket.
  explicit Socket(int descriptor, const Interrupt* interrupt = nullptr, std::string peer = {});
  ~Socket() override;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  Result<void> send(std::span<const Bytes> pieces, Deadline deadline) override;
  Result<std::size_t> receive(MutableBytes into, Deadline deadline) override;
  [[nodiscard]] bool readable() override;
  [[nodiscard]] Result<std::optional<std::size_t>> receive_now(MutableBytes into) override;
  void wake_at(std::size_t bytes) override;
  void finish() override;
  [[nodiscard]] std::string peer() const override { return peer_; }

 private:
  Result<void> send_some(std::vector<iovec>& pieces, Deadline deadline);
  Result<void> wait(short events, Deadline deadline, std::string_view what) const;
  Result<std::optional<std::size_t>> receive_answer(MutableBytes into, Deadline deadline);
  void set_low_water(std::size_t bytes);

  int descriptor_;
  const Interrupt* interrupt_;
  std::string peer_;
  bool is_tcp_ = true;          // until setting a TCP option fails
  bool owes_ack_ = false;       // bytes came since we last sent some, which acknowledge them
  bool is_asking_ = false;      // nothing came since we last sent
  std::size_t wake_bytes_ = 1;  // that an answer has at least; 1: not known, or of no use here
  std::size_t low_water_ = 1;   // the system's
  unsigned waits_without_ = 0;  // to come
  std::vector<iovec> pieces_;   // kept from call to call
};

// Connects to `host` (a name or an address), trying its addresses in turn within `deadline`. The
// name's lookup itself is the system's and has the system's limits.
// Errors: Unreachable (with errno), TimedOut, Cancelled.
[[nodiscard]] Result<std::unique_ptr<Stream>> connect_tcp(const std::string& host,
                                                          std::uint16_t port, Deadline deadline,
                                                          const Interrupt* interrupt = nullptr);

class Listener {
 public:
  // Port 0 is any free one: port() says which. `address` is numeric; "" is every address of the
  // machine, IPv6 and IPv4. Errors: Io.
  [[nodiscard]] static Result<std::unique_ptr<Listener>> open(const std::string& address,
                                                              std::uint16_t port);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  struct Accepted {
    int descriptor = -1;  // the caller's to close (Socket takes it over)
    std::string address;  // "192.168.1.7": what caps per peer count by
    std::string peer;     // "192.168.1.7:50112"
  };
  // Errors: TimedOut, Cancelled, Io (out of descriptors: try again later).
  [[nodiscard]] Result<Accepted> accept(Deadline deadline, const Interrupt* interrupt) const;

 private:
  Listener(int descriptor, std::uint16_t port) : descriptor_(descriptor), port_(port) {}
  int descriptor_;
  std::uint16_t port_;
};

}  // namespace slipring::dimse
