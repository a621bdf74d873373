// Peers that break the protocol: each ends in an error with its reason, within its timer.
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/serve.h"
#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using namespace slipring::test;
using Said = std::vector<std::uint8_t>;

// The answer our own acceptor would give to verification_proposal().
Said accept_bytes(std::uint32_t max_pdu = kMaxPduBytesDefault) {
  AcceptRules rules = verification_rules();
  rules.max_pdu_bytes = max_pdu;
  const auto answer = answer_by_rules(*request_of(verification_proposal()), rules);
  Buffer out;
  append(out, std::get<AssociateAccept>(answer));
  return copied(out.bytes());
}

Said pdu_bytes(const std::function<void(Buffer&)>& write) {
  Buffer out;
  write(out);
  return copied(out.bytes());
}

Said operator+(Said a, const Said& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Said p_data(std::uint8_t context, bool is_command, bool is_last, const Said& fragment) {
  const PDataHeader header =
      p_data_header(context, is_command, is_last, static_cast<std::uint32_t>(fragment.size()));
  return Said(header.begin(), header.end()) + fragment;
}

Said command_bytes(const Command& command) {
  return p_data(1, true, true, pdu_bytes([&](Buffer& out) { append(out, command); }));
}

Command echo_response(std::uint16_t message_id) {
  return response_to(request(CommandField::CEchoRq, message_id, std::string(kVerificationClass)),
                     0);
}

// An association with a peer that says `said` after its accept and then closes.
Result<std::uint16_t> echoed(const Said& said, std::size_t step = SIZE_MAX) {
  TRY_ASSIGN(const auto association,
             Association::request(std::make_unique<ByteStream>(accept_bytes() + said, step),
                                  verification_proposal(), patient_timeouts()));
  return echo(*association);
}

TEST(HostileTest, AWellBehavedPeerOfBytesIsAnsweredEvenByteByByte) {
  EXPECT_EQ(echoed(command_bytes(echo_response(1))).value_or(1), 0);
  EXPECT_EQ(echoed(command_bytes(echo_response(1)), 1).value_or(1), 0);
}

TEST(HostileTest, AResponseToAnotherMessageIsAMismatch) {
  const auto answer = echoed(command_bytes(echo_response(2)));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::Mismatch);
}

TEST(HostileTest, EveryPduWithoutAPlaceEndsTheAssociation) {
  const Said release = pdu_bytes([](Buffer& out) { append_release(out, PduType::ReleaseRp); });
  const Said associate =
      pdu_bytes([](Buffer& out) { append(out, *request_of(verification_proposal())); });
  for (const Said& said : {release, associate, accept_bytes(), Said{0x77, 0, 0, 0, 0, 0}})
    EXPECT_EQ(fault(echoed(said)), PeerFault::Protocol);
}

TEST(HostileTest, AnAbortIsToldWithItsReason) {
  const auto answer = echoed(pdu_bytes([](Buffer& out) { append(out, Abort{2, 1}); }));
  ASSERT_EQ(fault(answer), PeerFault::Aborted);
  EXPECT_EQ(abort_of(answer.error()).reason, 1);
}

TEST(HostileTest, AReleaseInsteadOfAnAnswerIsNoSuccess) {
  EXPECT_EQ(fault(echoed(pdu_bytes([](Buffer& out) { append_release(out, PduType::ReleaseRq); }))),
            PeerFault::Closed);
}

TEST(HostileTest, LyingLengthsAreRefusedByTheHeaderAlone) {
  for (const int type : {1, 2, 4, 5, 7})
    EXPECT_EQ(fault(echoed({static_cast<std::uint8_t>(type), 0, 0xFF, 0xFF, 0xFF, 0xFF})),
              PeerFault::Protocol)
        << type;
}

TEST(HostileTest, DataWhereACommandIsDueAndUnknownContextsAreRefused) {
  EXPECT_EQ(fault(echoed(p_data(1, false, true, {0, 0}))), PeerFault::Protocol);
  const Said command = pdu_bytes([](Buffer& out) { append(out, echo_response(1)); });
  EXPECT_EQ(fault(echoed(p_data(3, true, true, command))), PeerFault::Protocol);
  EXPECT_EQ(fault(echoed(p_data(1, true, false, {0, 0}) + p_data(3, true, true, command))),
            PeerFault::Protocol);
  EXPECT_EQ(fault(echoed({4, 0, 0, 0, 0, 0})), PeerFault::Protocol);
}

