// C-FIND, C-MOVE and C-GET against a small SCP, and against one that is hostile.
#include "engine/dimse/service/query.h"

#include <gtest/gtest.h>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/peer.h"
#include "engine/dimse/service/server.h"
#include "tests/engine/dimse/wire.h"

namespace slipring::dimse {
namespace {

using namespace slipring::test;
using namespace query_classes;

constexpr std::string_view kCtClass = "1.2.840.10008.5.1.4.1.1.2";
constexpr std::uint8_t kIdentifier[] = {0x08, 0, 0x52, 0, 'C', 'S', 0, 0};

AcceptRules query_rules() {
  AcceptRules rules = verification_rules();
  for (const std::string_view sop_class : {kStudyRootFind, kStudyRootMove, kStudyRootGet})
    rules.classes.push_back(
        {std::string(sop_class),
         {std::string(kExplicitLittleEndian), std::string(kImplicitLittleEndian)}});
  rules.classes.push_back({std::string(kCtClass), {std::string(kExplicitLittleEndian)}, true});
  return rules;
}

// Answers a request whose data set was taken.
using Reply = std::function<Result<void>(Association&, const Incoming&)>;

std::unique_ptr<Server> start(const Reply& reply) {
  ServerOptions options;
  options.address = "127.0.0.1";
  const Service service = [reply](Association& association, const Incoming& incoming) {
    if (auto data = association.gather_data(incoming, 1 << 20); !data)
      return Result<void>(std::unexpected(data.error()));
    return reply(association, incoming);
  };
  auto server = Server::start(
      options, {[](const AssociateRequest& asked) { return answer_by_rules(asked, query_rules()); },
                [service](Association& association) { return serve(association, service); },
                {}});
  EXPECT_TRUE(server.has_value());
  return std::move(*server);
}

// Patient, but for a peer that does not hang up when it was hung up on.
Timeouts timeouts() {
  Timeouts timeouts = patient_timeouts();
  timeouts.closing = short_timeouts().closing;
  return timeouts;
}

std::unique_ptr<Association> call(const Server& server, std::string_view sop_class) {
  Proposal proposal = verification_proposal();
  std::vector<ContextWish> wishes;
  propose_query(sop_class, wishes);
  wishes.push_back({std::string(kCtClass), std::string(kExplicitLittleEndian)});
  proposal.contexts = plan_contexts(wishes);
  proposal.roles = {{std::string(kCtClass), false, true}};
  auto association = associate({"127.0.0.1", server.port(), nullptr}, proposal, timeouts());
  EXPECT_TRUE(association.has_value());
  return std::move(*association);
}

Result<void> pending(Association& association, const Incoming& incoming, Bytes identifier,
                     std::uint16_t status = statuses::kPending, int id_offset = 0) {
  Command response = response_to(incoming.command, status);
  response.message_id = static_cast<std::uint16_t>(response.message_id + id_offset);
  response.has_data_set = !identifier.empty();
  const std::span<const Bytes> one(&identifier, identifier.empty() ? 0 : 1);
  return association.send(incoming.context_id, response, one);
}

Result<void> final_answer(Association& association, const Incoming& incoming,
                          std::uint16_t status = statuses::kSuccess) {
  return association.send(incoming.context_id, response_to(incoming.command, status));
}

// So many matches, then `status`; a C-CANCEL ends them.
Reply finding(int matches, std::uint16_t status = statuses::kSuccess) {
  return [=](Association& association, const Incoming& incoming) -> Result<void> {
    for (int i = 0; i < matches; ++i) {
      const std::uint8_t number = static_cast<std::uint8_t>(i);
      TRY(pending(association, incoming, {&number, 1}));
      if (!association.has_incoming()) continue;
      TRY_ASSIGN(const auto cancel, association.receive(Milliseconds(1000)));
      if (cancel && cancel->command.field == CommandField::CCancelRq)
        return final_answer(association, incoming, statuses::kCancel);
    }
    return final_answer(association, incoming, status);
  };
}

const Context& context_of(const Association& association, std::string_view sop_class) {
  const auto context = query_context(association, sop_class);
  EXPECT_TRUE(context.has_value());
  return **context;
}

TEST(QueryTest, MatchesComeInOrderAndTheFinalStatusIsGiven) {
  for (const std::uint16_t status : {statuses::kSuccess, statuses::kOutOfResources}) {
    const auto server = start(finding(5, status));
    const auto association = call(*server, kStudyRootFind);
    std::vector<std::uint8_t> seen;
    const auto outcome =
        find(*association, context_of(*association, kStudyRootFind), kIdentifier,
             [&](const Match& match) -> Result<bool> {
               seen.insert(seen.end(), match.identifier.begin(), match.identifier.end());
               return true;
             });
    ASSERT_TRUE(outcome.has_value()) << outcome.error().what;
    EXPECT_EQ(outcome->status, status);
    EXPECT_EQ(outcome->matches, 5U);
    EXPECT_EQ(seen, (std::vector<std::uint8_t>{0, 1, 2, 3, 4}));
    EXPECT_TRUE(association->release().has_value());
  }
}

TEST(QueryTest, EnoughIsCancelledAndTheAssociationGoesOn) {
  const auto server = start(finding(1'000'000));
  const auto association = call(*server, kStudyRootFind);
  QueryLimits limits;
  limits.after_cancel_max = 2'000'000;  // what was under way before the cancel arrived
  for (int i = 0; i < 2; ++i) {
    int seen = 0;
    const auto outcome = find(
        *association, context_of(*association, kStudyRootFind), kIdentifier,
        [&](const Match&) -> Result<bool> { return ++seen < 3; }, limits);
    ASSERT_TRUE(outcome.has_value()) << outcome.error().what;
    EXPECT_TRUE(outcome->enough);
    EXPECT_EQ(outcome->matches, 3U);
    EXPECT_EQ(outcome->status, statuses::kCancel);
  }
  EXPECT_TRUE(association->release().has_value());
}

// What find gives for a peer that replies so.
Result<FindOutcome> find_from(const Reply& reply, const QueryLimits& limits = {},
                              bool enough_at_once = false) {
  const auto server = start(reply);
  const auto association = call(*server, kStudyRootFind);
  return find(
      *association, context_of(*association, kStudyRootFind), kIdentifier,
      [&](const Match&) -> Result<bool> { return !enough_at_once; }, limits);
}

TEST(QueryTest, AResponseToAnotherMessageIsAMismatch) {
  const auto outcome = find_from([](Association& association, const Incoming& incoming) {
    return pending(association, incoming, kIdentifier, statuses::kPending, 1);
  });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::Mismatch);
}

TEST(QueryTest, AMatchWithoutAnIdentifierIsAMismatch) {
  const auto outcome = find_from([](Association& association, const Incoming& incoming) {
    return pending(association, incoming, {});
  });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::Mismatch);
}

