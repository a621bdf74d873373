// A whole send of one object over a link that ends at every byte of the session, cut or silent:
// each ends by its timers with one reason, and nothing is called stored that the peer has not.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/engine/dimse/ending_stream.h"
#include "tests/engine/ingest/send/scp.h"

namespace slipring::ingest::send {
namespace {

using test::EndingStream;
using Ending = EndingStream::Ending;

constexpr unsigned kAtATime = 16;

dimse::Timeouts timeouts_of(Ending ending) {
  dimse::Timeouts timeouts = test::patient_timeouts();
  if (ending == Ending::Silent)  // so short that an answer may be late, too: that is one more fault
    timeouts.association = timeouts.pdu = timeouts.response = timeouts.release = Milliseconds(40);
  timeouts.closing = Milliseconds(20);
  return timeouts;
}

// Counts what passes, for the length of a session that is let be.
class CountingStream final : public dimse::Stream {
 public:
  CountingStream(std::unique_ptr<dimse::Stream> under, std::atomic<std::size_t>& bytes)
      : under_(std::move(under)), bytes_(bytes) {}
  Result<void> send(std::span<const Bytes> pieces, dimse::Deadline deadline) override {
    for (const Bytes piece : pieces) bytes_ += piece.size();
    return under_->send(pieces, deadline);
  }
  Result<std::size_t> receive(MutableBytes into, dimse::Deadline deadline) override {
    auto got = under_->receive(into, deadline);
    if (got) bytes_ += *got;
    return got;
  }
  [[nodiscard]] bool readable() override { return under_->readable(); }
  void finish() override { under_->finish(); }

 private:
  std::unique_ptr<dimse::Stream> under_;
  std::atomic<std::size_t>& bytes_;
};

class CutTest : public ::testing::Test {
 protected:
  void SetUp() override { data_set_ = write_object(place_, 0, 40); }

  Options options(Ending ending,
                  const std::function<std::unique_ptr<dimse::Stream>()>& link) const {
    Options options;
    options.sources = {place_.path()};
    options.retries = 0;
    options.associations = 1;
    options.threads = 1;
    options.peer = {"scp", 104, "SCP", "TEST"};
    options.connect = [ending, link](std::span<const dimse::ContextWish> wishes,
                                     const dimse::Interrupt*) {
      dimse::Proposal proposal;
      proposal.contexts = dimse::plan_contexts(wishes);
      return dimse::Association::request(link(), proposal, timeouts_of(ending));
    };
    return options;
  }

  std::size_t session_bytes() {
    std::atomic<std::size_t> bytes = 0;
    Scp scp;
    Fates fates;
    const auto summary = run(options(Ending::Cut,
                                     [&]() -> std::unique_ptr<dimse::Stream> {
                                       return std::make_unique<CountingStream>(scp.link(), bytes);
                                     }),
                             fates);
    scp.join();
    EXPECT_TRUE(summary && exit_of(*summary).code == 0);
    EXPECT_EQ(scp.inventory.size(), 1U);
    return bytes;
  }

  void end_after(Ending ending, std::size_t bytes) {
    SCOPED_TRACE(bytes);
    Scp scp;
    Fates fates;
    const auto summary =
        run(options(ending,
                    [&]() -> std::unique_ptr<dimse::Stream> {
                      return std::make_unique<EndingStream>(scp.link(), ending, bytes);
                    }),
            fates);
    scp.join();
    ASSERT_TRUE(summary);
    EXPECT_TRUE(summary->balanced());
    ASSERT_EQ(fates.reports.size(), 1U);
    const ledger::Delivery& delivery = fates.reports[0].delivery;
    const bool is_held = scp.inventory.contains(instance_of(0));
    if (delivery.state == DeliveryState::Stored) {
      EXPECT_TRUE(is_held);
      EXPECT_EQ(scp.inventory.begin()->second, data_set_);
      return;
    }
    EXPECT_FALSE(delivery.reason.empty());
    EXPECT_NE(exit_of(*summary).code, 0);
    EXPECT_TRUE(!is_held || delivery.state == DeliveryState::Unknown)
        << "held, and called " << ledger::name(delivery.state);
  }

  // All of [0, end), several at a time.
  void end_after_each(Ending ending, std::size_t end) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < kAtATime; ++i)
      threads.emplace_back([&] {
        for (std::size_t bytes = next++; bytes < end && !HasFailure(); bytes = next++)
          end_after(ending, bytes);
      });
  }

  test::Place place_;
  std::vector<std::uint8_t> data_set_;
};

TEST_F(CutTest, ASessionCutAtEveryByteEndsWithOneReason) {
  const std::size_t bytes = session_bytes();
  ASSERT_GT(bytes, 500U);
  end_after_each(Ending::Cut, bytes);
}

TEST_F(CutTest, ASessionSilentAfterEveryByteEndsByItsTimersWithOneReason) {
  end_after_each(Ending::Silent, session_bytes());
}

}  // namespace
}  // namespace slipring::ingest::send