TEST(HostileTest, ACommandWithoutEndIsStoppedByItsLimit) {
  Said said;
  for (int i = 0; i < 40; ++i) said = said + p_data(1, true, false, Said(4096, 0));
  EXPECT_EQ(fault(echoed(said)), PeerFault::Protocol);
}

TEST(HostileTest, AMaximumPduThatLeavesNoRoomIsSaidSo) {
  auto association = Association::request(std::make_unique<ByteStream>(accept_bytes(4)),
                                          verification_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value());
  const auto answer = echo(**association);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::Unsupported);
}

TEST(HostileTest, AnAcceptThatWasNotProposedIsRefused) {
  AssociateAccept accept = std::get<AssociateAccept>(
      answer_by_rules(*request_of(verification_proposal()), verification_rules()));
  const auto asked = [](const AssociateAccept& with) {
    return fault(Association::request(
        std::make_unique<ByteStream>(pdu_bytes([&](Buffer& out) { append(out, with); })),
        verification_proposal(), patient_timeouts()));
  };
  EXPECT_EQ(asked(accept), PeerFault::None);
  accept.contexts[0].id = 3;
  EXPECT_EQ(asked(accept), PeerFault::Protocol);
  accept.contexts[0].id = 1;
  accept.contexts[0].transfer_syntax = "1.2.3";
  EXPECT_EQ(asked(accept), PeerFault::Protocol);
}

TEST(HostileTest, AnAcceptCutAnywhereIsClosedAndNeverAnAssociation) {
  const Said whole = accept_bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Said cut(whole.begin(), whole.begin() + static_cast<long>(size));
    EXPECT_EQ(fault(Association::request(std::make_unique<ByteStream>(cut), verification_proposal(),
                                         patient_timeouts())),
              PeerFault::Closed)
        << size;
  }
}

Said abort_bytes() {
  return pdu_bytes([](Buffer& out) { append(out, Abort{0, 0}); });
}

TEST(HostileTest, AnAbortIsToldInEveryStateOfARequestor) {
  const Said half = p_data(1, true, false, {0, 0});
  Command with_data = echo_response(1);
  with_data.has_data_set = true;
  const Said response = command_bytes(with_data);
  const Said half_data = p_data(1, false, false, {1, 2});
  EXPECT_EQ(fault(Association::request(std::make_unique<ByteStream>(abort_bytes()),
                                       verification_proposal(), patient_timeouts())),
            PeerFault::Aborted);
  for (const Said& before : {Said{}, half, response, response + half_data})
    EXPECT_EQ(fault(echoed(before + abort_bytes())), PeerFault::Aborted) << before.size();
  auto association =
      Association::request(std::make_unique<ByteStream>(
                               accept_bytes() + command_bytes(echo_response(1)) + abort_bytes()),
                           verification_proposal(), patient_timeouts());
  ASSERT_TRUE(association.has_value());
  EXPECT_EQ(echo(**association).value_or(1), 0);
  EXPECT_EQ(fault((*association)->release()), PeerFault::Aborted);  // in place of its answer
}

TEST(HostileTest, AnAbortIsToldInEveryStateOfAnAcceptor) {
  const auto accepted = [](Said said) {
    return Association::accept(
        std::make_unique<ByteStream>(std::move(said)),
        [](const AssociateRequest& asked) { return answer_by_rules(asked, verification_rules()); },
        patient_timeouts());
  };
  EXPECT_EQ(fault(accepted(abort_bytes())), PeerFault::Aborted);
  const Said asked =
      pdu_bytes([](Buffer& out) { append(out, *request_of(verification_proposal())); });
  Command store = request(CommandField::CStoreRq, 1, std::string(kVerificationClass));
  store.sop_instance = "1.2.3";
  store.has_data_set = true;
  const Said half = p_data(1, true, false, {0, 0});
  const Said command = command_bytes(store);
  const Said half_data = p_data(1, false, false, {1, 2});
  for (const Said& before : {Said{}, half, command, command + half_data}) {
    auto association = accepted(asked + before + abort_bytes());
    ASSERT_TRUE(association.has_value());
    EXPECT_EQ(fault(serve(**association)), PeerFault::Aborted) << before.size();
  }
  auto association = accepted(asked + abort_bytes());
  ASSERT_TRUE(association.has_value());
  EXPECT_EQ(fault((*association)->release()), PeerFault::Aborted);
}

// Peers that hold the connection open.

TEST(HostileTest, HalfAnAcceptAndThenSilenceTimesOut) {
  for (const std::size_t size : {0UL, 3UL, 100UL}) {
    Pair pair = socket_pair();
    const Said half = accept_bytes();
    const Bytes piece = Bytes(half).first(size);
    ASSERT_TRUE(pair.theirs->send({&piece, 1}, Deadline::never()).has_value());
    EXPECT_EQ(fault(Association::request(std::move(pair.ours), verification_proposal(),
                                         short_timeouts())),
              PeerFault::TimedOut)
        << size;
  }
}

