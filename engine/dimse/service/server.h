// Server: listens, and serves each association on a thread of its own, within caps in total and per
// peer address. `receive`, commitment's listener and the hostile peers of tests stand on it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/dimse/service/serve.h"
#include "engine/dimse/transport/interrupt.h"
#include "engine/dimse/transport/socket.h"
#include "engine/dimse/transport/tls.h"

namespace slipring::dimse {

struct ServerOptions {
  std::string address;                         // numeric; "": every address of the machine
  std::uint16_t port = 0;                      // 0: any free one
  std::shared_ptr<TlsContext> tls;             // null: in clear
  std::size_t associations_max = 64;           // at a time; callers beyond are told "congestion"
  std::size_t associations_per_peer_max = 16;  // of one address
  Timeouts timeouts;
  Limits limits;
};

// How an association ended, for a log; called on its thread, may be empty.
struct Ended {
  std::string peer;        // address and port
  std::string calling_ae;  // "" when none was established
  Result<void> outcome;    // a release, or why not
};

class Server {
 public:
  // What is done with each connection. Policy and session are called from several threads at once.
  struct Work {
    AcceptPolicy policy;
    // Serves until the association is over; serve() for most.
    std::function<Result<void>(Association& association)> session;
    std::function<void(const Ended& ended)> ended;
  };

  // Listens and begins to accept. Errors: Io (the port is taken, no permission).
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const ServerOptions& options,
                                                             Work work);
  ~Server();  // as stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t associations() const;  // at this moment

  // Takes no more calls; waits up to `grace` for the associations there are, then interrupts them;
  // returns when every thread has ended.
  void stop(Milliseconds grace = Milliseconds(0));

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace slipring::dimse
