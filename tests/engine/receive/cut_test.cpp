// A whole session with the receiver over links that end at every byte of it, cut or silent: what
// was answered with success is held, nothing else is left behind, and the receiver serves on.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <semaphore>
#include <thread>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/verification.h"
#include "engine/receive/receiver.h"
#include "tests/engine/dimse/ending_stream.h"
#include "tests/engine/map/temporary_folder.h"
#include "tests/engine/receive/sent_objects.h"

namespace slipring::receive {
namespace {

using test::EndingStream;
using Ending = EndingStream::Ending;
using test::kCtClass;

constexpr unsigned kAtATime = 120;  // fewer than a listening socket keeps waiting
constexpr dimse::Milliseconds kShort{150};
constexpr dimse::Milliseconds kPatient{60'000};
constexpr std::size_t kMore = std::size_t{1} << 30;  // than any session has

class CutTest : public ::testing::Test {
 protected:
  void SetUp() override {
    IntakeOptions intake_options;
    intake_options.ingest.output = folder_.path() + "/in";
    intake_options.ingest.fsync = deliver::Fsync::None;
    intake_ = std::move(*Intake::open(intake_options, {}));
  }

  // A receiver into the same intake whose every timer is so long.
  void start(dimse::Milliseconds timer) {
    ReceiverOptions options;
    options.server.address = "127.0.0.1";
    options.server.associations_max = options.server.associations_per_peer_max = 10 * kAtATime;
    dimse::Timeouts& timeouts = options.server.timeouts;
    timeouts.association = timeouts.pdu = timeouts.response = timeouts.message = timeouts.idle =
        timeouts.release = timer;
    timeouts.closing = dimse::Milliseconds(20);
    receiver_ = std::move(
        *Receiver::start(options, *intake_, [this](const dimse::Ended&, const AssociationTally&) {
          ++ended_;
          room_.release();
        }));
  }

  // One object sent over a link that ends after so many bytes. True: it was called stored.
  // `left`: how many of the bytes did not pass.
  bool send(const std::string& instance, Ending ending, std::size_t bytes,
            std::size_t* left = nullptr) {
    // One who cuts goes on before the receiver has seen it: without this the callers that wait
    // could be more than the system keeps, and it forgets the others without a word to either.
    EXPECT_TRUE(room_.try_acquire_for(kPatient));
    auto stream = dimse::connect_tcp("127.0.0.1", receiver_->port(),
                                     dimse::Deadline::after(dimse::Milliseconds(30'000)));
    EXPECT_TRUE(stream.has_value());
    auto ending_stream = std::make_unique<EndingStream>(std::move(*stream), ending, bytes);
    const EndingStream& link = *ending_stream;
    ++begun_;
    dimse::Proposal proposal;
    const dimse::ContextWish wishes[] = {
        {std::string(kCtClass), std::string(test::kExplicitLittleUid)}};
    proposal.contexts = dimse::plan_contexts(wishes);
    dimse::Timeouts timeouts = test::patient_timeouts();
    if (ending == Ending::Silent)  // longer than the receiver's, which is the first to give up
      timeouts.association = timeouts.pdu = timeouts.response = timeouts.release = 2 * kShort;
    timeouts.closing = dimse::Milliseconds(20);
    auto association = dimse::Association::request(std::move(ending_stream), proposal, timeouts);
    if (!association) return false;
    dimse::Command command = dimse::request(
        dimse::CommandField::CStoreRq, (*association)->next_message_id(), std::string(kCtClass));
    command.sop_instance = instance;
    command.has_data_set = true;
    const auto data_set = test::sent_data_set(instance, "A^B", 2);
    const Bytes ranges[] = {data_set};
    const auto answer = (*association)->exchange(1, command, ranges);
    const bool is_stored =
        answer.has_value() && answer->command.status == dimse::statuses::kSuccess;
    if (answer) (void)(*association)->release();
    if (left != nullptr) *left = link.left();
    return is_stored;
  }

  void end_at_each(Ending ending) {
    start(kPatient);
    std::size_t left = 0;
    ASSERT_TRUE(send("1.2.1.100000", Ending::Cut, kMore, &left));
    const std::size_t session = kMore - left;
    ASSERT_GT(session, 500U);
    if (ending == Ending::Silent) {
      receiver_->stop(kPatient);
      start(kShort);
    }
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::vector<std::string> stored = {"1.2.1.100000"};
    {
      std::vector<std::jthread> threads;
      for (unsigned i = 0; i < kAtATime; ++i)
        threads.emplace_back([&] {
          for (std::size_t bytes = next++; bytes < session; bytes = next++) {
            // As long as the first, so that the session is.
            const std::string instance = "1.2.1." + std::to_string(100'001 + bytes);
            if (!send(instance, ending, bytes)) continue;
            const std::lock_guard lock(mutex);
            stored.push_back(instance);
          }
        });
    }
    bool serves_on = false;  // its timers are short for a machine that has much to do
    for (int i = 0; i < 50 && !serves_on; ++i) serves_on = send("1.2.2", Ending::Cut, kMore);
    EXPECT_TRUE(serves_on);
    receiver_->stop(kPatient);
    EXPECT_EQ(ended_, begun_);
    for (const std::string& instance : stored)
      EXPECT_FALSE(intake_->store()->inventory().of(instance)->empty()) << instance;
    intake_->store()->close(ingest::exits::kOk);
    expect_whole_files_only();
  }

  // What has a name has all its bytes; what has none is gone.
  void expect_whole_files_only() const {
    const std::size_t whole = test::sent_data_set("1.2.1.100000", "A^B", 2).size();
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder_.path() + "/in")) {
      if (!entry.is_regular_file() ||
          entry.path().string().find("/.slipring/") != std::string::npos)
        continue;
      EXPECT_EQ(entry.path().extension(), ".dcm");
      EXPECT_GE(entry.file_size() + 16, whole) << entry.path();
    }
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Intake> intake_;
  std::atomic<int> begun_ = 0;
  std::atomic<int> ended_ = 0;
  std::counting_semaphore<> room_{kAtATime};
  std::unique_ptr<Receiver> receiver_;
};

TEST_F(CutTest, ASessionCutAtEveryByteLeavesWhatWasAnsweredAndNothingElse) {
  end_at_each(Ending::Cut);
}

TEST_F(CutTest, ASessionSilentAfterEveryByteEndsByTheReceiversTimers) {
  end_at_each(Ending::Silent);
}

}  // namespace
}  // namespace slipring::receive