Result<void> pending_for_ever(Association& association, const Incoming& incoming) {
  while (true) TRY(pending(association, incoming, kIdentifier));
}

TEST(QueryTest, MatchesWithoutEndStopAtTheLimitAndSoDoThoseAfterACancel) {
  QueryLimits limits;
  limits.matches_max = 100;
  limits.after_cancel_max = 50;
  for (const bool cancels : {false, true}) {
    const auto outcome = find_from(pending_for_ever, limits, cancels);
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().code, ErrorCode::LimitExceeded);
  }
}

TEST(QueryTest, AnIdentifierBeyondTheLimitIsNotTaken) {
  QueryLimits limits;
  limits.identifier_bytes_max = 4;
  const auto outcome = find_from(finding(1), limits);
  ASSERT_TRUE(outcome.has_value());
  const auto large = find_from(
      [](Association& association, const Incoming& incoming) {
        return pending(association, incoming, kIdentifier);
      },
      limits);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::LimitExceeded);
}

TEST(QueryTest, AReleaseInsteadOfAnAnswerIsClosedAndSilenceTimesOut) {
  const auto released =
      find_from([](Association& association, const Incoming&) { return association.release(); });
  EXPECT_NE(fault(released), PeerFault::None);
  const auto server = start([](Association& association, const Incoming&) -> Result<void> {
    return association.receive(Milliseconds(5'000)).has_value() ? Result<void>{} : closed("over");
  });
  Timeouts timeouts = short_timeouts();
  timeouts.association = patient_timeouts().association;
  Proposal proposal = verification_proposal();
  std::vector<ContextWish> wishes;
  propose_query(kStudyRootFind, wishes);
  proposal.contexts = plan_contexts(wishes);
  const auto association = associate({"127.0.0.1", server->port(), nullptr}, proposal, timeouts);
  ASSERT_TRUE(association.has_value());
  EXPECT_EQ(fault(find(**association, context_of(**association, kStudyRootFind), kIdentifier,
                       [](const Match&) -> Result<bool> { return true; })),
            PeerFault::TimedOut);
}

TEST(QueryTest, AClassThatThePeerDoesNotTakeIsUnsupported) {
  const auto server = start(finding(0));
  const auto association = call(*server, kModalityWorklistFind);
  EXPECT_EQ(query_context(*association, kModalityWorklistFind).error().code,
            ErrorCode::Unsupported);
}

// A mover that tells of its progress, and at last of a failed instance.
Result<void> moving(Association& association, const Incoming& incoming) {
  EXPECT_EQ(incoming.command.move_destination, "THERE");
  Command response = response_to(incoming.command, statuses::kPending);
  for (std::uint16_t done = 1; done < 4; ++done) {
    response.completed = done;
    response.remaining = static_cast<std::uint16_t>(4 - done);
    TRY(association.send(incoming.context_id, response));
  }
  response.status = 0xB000;
  response.remaining.reset();
  response.failed = 1;
  response.has_data_set = true;
  const Bytes list(kIdentifier);
  return association.send(incoming.context_id, response, {&list, 1});
}

TEST(QueryTest, AMoveTellsOfItsProgressAndOfWhatFailed) {
  const auto server = start(moving);
  const auto association = call(*server, kStudyRootMove);
  std::vector<std::uint16_t> progress;
  const auto outcome = move(*association, context_of(*association, kStudyRootMove), "THERE",
                            kIdentifier, [&](const RetrieveOutcome& so_far) {
                              progress.push_back(so_far.completed);
                              return true;
                            });
  ASSERT_TRUE(outcome.has_value()) << outcome.error().what;
  EXPECT_EQ(progress, (std::vector<std::uint16_t>{1, 2, 3}));
  EXPECT_EQ(outcome->status, 0xB000);
  EXPECT_EQ(outcome->completed, 3U);
  EXPECT_EQ(outcome->failed, 1U);
  EXPECT_EQ(outcome->failed_list, copied(kIdentifier));
  EXPECT_TRUE(association->release().has_value());
}

// A getter that sends `objects` on the association, each to be answered before the next.
Reply getting(int objects) {
  return [=](Association& association, const Incoming& incoming) -> Result<void> {
    const Context* const context = association.negotiated().context_for(kCtClass);
    EXPECT_NE(context, nullptr);
    Command response = response_to(incoming.command, statuses::kPending);
    for (int i = 0; i < objects; ++i) {
      Command store =
          request(CommandField::CStoreRq, association.next_message_id(), std::string(kCtClass));
      store.sop_instance = "1.2." + std::to_string(i);
      store.has_data_set = true;
      store.priority = Priority::Medium;
      const Bytes object(kIdentifier);
      TRY(association.exchange(context->id, store, {&object, 1}));
      response.completed = static_cast<std::uint16_t>(i + 1);
      TRY(association.send(incoming.context_id, response));
    }
    response.status = statuses::kSuccess;
    return association.send(incoming.context_id, response);
  };
}

TEST(QueryTest, AGetGivesWhatThePeerStoresOnTheSameAssociation) {
  const auto server = start(getting(3));
  const auto association = call(*server, kStudyRootGet);
  std::vector<std::string> stored;
  const Service store = [&](Association& on, const Incoming& incoming) -> Result<void> {
    TRY_ASSIGN(const auto object, on.gather_data(incoming, 1 << 20));
    EXPECT_EQ(object, copied(kIdentifier));
    stored.push_back(incoming.command.sop_instance);
    return on.send(incoming.context_id, response_to(incoming.command, statuses::kSuccess));
  };
  const auto outcome =
      get(*association, context_of(*association, kStudyRootGet), kIdentifier, store);
  ASSERT_TRUE(outcome.has_value()) << outcome.error().what;
  EXPECT_EQ(outcome->status, statuses::kSuccess);
  EXPECT_EQ(outcome->completed, 3U);
  EXPECT_EQ(stored, (std::vector<std::string>{"1.2.0", "1.2.1", "1.2.2"}));
  EXPECT_TRUE(association->release().has_value());
}

TEST(QueryTest, AStoreThatFailsEndsTheGet) {
  const auto server = start(getting(3));
  const auto association = call(*server, kStudyRootGet);
  const auto outcome = get(*association, context_of(*association, kStudyRootGet), kIdentifier,
                           [](Association&, const Incoming&) -> Result<void> {
                             return fail(ErrorCode::Io, kNoOffset, "disk full");
                           });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().what, "disk full");
  EXPECT_FALSE(association->established());
}

}  // namespace
}  // namespace slipring::dimse