TEST(HostileTest, APeerThatDripsBytesTimesOutAsAWhole) {
  Pair pair = socket_pair();
  std::thread dripper([theirs = std::move(pair.theirs)] {
    const Said said = accept_bytes();
    for (std::size_t at = 0; at < said.size(); ++at) {
      const Bytes piece = Bytes(said).subspan(at, 1);
      if (!theirs->send({&piece, 1}, Deadline::never())) return;
      std::this_thread::sleep_for(Milliseconds(10));
    }
  });
  EXPECT_EQ(
      fault(Association::request(std::move(pair.ours), verification_proposal(), short_timeouts())),
      PeerFault::TimedOut);
  dripper.join();
}

TEST(HostileTest, APeerThatStopsReadingTimesOut) {
  Pair pair = socket_pair();
  const Said accept = accept_bytes();
  const Bytes piece(accept);
  ASSERT_TRUE(pair.theirs->send({&piece, 1}, Deadline::never()).has_value());
  Timeouts timeouts = patient_timeouts();
  timeouts.pdu = timeouts.closing = Milliseconds(150);
  auto association = Association::request(std::move(pair.ours), verification_proposal(), timeouts);
  ASSERT_TRUE(association.has_value());
  const Said data(8 << 20, 0);
  const Bytes range(data);
  Command command = request(CommandField::CStoreRq, 1, std::string(kVerificationClass));
  command.sop_instance = "1.2.3";
  command.has_data_set = true;
  EXPECT_EQ(fault((*association)->send(1, command, {&range, 1})), PeerFault::TimedOut);
}

TEST(HostileTest, AReleaseCollisionEndsInOrderOnBothSides) {
  Pair pair = socket_pair();
  auto requesting = std::make_unique<Result<std::unique_ptr<Association>>>();
  std::thread requestor([&, ours = std::move(pair.ours)]() mutable {
    *requesting =
        Association::request(std::move(ours), verification_proposal(), patient_timeouts());
  });
  auto accepted = Association::accept(
      std::move(pair.theirs),
      [](const AssociateRequest& asked) { return answer_by_rules(asked, verification_rules()); },
      patient_timeouts());
  requestor.join();
  ASSERT_TRUE(accepted.has_value() && requesting->has_value());
  Result<void> released;
  std::thread other([&] { released = (**requesting)->release(); });
  const auto own = (*accepted)->release();
  other.join();
  EXPECT_TRUE(own.has_value()) << own.error().what;
  EXPECT_TRUE(released.has_value()) << released.error().what;
}

// As acceptor: whatever a caller says, it ends, and nothing but a whole request makes an
// association.
TEST(HostileTest, ACallerCutAnywhereGetsNoAssociation) {
  const Said whole =
      pdu_bytes([](Buffer& out) { append(out, *request_of(verification_proposal())); });
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Said cut(whole.begin(), whole.begin() + static_cast<long>(size));
    const auto accepted = Association::accept(
        std::make_unique<ByteStream>(cut),
        [](const AssociateRequest& asked) { return answer_by_rules(asked, verification_rules()); },
        patient_timeouts());
    EXPECT_EQ(accepted.has_value(), size == whole.size()) << size;
  }
}

TEST(HostileTest, AServedSessionCutOrCorruptedAnywhereEnds) {
  const Said session =
      pdu_bytes([](Buffer& out) { append(out, *request_of(verification_proposal())); }) +
      command_bytes(request(CommandField::CEchoRq, 1, std::string(kVerificationClass))) +
      pdu_bytes([](Buffer& out) { append_release(out, PduType::ReleaseRq); });
  const auto served = [](Said said) -> Result<void> {
    TRY_ASSIGN(const auto association, Association::accept(
                                           std::make_unique<ByteStream>(std::move(said)),
                                           [](const AssociateRequest& asked) {
                                             return answer_by_rules(asked, verification_rules());
                                           },
                                           patient_timeouts()));
    return serve(*association);
  };
  EXPECT_TRUE(served(session).has_value());
  for (std::size_t at = 0; at < session.size(); ++at) {
    EXPECT_FALSE(
        served(Said(session.begin(), session.begin() + static_cast<long>(at))).has_value());
    Said corrupted = session;
    corrupted[at] ^= 0xFF;
    (void)served(corrupted);
  }
}

}  // namespace
}  // namespace slipring::dimse
