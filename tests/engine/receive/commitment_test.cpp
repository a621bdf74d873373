// Commitment between our own requestor and our own receiver, on one association and on two.
#include <gtest/gtest.h>

#include <thread>

#include "engine/commitment/requestor.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/service/peer.h"
#include "engine/receive/receiver.h"
#include "tests/engine/map/temporary_folder.h"
#include "tests/engine/receive/sent_objects.h"

namespace slipring::receive {
namespace {

using commitment::RequestOptions;
using commitment::RequestSummary;
using ledger::Commitment;
using test::kCtClass;

// A receiver that holds 1.2.0 to 1.2.2, and a ledger that says 1.2.0 to 1.2.4 were sent to it.
class CommitmentTest : public ::testing::Test {
 protected:
  void start(CommitmentOptions commitment = {}) {
    IntakeOptions options;
    options.ingest.output = folder_ / "in";
    options.ingest.fsync = deliver::Fsync::None;
    intake_ = std::move(*Intake::open(options, {}));
    for (int i = 0; i < 3; ++i) {
      const std::string instance = "1.2." + std::to_string(i);
      auto object = intake_->begin(test::announced(instance));
      object->append(test::sent_data_set(instance));
      ASSERT_EQ(intake_->finish(std::move(object))->wait().fate, Fate::Stored);
    }
    ReceiverOptions receiving;
    receiving.server.address = "127.0.0.1";
    receiving.accept.commitment = true;
    receiving.commitment = std::move(commitment);
    receiver_ = std::move(*Receiver::start(receiving, *intake_, {}));
    books_ = std::move(*ledger::Ledger::open(folder_ / "sent.db", ledger::Ledger::Mode::Write));
    job_ = *books_->start_job({});
    deliveries_ = std::make_unique<ledger::Deliveries>(
        *ledger::Deliveries::open(*books_, {"127.0.0.1", receiver_->port(), "SINK", "US"}));
    for (int i = 0; i < 5; ++i) say_stored(i);
  }

  void say_stored(int i) {
    ledger::Delivery delivery;
    delivery.sequence = static_cast<std::uint64_t>(i);
    delivery.path = "file" + std::to_string(i);
    delivery.sop_class = i == 1 ? "1.2.840.10008.5.1.4.1.1.4" : std::string(kCtClass);
    delivery.sop_instance = "1.2." + std::to_string(i);
    delivery.state = ledger::DeliveryState::Stored;
    const ledger::Delivery* const row = &delivery;
    ASSERT_TRUE(deliveries_->record(job_, {&row, 1}).has_value());
  }

  [[nodiscard]] RequestOptions asking() const {
    RequestOptions options;
    options.peer = {"127.0.0.1", receiver_->port(), nullptr};
    options.proposal.called_ae = "SINK";
    options.proposal.calling_ae = "US";
    options.instances_per_request = 2;
    return options;
  }

  RequestSummary ask(const RequestOptions& options) {
    const std::atomic<int> stop = 0;
    const auto summary = commitment::request_commitment(*deliveries_, job_, options, stop, {});
    EXPECT_TRUE(summary.has_value());
    return summary.value_or(RequestSummary{});
  }

