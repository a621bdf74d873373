// Associations between our own requestor and our own acceptor.
#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/peer.h"
#include "engine/dimse/service/server.h"
#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using namespace slipring::test;

constexpr std::string_view kCtClass = "1.2.840.10008.5.1.4.1.1.2";

// What a storing server was given.
struct Stored {
  std::mutex mutex;
  std::vector<std::pair<std::string, std::vector<std::uint8_t>>> objects;
};

Service storing(Stored& stored) {
  return [&stored](Association& association, const Incoming& incoming) -> Result<void> {
    TRY_ASSIGN(auto data, association.gather_data(incoming, 64 << 20));
    {
      const std::lock_guard lock(stored.mutex);
      stored.objects.emplace_back(incoming.command.sop_instance, std::move(data));
    }
    return association.send(incoming.context_id, response_to(incoming.command, statuses::kSuccess));
  };
}

AcceptRules storage_rules() {
  AcceptRules rules = verification_rules();
  rules.classes.push_back({std::string(kCtClass), {std::string(kExplicitLittleEndian)}});
  return rules;
}

std::unique_ptr<Server> start(const AcceptRules& rules, const Service& service = {},
                              ServerOptions options = {}) {
  options.address = "127.0.0.1";
  auto server = Server::start(
      options,
      {[rules](const AssociateRequest& request) { return answer_by_rules(request, rules); },
       [service](Association& association) { return serve(association, service); },
       {}});
  EXPECT_TRUE(server.has_value());
  return std::move(*server);
}

Peer peer_of(const Server& server) { return {"127.0.0.1", server.port(), nullptr}; }

Proposal storage_proposal() {
  Proposal proposal = verification_proposal();
  const ContextWish wishes[] = {
      {std::string(kVerificationClass), std::string(kImplicitLittleEndian)},
      {std::string(kCtClass), std::string(kExplicitLittleEndian)}};
  proposal.contexts = plan_contexts(wishes);
  return proposal;
}

Command store_rq(Association& association, std::string instance) {
  Command command =
      request(CommandField::CStoreRq, association.next_message_id(), std::string(kCtClass));
  command.sop_instance = std::move(instance);
  command.has_data_set = true;
  return command;
}

