// Wire: streams for tests to put under an association: a pair of sockets, a byte array as the peer,
// and a stream that goes wrong by a seed.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <vector>

#include "engine/dimse/service/verification.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/dimse/transport/socket.h"

namespace slipring::test {

using namespace slipring::dimse;

struct Pair {
  std::unique_ptr<Stream> ours;
  std::unique_ptr<Stream> theirs;
};
inline Pair socket_pair(const Interrupt* interrupt = nullptr) {
  std::array<int, 2> ends{};
  EXPECTS(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  return {std::make_unique<Socket>(ends[0], interrupt), std::make_unique<Socket>(ends[1])};
}

// A peer that says these bytes, `step` at a time, then closes; what is sent to it is kept.
class ByteStream final : public Stream {
 public:
  explicit ByteStream(std::vector<std::uint8_t> said, std::size_t step = SIZE_MAX)
      : said_(std::move(said)), step_(step) {}
  Result<void> send(std::span<const Bytes> pieces, Deadline) override {
    for (const Bytes piece : pieces) heard.insert(heard.end(), piece.begin(), piece.end());
    return {};
  }
  Result<std::size_t> receive(MutableBytes into, Deadline) override {
    const std::size_t size = std::min({into.size(), step_, said_.size() - at_});
    std::copy_n(said_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
    at_ += size;
    return size;
  }
  [[nodiscard]] bool readable() override { return true; }
  void finish() override {}

  std::vector<std::uint8_t> heard;

 private:
  std::vector<std::uint8_t> said_;
  std::size_t step_;
  std::size_t at_ = 0;
};

// Over another stream: short reads, pieces sent one byte at a time, and a cut after so many bytes.
class FaultyStream final : public Stream {
 public:
  FaultyStream(std::unique_ptr<Stream> under, std::uint32_t seed, std::size_t bytes_until_cut)
      : under_(std::move(under)), random_(seed), left_(bytes_until_cut) {}
  Result<void> send(std::span<const Bytes> pieces, Deadline deadline) override {
    for (Bytes piece : pieces) {
      while (!piece.empty()) {
        if (left_ == 0) return cut();
        const Bytes some = piece.first(std::min({piece.size(), chance(), left_}));
        left_ -= some.size();
        TRY(under_->send({&some, 1}, deadline));
        piece = piece.subspan(some.size());
      }
    }
    return {};
  }
  Result<std::size_t> receive(MutableBytes into, Deadline deadline) override {
    if (left_ == 0) return cut();
    TRY_ASSIGN(const std::size_t got,
               under_->receive(into.first(std::min({into.size(), chance(), left_})), deadline));
    left_ -= got;
    return got;
  }
  [[nodiscard]] bool readable() override { return left_ == 0 || under_->readable(); }
  void finish() override { under_->finish(); }

 private:
  std::size_t chance() {
    return random_() % 4 == 0 ? 1 : std::uniform_int_distribution<std::size_t>(1, 4096)(random_);
  }
  std::unexpected<Error> cut() {
    under_->finish();
    return closed("cut");
  }
  std::unique_ptr<Stream> under_;
  std::mt19937 random_;
  std::size_t left_;
};

// Short, so that a test of a silent peer takes no time.
inline Timeouts short_timeouts() {
  Timeouts timeouts;
  timeouts.association = timeouts.pdu = timeouts.response = timeouts.idle = timeouts.release =
      Milliseconds(150);
  timeouts.closing = Milliseconds(20);
  return timeouts;
}

// Long: where nothing may time out however slow the machine is.
inline Timeouts patient_timeouts() {
  Timeouts timeouts;
  timeouts.closing = Milliseconds(5'000);
  return timeouts;
}

inline Proposal verification_proposal() {
  Proposal proposal;
  proposal.called_ae = "SINK";
  proposal.calling_ae = "TEST";
  proposal.contexts = {verification_context(1)};
  return proposal;
}

inline AcceptRules verification_rules() {
  AcceptRules rules;
  rules.classes = {accepts_verification()};
  return rules;
}

inline std::vector<std::uint8_t> copied(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

// The error of `result`, and what it was a fault of.
template <class T>
PeerFault fault(const Result<T>& result) {
  return result ? PeerFault::None : fault_of(result.error());
}

}  // namespace slipring::test