  void check_rows() {
    const auto row = [&](int i) { return **deliveries_->find("file" + std::to_string(i)); };
    EXPECT_EQ(row(0).commitment, Commitment::Committed);
    EXPECT_EQ(row(2).commitment, Commitment::Committed);
    EXPECT_EQ(row(1).commitment_reason, commitment::reasons::kClassInstanceConflict);
    EXPECT_EQ(row(3).commitment_reason, commitment::reasons::kNoSuchInstance);
    EXPECT_EQ(row(3).commitment, Commitment::Refused);
    EXPECT_EQ(row(3).state, ledger::DeliveryState::Queued) << "it is to be sent again";
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Receiver> receiver_;
  std::unique_ptr<ledger::Ledger> books_;
  ledger::Job job_;
  std::unique_ptr<ledger::Deliveries> deliveries_;
};

TEST_F(CommitmentTest, OnOneAssociationEveryInstanceGetsItsAnswer) {
  start();
  const RequestSummary summary = ask(asking());
  EXPECT_EQ(summary.asked, 5U);
  EXPECT_EQ(summary.committed, 2U);
  EXPECT_EQ(summary.refused, 3U);
  EXPECT_EQ(summary.unanswered, 0U);
  check_rows();
  const RequestSummary again = ask(asking());
  EXPECT_EQ(again.asked, 0U);
  EXPECT_EQ(again.before, 2U);
}

std::uint16_t free_port() {
  const auto listener = dimse::Listener::open("127.0.0.1", 0);
  return (*listener)->port();
}

TEST_F(CommitmentTest, ReportsComeByAnAssociationOfTheirOwnWhereThatIsConfigured) {
  RequestOptions options;
  const std::uint16_t port = free_port();
  CommitmentOptions commitment;
  commitment.report_to["US"] = {"127.0.0.1", port, nullptr};
  start(std::move(commitment));
  options = asking();
  options.listener.emplace();
  options.listener->address = "127.0.0.1";
  options.listener->port = port;
  const RequestSummary summary = ask(options);
  EXPECT_EQ(summary.committed, 2U);
  EXPECT_EQ(summary.refused, 3U);
  check_rows();
}

TEST_F(CommitmentTest, WithoutAnAnswerInstancesStayOpenAndAreAskedForAgain) {
  CommitmentOptions commitment;
  commitment.report_to["US"] = {"127.0.0.1", 1, nullptr};  // nobody listens there
  start(std::move(commitment));
  RequestOptions options = asking();
  options.report_wait = dimse::Milliseconds(50);
  const RequestSummary first = ask(options);
  EXPECT_EQ(first.unanswered, 5U);
  const auto row = **deliveries_->find("file0");
  EXPECT_EQ(row.commitment, Commitment::Requested);
  EXPECT_FALSE(row.transaction.empty());
  EXPECT_EQ(ask(options).asked, 5U);
  EXPECT_NE((**deliveries_->find("file0")).transaction, row.transaction);
}

// Answers an N-ACTION only after reports that nobody waits for: of nobody's transaction, and of one
// that a run before asked for, twice.
struct EarlyReporter {
  std::vector<std::uint16_t> statuses;

  Result<void> operator()(dimse::Association& association, const dimse::Incoming& incoming) {
    TRY_ASSIGN(const auto request, commitment::take_data_set(association, incoming));
    for (const char* transaction : {"2.25.78", "2.25.77", "2.25.77"}) {
      TRY_ASSIGN(const std::uint16_t status,
                 commitment::deliver_report(association,
                                            {transaction, {{std::string(kCtClass), "1.2.0", {}}}}));
      statuses.push_back(status);
    }
    TRY(association.send(incoming.context_id,
                         dimse::response_to(incoming.command, dimse::statuses::kSuccess)));
    return commitment::send_report(association,
                                   commitment::report_of(*request, [](const commitment::Instance&) {
                                     return std::optional(commitment::reasons::kResourceLimitation);
                                   }));
  }
};

TEST_F(CommitmentTest, ReportsThatAreEarlyLateOrRepeatedAreTakenAndUnknownOnesRefused) {
  start();
  ledger::CommitmentNews asked{"1.2.0", Commitment::Requested, "2.25.77", {}};
  ASSERT_TRUE(deliveries_->commit({&asked, 1}).has_value());  // by a run before
  EarlyReporter reporter;
  dimse::AcceptRules rules;
  rules.classes = {commitment::accepted_class()};
  dimse::ServerOptions serving;
  serving.address = "127.0.0.1";
  auto server = dimse::Server::start(
      serving,
      {[&](const dimse::AssociateRequest& request) {
         return dimse::answer_by_rules(request, rules);
       },
       [&](dimse::Association& one) {
         return dimse::serve(
             one,
             [&](dimse::Association& association, const dimse::Incoming& incoming) -> Result<void> {
               if (incoming.command.field != dimse::CommandField::NActionRq) return {};
               return reporter(association, incoming);
             });
       },
       {}});
  ASSERT_TRUE(server.has_value());
  RequestOptions options = asking();
  options.peer.port = (*server)->port();
  options.instances_per_request = 1000;
  const RequestSummary summary = ask(options);
  EXPECT_EQ(reporter.statuses, (std::vector<std::uint16_t>{0x0115, 0, 0}));
  EXPECT_EQ(summary.committed, 1U);
  EXPECT_EQ(summary.refused, 4U);
  EXPECT_EQ(summary.reasons.at(commitment::reasons::kResourceLimitation), 4U);
  EXPECT_EQ((**deliveries_->find("file0")).commitment, Commitment::Committed);
}

}  // namespace
}  // namespace slipring::receive
