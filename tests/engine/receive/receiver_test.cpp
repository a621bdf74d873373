// The receiver over loopback: one at a time, with a window, and when it is told to stop.
#include "engine/receive/receiver.h"

#include <gtest/gtest.h>

#include <future>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/peer.h"
#include "engine/dimse/service/verification.h"
#include "tests/engine/map/temporary_folder.h"
#include "tests/engine/receive/sent_objects.h"

namespace slipring::receive {
namespace {

using dimse::Association;
using test::kCtClass;
using test::sent_data_set;

struct Sink {
  test::TemporaryFolder folder;
  std::unique_ptr<Intake> intake;
  std::promise<AssociationTally> tally;
  std::unique_ptr<Receiver> receiver;

  explicit Sink(ReceiverOptions options = {}, bool discard = false) {
    IntakeOptions intake_options;
    intake_options.discard = discard;
    intake_options.ingest.output = folder.path() + "/in";
    intake = std::move(*Intake::open(intake_options, {}));
    options.server.address = "127.0.0.1";
    receiver = std::move(*Receiver::start(
        options, *intake, [this](const dimse::Ended&, const AssociationTally& brought) {
          tally.set_value(brought);
        }));
  }

  [[nodiscard]] std::unique_ptr<Association> associated(std::uint16_t window = 1) const {
    dimse::Proposal proposal;
    const dimse::ContextWish wishes[] = {
        {std::string(kCtClass), std::string(test::kExplicitLittleUid)},
        {std::string(dimse::kVerificationClass), std::string(test::kImplicitLittleUid)}};
    proposal.contexts = dimse::plan_contexts(wishes);
    proposal.async_window.invoked = window;
    auto association = dimse::associate({"127.0.0.1", receiver->port(), nullptr}, proposal);
    EXPECT_TRUE(association.has_value());
    return std::move(*association);
  }
};

dimse::Command store_rq(Association& association, std::string instance) {
  dimse::Command command = dimse::request(dimse::CommandField::CStoreRq,
                                          association.next_message_id(), std::string(kCtClass));
  command.sop_instance = std::move(instance);
  command.has_data_set = true;
  command.priority = dimse::Priority::Medium;
  return command;
}

TEST(ReceiverTest, ObjectsAreAnsweredOneByOneAndCountedAtTheEnd) {
  Sink sink;
  const auto association = sink.associated();
  for (const std::string instance : {"1.2.1", "1.2.2", "1.2.1"}) {
    const auto data_set = sent_data_set(instance);
    const Bytes ranges[] = {data_set};
    const auto answer = association->exchange(1, store_rq(*association, instance), ranges);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->command.status, dimse::statuses::kSuccess);
  }
  EXPECT_EQ(dimse::echo(*association).value_or(1), dimse::statuses::kSuccess);
  ASSERT_TRUE(association->release().has_value());
  const AssociationTally tally = sink.tally.get_future().get();
  EXPECT_EQ(tally.stored, 2U);
  EXPECT_EQ(tally.duplicates, 1U);
  EXPECT_EQ(tally.failed, 0U);
}

TEST(ReceiverTest, WithAWindowManyAreSentBeforeAnyAnswerIsRead) {
  Sink sink;
  const auto association = sink.associated(8);
  EXPECT_EQ(association->negotiated().async_window.invoked, 8);
  constexpr int kObjects = 8;
  for (int i = 0; i < kObjects; ++i) {
    const std::string instance = "1.2.9." + std::to_string(i);
    const auto data_set = sent_data_set(instance);
    const Bytes ranges[] = {data_set};
    ASSERT_TRUE(association->send(1, store_rq(*association, instance), ranges).has_value());
  }
  for (int i = 0; i < kObjects; ++i) {
    const auto answer = association->receive(association->timeouts().response);
    ASSERT_TRUE(answer.has_value() && answer->has_value());
    EXPECT_EQ((*answer)->command.message_id, i + 1);
    EXPECT_EQ((*answer)->command.status, dimse::statuses::kSuccess);
  }
  EXPECT_TRUE(association->release().has_value());
  EXPECT_EQ(sink.tally.get_future().get().stored, 8U);
}

// Answers that are ready and leave together do not wait for an object that is not all here yet.
TEST(ReceiverTest, AnAnswerIsNotHeldBackByHalfOfTheNextObject) {
  Sink sink({}, true);
  const auto association = sink.associated(8);
  const auto first = sent_data_set("1.2.1");
  const auto second = sent_data_set("1.2.2");
  const Bytes ranges[] = {first};
  ASSERT_TRUE(association->send(1, store_rq(*association, "1.2.1"), ranges).has_value());
  ASSERT_TRUE(association->send_command(1, store_rq(*association, "1.2.2")).has_value());
  const Bytes half[] = {Bytes(second).first(second.size() / 4 * 2)};
  const Bytes rest[] = {Bytes(second).subspan(half[0].size())};
  ASSERT_TRUE(association->send_data(1, half, false).has_value());
  for (const Bytes* still_to_send : {rest, static_cast<const Bytes*>(nullptr)}) {
    const auto answer = association->receive(association->timeouts().response);
    ASSERT_TRUE(answer.has_value() && answer->has_value());
    EXPECT_EQ((*answer)->command.status, dimse::statuses::kSuccess);
    if (still_to_send != nullptr) {
      ASSERT_TRUE(association->send_data(1, rest, true).has_value());
    }
  }
  EXPECT_TRUE(association->release().has_value());
  EXPECT_EQ(sink.tally.get_future().get().stored, 2U);
}

TEST(ReceiverTest, ARefusalNamesItsReasonAndTheAssociationGoesOn) {
  Sink sink;
  const auto association = sink.associated();
  const auto data_set = sent_data_set("1.2.3");
  const Bytes ranges[] = {data_set};
  auto answer = association->exchange(1, store_rq(*association, "1.2.4"), ranges);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->command.status, dimse::statuses::kDataSetMismatch);
  EXPECT_FALSE(answer->command.error_comment.empty());
  answer = association->exchange(1, store_rq(*association, "1.2.3"), ranges);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->command.status, dimse::statuses::kSuccess);
}

TEST(ReceiverTest, ToldToStopItEndsAssociationsThatAreIdle) {
  Sink sink;
  const auto association = sink.associated();
  const auto data_set = sent_data_set("1.2.3");
  const Bytes ranges[] = {data_set};
  ASSERT_TRUE(association->exchange(1, store_rq(*association, "1.2.3"), ranges).has_value());
  sink.receiver->stop(dimse::Milliseconds(60'000));
  EXPECT_FALSE(dimse::echo(*association).has_value());
  EXPECT_EQ(sink.tally.get_future().get().stored, 1U);
}

}  // namespace
}  // namespace slipring::receive