std::vector<std::uint8_t> counted(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(LoopbackTest, AnEchoIsAnsweredAndTheAssociationReleased) {
  const auto server = start(verification_rules());
  auto association = associate(peer_of(*server), verification_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value()) << association.error().what;
  EXPECT_EQ((*association)->negotiated().peer.implementation_version, kImplementationVersion);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(echo(**association).value_or(1), statuses::kSuccess);
  EXPECT_TRUE((*association)->release().has_value());
  EXPECT_FALSE((*association)->established());
  EXPECT_EQ(fault(echo(**association)), PeerFault::Closed);
}

TEST(LoopbackTest, ADataSetInManyRangesArrivesAsItWasWhateverTheMaximumPdu) {
  for (const std::uint32_t max_pdu : {8U, 13U, 4096U, 16384U, 1U << 20, 0U}) {
    Stored stored;
    AcceptRules rules = storage_rules();
    rules.max_pdu_bytes = max_pdu;
    const auto server = start(rules, storing(stored));
    auto association = associate(peer_of(*server), storage_proposal(), patient_timeouts());
    ASSERT_TRUE(association.has_value());
    const auto data = counted(max_pdu == 8 || max_pdu == 13 ? 5'000 : 3'000'000);
    std::vector<Bytes> ranges;
    for (std::size_t at = 0, size = 1; at < data.size(); at += size, size = size * 3 + 1)
      ranges.push_back(Bytes(data).subspan(at, std::min(size, data.size() - at)));
    const Context* const context = (*association)->negotiated().context_for(kCtClass);
    ASSERT_NE(context, nullptr);
    const auto answer =
        (*association)->exchange(context->id, store_rq(**association, "1.2.3"), ranges);
    ASSERT_TRUE(answer.has_value()) << max_pdu << ' ' << answer.error().what;
    EXPECT_EQ(answer->command.status, statuses::kSuccess);
    EXPECT_TRUE((*association)->release().has_value());
    ASSERT_EQ(stored.objects.size(), 1U);
    EXPECT_TRUE(stored.objects[0].second == data) << max_pdu;
  }
}

TEST(LoopbackTest, ADataSetSentInStepsArrivesAsOne) {
  Stored stored;
  const auto server = start(storage_rules(), storing(stored));
  auto association = associate(peer_of(*server), storage_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value());
  const auto data = counted(100'000);
  const Command command = store_rq(**association, "1.2.3");
  ASSERT_TRUE((*association)->send_command(3, command).has_value());
  for (std::size_t at = 0; at < data.size(); at += 10'000) {
    const Bytes piece = Bytes(data).subspan(at, 10'000);
    ASSERT_TRUE((*association)->send_data(3, {&piece, 1}, at + 10'000 == data.size()).has_value());
  }
  const auto answer = (*association)->receive((*association)->timeouts().response);
  ASSERT_TRUE(answer.has_value() && answer->has_value());
  EXPECT_TRUE(check_response(command, (*answer)->command).has_value());
  EXPECT_TRUE(stored.objects.at(0).second == data);
}

TEST(LoopbackTest, WithAnAsynchronousWindowSeveralRequestsAreOutstanding) {
  Stored stored;
  AcceptRules rules = storage_rules();
  rules.operations_max = 4;
  const auto server = start(rules, storing(stored));
  Proposal proposal = storage_proposal();
  proposal.async_window = {16, 1};
  auto association = associate(peer_of(*server), proposal, patient_timeouts());
  ASSERT_TRUE(association.has_value());
  ASSERT_EQ((*association)->negotiated().async_window.invoked, 4);
  const auto data = counted(1000);
  const Bytes range(data);
  std::vector<Command> sent;
  for (int i = 0; i < 4; ++i) {
    sent.push_back(store_rq(**association, "1.2." + std::to_string(i)));
    ASSERT_TRUE((*association)->send(3, sent.back(), {&range, 1}).has_value());
  }
  for (const Command& one : sent) {
    const auto answer = (*association)->receive((*association)->timeouts().response);
    ASSERT_TRUE(answer.has_value() && answer->has_value());
    EXPECT_TRUE(check_response(one, (*answer)->command).has_value());
  }
  EXPECT_TRUE((*association)->release().has_value());
}

// Over another stream: counts what goes out in one gather.
class CountingStream final : public Stream {
 public:
  CountingStream(std::unique_ptr<Stream> under, int& gathers)
      : under_(std::move(under)), gathers_(gathers) {}
  Result<void> send(std::span<const Bytes> pieces, Deadline deadline) override {
    ++gathers_;
    return under_->send(pieces, deadline);
  }
  Result<std::size_t> receive(MutableBytes into, Deadline deadline) override {
    return under_->receive(into, deadline);
  }
  [[nodiscard]] bool readable() override { return under_->readable(); }
  void finish() override { under_->finish(); }

 private:
  std::unique_ptr<Stream> under_;
  int& gathers_;
};

TEST(LoopbackTest, PostedMessagesGoOutInOneGatherBeforeTheirSenderWaits) {
  Stored stored;
  AcceptRules rules = storage_rules();
  rules.operations_max = 4;
  const auto server = start(rules, storing(stored));
  auto socket = connect_tcp("127.0.0.1", server->port(), Deadline::never());
  ASSERT_TRUE(socket.has_value());
  Proposal proposal = storage_proposal();
  proposal.async_window = {4, 1};
  int gathers = 0;
  auto association = Association::request(
      std::make_unique<CountingStream>(std::move(*socket), gathers), proposal, patient_timeouts());
  ASSERT_TRUE(association.has_value());
  const int before = gathers;
  const auto data = counted(1000);
  const Bytes range(data);
  std::vector<Command> sent;
  for (int i = 0; i < 3; ++i) {
    sent.push_back(store_rq(**association, "1.2." + std::to_string(i)));
    ASSERT_TRUE((*association)->post(3, sent.back(), {&range, 1}).has_value());
  }
  EXPECT_EQ((*association)->posted(), 3U);
  EXPECT_EQ(gathers, before);
  for (const Command& one : sent) {
    const auto answer = (*association)->receive((*association)->timeouts().response);
    ASSERT_TRUE(answer.has_value() && answer->has_value());
    EXPECT_TRUE(check_response(one, (*answer)->command).has_value());
    EXPECT_EQ(gathers, before + 1);
  }
  EXPECT_EQ((*association)->posted(), 0U);
  ASSERT_EQ(stored.objects.size(), 3U);
  for (const auto& [instance, bytes] : stored.objects) EXPECT_TRUE(bytes == data) << instance;
}

TEST(LoopbackTest, WhatWasPostedGoesOutBeforeARelease) {
  Stored stored;
  const auto server = start(storage_rules(), storing(stored));
  auto association = associate(peer_of(*server), storage_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value());
  const auto data = counted(1000);
  const Bytes range(data);
  ASSERT_TRUE((*association)->post(3, store_rq(**association, "1.2.3"), {&range, 1}).has_value());
  EXPECT_TRUE((*association)->release().has_value());
  const std::lock_guard lock(stored.mutex);
  EXPECT_EQ(stored.objects.size(), 1U);
}

TEST(LoopbackTest, ARejectionSaysWhyAndWhetherToTryAgain) {
  AcceptRules rules = verification_rules();
  rules.ae_title = "OTHER";
  const auto server = start(rules);
  const auto association = associate(peer_of(*server), verification_proposal(), patient_timeouts());
  ASSERT_EQ(fault(association), PeerFault::Rejected);
  EXPECT_EQ(reject_of(association.error()).reason, 7);
  EXPECT_FALSE(worth_retrying(association.error()));
}

TEST(LoopbackTest, ACallerBeyondACapIsToldOfCongestion) {
  ServerOptions options;
  options.associations_per_peer_max = 1;
  const auto server = start(verification_rules(), {}, options);
  const auto first = associate(peer_of(*server), verification_proposal(), patient_timeouts());
  ASSERT_TRUE(first.has_value());
  const auto second = associate(peer_of(*server), verification_proposal(), patient_timeouts());
  ASSERT_EQ(fault(second), PeerFault::Rejected);
  EXPECT_TRUE(worth_retrying(second.error()));
}

TEST(LoopbackTest, AStoppedServerEndsAssociationsThatDoNothing) {
  auto server = start(verification_rules());
  const auto association = associate(peer_of(*server), verification_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value());
  server->stop();
  const auto answer = echo(**association);
  EXPECT_TRUE(fault(answer) == PeerFault::Aborted || fault(answer) == PeerFault::Closed);
}

TEST(LoopbackTest, AnInterruptEndsWaiting) {
  const Interrupt interrupt;
  Pair pair = socket_pair(&interrupt);
  std::thread raiser([&] { interrupt.raise(); });
  const auto association = Association::request(std::move(pair.ours), verification_proposal());
  raiser.join();
  EXPECT_EQ(fault(association), PeerFault::Cancelled);
}

TEST(LoopbackTest, WhatNoServiceKnowsIsRefusedAndTheAssociationGoesOn) {
  const auto server = start(storage_rules());
  auto association = associate(peer_of(*server), storage_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value());
  const auto data = counted(100'000);
  const Bytes range(data);
  const auto answer = (*association)->exchange(3, store_rq(**association, "1.2.3"), {&range, 1});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->command.status, statuses::kUnrecognizedOperation);
  EXPECT_EQ(echo(**association).value_or(1), statuses::kSuccess);
}

// At every byte of a session the link is cut once; it ends with a reason or with the object stored,
// and never says stored when it is not.
TEST(LoopbackTest, ALinkThatIsCutAnywhereNeverGivesAFalseSuccess) {
  Stored stored;
  const auto server = start(storage_rules(), storing(stored));
  const auto data = counted(600);
  const Bytes range(data);
  Timeouts timeouts = patient_timeouts();
  int succeeded = 0;
  for (std::uint32_t bytes = 0; bytes < 1'700; bytes += 1 + bytes % 7) {
    auto tcp = connect_tcp("127.0.0.1", server->port(), Deadline::after(timeouts.connect));
    ASSERT_TRUE(tcp.has_value());
    auto association =
        Association::request(std::make_unique<FaultyStream>(std::move(*tcp), bytes, bytes),
                             storage_proposal(), timeouts);
    if (!association) continue;
    const std::string instance = "1.2." + std::to_string(bytes);
    const auto answer = (*association)->exchange(3, store_rq(**association, instance), {&range, 1});
    if (!answer) continue;
    ++succeeded;
    const std::lock_guard lock(stored.mutex);
    EXPECT_TRUE(std::ranges::any_of(stored.objects, [&](const auto& one) {
      return one.first == instance && one.second == data;
    }));
  }
  EXPECT_GT(succeeded, 0);
}

}  // namespace
}  // namespace slipring::dimse
