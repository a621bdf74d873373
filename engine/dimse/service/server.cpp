#include "engine/dimse/service/server.h"

#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>

#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {

constexpr Milliseconds kPauseAfterFailure{100};
constexpr Milliseconds kRefusal{2'000};  // for the request of a caller who will be refused
constexpr AssociateReject kCongestion{2, 3, 1};

struct Session {
  std::thread thread;
  bool done = false;
};

}  // namespace

struct Server::State {
  ServerOptions options;
  Work work;
  std::unique_ptr<Listener> listener;
  Interrupt stop_accepting;
  Interrupt stop_serving;
  std::thread acceptor;

  mutable std::mutex mutex;
  std::condition_variable fewer;
  std::list<Session> sessions;  // those done are joined when the next caller comes
  std::map<std::string, std::size_t, std::less<>> by_address;
  std::size_t serving = 0;
  std::size_t refusing = 0;

  void accept_all();
  void take(Listener::Accepted accepted);
  void begin(Listener::Accepted accepted, bool is_refused);
  void uncount(const std::string& address, bool is_refused);
  void join_done();
  void run(const Listener::Accepted& accepted, bool is_refused);
  Result<void> session(const Listener::Accepted& accepted, bool is_refused, Ended& ended);
};

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Work work) {
  auto state = std::make_unique<State>();
  state->options = options;
  state->work = std::move(work);
  TRY_ASSIGN(state->listener, Listener::open(options.address, options.port));
  State* const raw = state.get();
  state->acceptor = std::thread([raw] { raw->accept_all(); });
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() { stop(); }

std::uint16_t Server::port() const { return state_->listener->port(); }

std::size_t Server::associations() const {
  const std::lock_guard lock(state_->mutex);
  return state_->serving;
}

void Server::stop(Milliseconds grace) {
  state_->stop_accepting.raise();
  if (state_->acceptor.joinable()) state_->acceptor.join();
  {
    std::unique_lock lock(state_->mutex);
    state_->fewer.wait_for(lock, grace, [&] { return state_->serving == 0; });
  }
  state_->stop_serving.raise();
  for (Session& session : state_->sessions) session.thread.join();  // no acceptor: no new ones
  state_->sessions.clear();
}

void Server::State::accept_all() {
  while (!stop_accepting.raised()) {
    auto accepted = listener->accept(Deadline::never(), &stop_accepting);
    if (accepted)
      take(std::move(*accepted));
    else if (accepted.error().code != ErrorCode::Cancelled)
      std::this_thread::sleep_for(kPauseAfterFailure);
    join_done();
  }
}

// Beyond a cap a caller is refused in words; beyond twice the cap its connection is just closed.
void Server::State::take(Listener::Accepted accepted) {
  const std::lock_guard lock(mutex);
  std::size_t& of_peer = by_address[accepted.address];
  const bool is_refused =
      serving >= options.associations_max || of_peer >= options.associations_per_peer_max;
  if (is_refused && refusing >= options.associations_max) {
    const Socket closed_at_once(accepted.descriptor);
    return;
  }
  if (is_refused) {
    ++refusing;
  } else {
    ++serving;
    ++of_peer;
  }
  begin(std::move(accepted), is_refused);
}

// Requires the lock, and the caller counted.
void Server::State::begin(Listener::Accepted accepted, bool is_refused) {
  Session& session = sessions.emplace_back();
  const int descriptor = accepted.descriptor;
  const std::string address = accepted.address;
  try {
    session.thread = std::thread([this, accepted = std::move(accepted), is_refused, &session] {
      run(accepted, is_refused);
      const std::lock_guard inner(mutex);
      session.done = true;
    });
  } catch (const std::system_error&) {  // the machine has no thread left
    sessions.pop_back();
    uncount(address, is_refused);
    const Socket closed_at_once(descriptor);
  }
}

void Server::State::uncount(const std::string& address, bool is_refused) {
  if (is_refused) {
    --refusing;
  } else {
    --serving;
    --by_address[address];
  }
}

void Server::State::join_done() {
  std::list<Session> done;
  {
    const std::lock_guard lock(mutex);
    for (auto at = sessions.begin(); at != sessions.end();) {
      const auto next = std::next(at);
      if (at->done) done.splice(done.end(), sessions, at);
      at = next;
    }
    std::erase_if(by_address, [](const auto& entry) { return entry.second == 0; });
  }
  for (Session& session : done) session.thread.join();
}

void Server::State::run(const Listener::Accepted& accepted, bool is_refused) {
  Ended ended{accepted.peer, {}, {}};
  ended.outcome = session(accepted, is_refused, ended);
  if (work.ended) work.ended(ended);
  const std::lock_guard lock(mutex);
  uncount(accepted.address, is_refused);
  fewer.notify_all();
}

Result<void> Server::State::session(const Listener::Accepted& accepted, bool is_refused,
                                    Ended& ended) {
  std::unique_ptr<Stream> stream =
      std::make_unique<Socket>(accepted.descriptor, &stop_serving, accepted.peer);
  Timeouts timeouts = options.timeouts;
  if (is_refused) timeouts.association = std::min(timeouts.association, kRefusal);
  if (options.tls != nullptr) {
    const Milliseconds budget = is_refused ? kRefusal : timeouts.tls;
    TRY_ASSIGN(stream, options.tls->wrap(std::move(stream), {}, Deadline::after(budget)));
  }
  const AcceptPolicy refuse = [](const AssociateRequest&) -> Answer { return kCongestion; };
  TRY_ASSIGN(const std::unique_ptr<Association> association,
             Association::accept(std::move(stream), is_refused ? refuse : work.policy, timeouts,
                                 options.limits));
  ended.calling_ae = association->negotiated().calling_ae;
  return work.session(*association);
}

}  // namespace slipring::dimse
