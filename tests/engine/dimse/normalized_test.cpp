// DIMSE-N against peers of bytes: what is asked, and peers that answer wrongly or report without
// end.
#include "engine/dimse/service/normalized.h"

#include <gtest/gtest.h>

#include "engine/dimse/message/status.h"
#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using namespace slipring::test;
using Said = std::vector<std::uint8_t>;

const Subject kBox{"1.2.840.10008.5.1.1.2", "1.2.3"};

void append_all(Said& to, Bytes bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

void say(Said& said, const Command& command, Bytes data_set = {}) {
  Buffer bytes;
  append(bytes, command);
  const PDataHeader header = p_data_header(1, true, true, static_cast<std::uint32_t>(bytes.size()));
  append_all(said, header);
  append_all(said, bytes.bytes());
  if (data_set.empty()) return;
  append_all(said, p_data_header(1, false, true, static_cast<std::uint32_t>(data_set.size())));
  append_all(said, data_set);
}

Command answer_to(CommandField field, std::uint16_t message_id, std::uint16_t status = 0) {
  Command asked = request(field, message_id, kBox.sop_class);
  asked.sop_instance = kBox.instance;
  return response_to(asked, status);
}

Command report() {
  Command command = request(CommandField::NEventReportRq, 7, kBox.sop_class);
  command.sop_instance = kBox.instance;
  command.event_type = 2;
  return command;
}

// A peer that accepts and then says `said`.
struct Peer {
  explicit Peer(const Said& said) {
    Buffer accept;
    append(accept, std::get<AssociateAccept>(answer_by_rules(*request_of(verification_proposal()),
                                                             verification_rules())));
    Said all = copied(accept.bytes());
    append_all(all, said);
    auto stream = std::make_unique<ByteStream>(std::move(all));
    link = stream.get();
    association = std::move(
        *Association::request(std::move(stream), verification_proposal(), patient_timeouts()));
  }
  [[nodiscard]] Normalized normalized(Reported reported = {}, const NormalizedLimits& limits = {}) {
    return {*association, *association->negotiated().context_by_id(1), std::move(reported), limits};
  }
  ByteStream* link = nullptr;
  std::unique_ptr<Association> association;
};

TEST(NormalizedTest, AnInstanceThatIsLeftToThePeerIsTheOneItNames) {
  Said said;
  Command answer = answer_to(CommandField::NCreateRq, 1, 0x0107);
  answer.has_data_set = true;
  answer.error_comment = "as you like";
  const std::uint8_t data[] = {1, 2};
  say(said, answer, data);
  Peer peer(said);
  const auto made = peer.normalized().create({kBox.sop_class, {}}, {});
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->instance, kBox.instance);
  EXPECT_EQ(made->status, 0x0107);
  EXPECT_EQ(made->comment, "as you like");
  EXPECT_EQ(made->data_set, (Said{1, 2}));
}

TEST(NormalizedTest, EachRequestIsAnsweredByItsOwnResponseOnly) {
  for (const CommandField field : {CommandField::NSetRq, CommandField::NGetRq,
                                   CommandField::NActionRq, CommandField::NDeleteRq}) {
    for (std::uint16_t message_id = 1; message_id <= 2; ++message_id) {
      Said said;
      say(said, answer_to(field, message_id));
      Peer peer(said);
      Normalized normalized = peer.normalized();
      const std::uint8_t data[] = {1, 2};
      const Bytes piece(data);
      const auto answer = field == CommandField::NSetRq      ? normalized.set(kBox, {&piece, 1})
                          : field == CommandField::NGetRq    ? normalized.get(kBox, {})
                          : field == CommandField::NActionRq ? normalized.action(kBox, 1)
                                                             : normalized.remove(kBox);
      EXPECT_EQ(answer.has_value(), message_id == 1) << name(field);
      if (!answer) {
        EXPECT_EQ(answer.error().code, ErrorCode::Mismatch);
      }
    }
  }
}

TEST(NormalizedTest, ReportsBetweenAreTakenAndReportsWithoutEndAreNot) {
  Said said;
  for (int i = 0; i < 3; ++i) say(said, report());
  say(said, answer_to(CommandField::NDeleteRq, 1));
  for (const std::uint64_t most : {3U, 2U}) {
    Peer peer(said);
    int reports = 0;
    Normalized normalized =
        peer.normalized([&](const Command& command, Bytes) { reports += *command.event_type == 2; },
                        {.reports_max = most});
    const auto answer = normalized.remove(kBox);
    EXPECT_EQ(answer.has_value(), most == 3);
    EXPECT_EQ(reports, static_cast<int>(most));
  }
}

TEST(NormalizedTest, AnAnswerBeyondItsLimitIsNotTaken) {
  Said said;
  Command answer = answer_to(CommandField::NGetRq, 1);
  answer.has_data_set = true;
  say(said, answer, Said(100, 0));
  Peer peer(said);
  const auto got = peer.normalized({}, {.data_set_bytes_max = 50}).get(kBox, {});
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, ErrorCode::LimitExceeded);
}

TEST(NormalizedTest, ASessionCutAnywhereIsAnErrorAndNeverAnAnswer) {
  Said said;
  say(said, report());
  say(said, answer_to(CommandField::NDeleteRq, 1));
  for (std::size_t size = 0; size < said.size(); ++size) {
    Peer peer({said.begin(), said.begin() + static_cast<long>(size)});
    EXPECT_EQ(fault(peer.normalized().remove(kBox)), PeerFault::Closed) << size;
  }
}

}  // namespace
}  // namespace slipring::dimse
