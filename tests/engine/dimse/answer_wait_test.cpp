// How one waits who asks one thing after the other: for answers that come in pieces, for those that
// are short, and with what goes next posted already.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "engine/dimse/association/association.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/service/serve.h"
#include "engine/dimse/transport/socket.h"
#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using namespace slipring::test;

constexpr std::size_t kAnswerMin = 13;

// Both ends of a TCP connection: ours a Socket that waits for whole answers.
class AnswerWait : public ::testing::Test {
 protected:
  void SetUp() override {
    auto listener = Listener::open("127.0.0.1", 0);
    ASSERT_TRUE(listener);
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons((*listener)->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const auto accepted = (*listener)->accept(Deadline::never(), nullptr);
    ASSERT_TRUE(accepted);
    theirs_ = accepted->descriptor;
    ours_ = std::make_unique<Socket>(descriptor_, &interrupt_);
    ours_->wake_at(kAnswerMin);
  }
  void TearDown() override {
    if (theirs_ >= 0) ::close(theirs_);
  }
  void ask() {
    const std::uint8_t one[] = {1};
    const Bytes piece(one);
    ASSERT_TRUE(ours_->send({&piece, 1}, Deadline::never()));
  }
  void say(std::size_t bytes, std::uint8_t value = 7) const {
    const std::vector<std::uint8_t> said(bytes, value);
    ASSERT_EQ(::send(theirs_, said.data(), said.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(said.size()));
  }
  Result<std::size_t> hear(Deadline deadline = Deadline::after(Milliseconds(60'000))) {
    return ours_->receive(heard_, deadline);
  }
  [[nodiscard]] int low_water() const {
    int value = 0;
    socklen_t size_bytes = sizeof value;
    EXPECT_EQ(::getsockopt(descriptor_, SOL_SOCKET, SO_RCVLOWAT, &value, &size_bytes), 0);
    return value;
  }

  Interrupt interrupt_;
  std::unique_ptr<Socket> ours_;
  int descriptor_ = -1;  // of ours_
  int theirs_ = -1;
  std::uint8_t heard_[256] = {};
};

TEST_F(AnswerWait, AWholeAnswerEndsTheWaitAtOnceAndTheNextIsWaitedForAlike) {
  for (int turn = 0; turn < 3; ++turn) {
    ask();
    say(138);
    EXPECT_EQ(hear().value_or(0), 138U);
    EXPECT_EQ(low_water(), static_cast<int>(kAnswerMin));
  }
}

TEST_F(AnswerWait, WhatIsShorterIsGivenTooAndNoAnswerIsWaitedForSoAgain) {
  ask();
  say(10);  // an A-ABORT, by a peer that does not close
  EXPECT_EQ(hear().value_or(0), 10U);
  EXPECT_EQ(low_water(), 1);
  ask();
  say(138);
  EXPECT_EQ(hear().value_or(0), 138U);
  EXPECT_EQ(low_water(), 1);
}

TEST_F(AnswerWait, TheRestOfAnAnswerMayBeShort) {
  ask();
  say(20);
  EXPECT_EQ(hear().value_or(0), 20U);
  say(3);
  EXPECT_EQ(hear().value_or(0), 3U);
  EXPECT_EQ(low_water(), 1);
}

TEST_F(AnswerWait, APeerWithNaglesAlgorithmIsHeardToTheEnd) {
  for (int turn = 0; turn < 200; ++turn) {
    ask();
    std::thread peer([&] {
      say(12);
      say(126);
    });
    std::size_t all = 0;
    while (all < 138) {
      const auto got = hear();
      ASSERT_TRUE(got) << turn;
      all += *got;
    }
    EXPECT_EQ(all, 138U);
    peer.join();
  }
}

TEST_F(AnswerWait, EndsByItsDeadlineByAnInterruptAndWithTheConnection) {
  for (const int wait_ms : {1, 3, 30}) {
    ask();
    const auto got = hear(Deadline::after(Milliseconds(wait_ms)));
    ASSERT_FALSE(got);
    EXPECT_EQ(fault_of(got.error()), PeerFault::TimedOut);
  }
  ask();
  say(5);
  ::close(std::exchange(theirs_, -1));
  EXPECT_EQ(hear().value_or(99), 5U);
  interrupt_.raise();
  ASSERT_FALSE(hear(Deadline::after(Milliseconds(20))).value_or(0));
}

TEST_F(AnswerWait, AnInterruptEndsIt) {
  ask();
  interrupt_.raise();
  const auto got = hear();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::Cancelled);
}

// A server of echoes at the other end of an association; counts what it answers.
class Held : public ::testing::Test {
 protected:
  void SetUp() override {
    Pair pair = socket_pair();
    server_ = std::thread([this, stream = std::move(pair.theirs)]() mutable {
      auto taken = Association::accept(
          std::move(stream),
          [](const AssociateRequest& request) {
            return answer_by_rules(request, verification_rules());
          },
          patient_timeouts());
      if (!taken) return;
      (void)serve(**taken, [this](Association& on, const Incoming& incoming) {
        ++answered_;
        return on.send(incoming.context_id, response_to(incoming.command, statuses::kSuccess));
      });
    });
    auto made =
        Association::request(std::move(pair.ours), verification_proposal(), patient_timeouts());
    ASSERT_TRUE(made);
    association_ = std::move(*made);
  }
  void TearDown() override {
    association_.reset();
    server_.join();
  }
  Command echo() {
    return request(CommandField::CEchoRq, association_->next_message_id(),
                   std::string(kVerificationClass));
  }
  std::unique_ptr<Association> association_;
  std::thread server_;
  int answered_ = 0;  // read after the server's end
};

TEST_F(Held, WhatIsHeldStaysUntilItIsFlushed) {
  ASSERT_TRUE(association_->send(1, echo()));
  ASSERT_TRUE(association_->post(1, echo()));
  association_->hold();
  const auto first = association_->receive(Milliseconds(60'000));
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->command.message_id, 1);
  EXPECT_EQ(association_->posted(), 1U);
  EXPECT_FALSE(association_->has_incoming(Milliseconds(20)));
  ASSERT_TRUE(association_->flush());
  EXPECT_TRUE(association_->has_incoming(Milliseconds(60'000)));
  const auto second = association_->receive(Milliseconds(60'000));
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->command.message_id, 2);
}

TEST_F(Held, WhatIsHeldIsDroppedByARelease) {
  ASSERT_TRUE(association_->post(1, echo()));
  association_->hold();
  ASSERT_TRUE(association_->release());
  server_.join();
  EXPECT_EQ(answered_, 0);
  server_ = std::thread([] {});
}

}  // namespace
}  // namespace slipring::dimse
