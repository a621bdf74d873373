// Deadline: the moment at which waiting for a peer ends. A budget for a whole step (a PDU, a
// handshake), not for a read: a peer that drips bytes does not move it.
#pragma once

#include <algorithm>
#include <chrono>
#include <climits>

namespace slipring::dimse {

using Milliseconds = std::chrono::milliseconds;

class Deadline {
 public:
  // A budget of zero or less is no limit.
  [[nodiscard]] static Deadline after(Milliseconds budget) {
    return budget.count() <= 0 ? never() : Deadline(Clock::now() + budget);
  }
  [[nodiscard]] static Deadline never() { return Deadline(Clock::time_point::max()); }

  [[nodiscard]] bool passed() const {
    return at_ != Clock::time_point::max() && Clock::now() >= at_;
  }
  // This one, or `budget` from now where that is earlier.
  [[nodiscard]] Deadline within(Milliseconds budget) const {
    return Deadline(std::min(at_, Clock::now() + budget));
  }
  // For poll(2): -1 is for ever, 0 is over.
  [[nodiscard]] int poll_milliseconds() const {
    if (at_ == Clock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<Milliseconds>(at_ - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, INT_MAX));
  }

 private:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

// One budget a step; zero is no limit. `interface.md`: --connect-timeout is connect and tls,
// --acse-timeout is association and release, --dimse-timeout is response.
struct Timeouts {
  Milliseconds connect{10'000};      // TCP, over all addresses of a name
  Milliseconds tls{10'000};          // the TLS handshake
  Milliseconds association{30'000};  // ARTIM: from the A-ASSOCIATE-RQ to its answer, on both sides
  Milliseconds pdu{60'000};          // a PDU from its first byte to its last; 1 MiB sent
  Milliseconds response{60'000};     // from a request to the first byte of what follows it
  Milliseconds message{0};           // a data set received, from its first fragment to its last
  Milliseconds idle{60'000};         // an acceptor, from one message to the next
  Milliseconds release{10'000};      // from the A-RELEASE-RQ to its answer
  Milliseconds closing{1'000};       // for a peer to close after an abort or a release
};

}  // namespace slipring::dimse
