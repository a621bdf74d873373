// Whole pulls out of an archive in this process: what it lists and sends, what it withholds, and
// when it goes away or is told to stop.
#include "engine/retrieve/pull.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/server.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/query/key.h"
#include "tests/engine/dimse/wire.h"
#include "tests/engine/map/temporary_folder.h"
#include "tests/engine/receive/sent_objects.h"

namespace slipring::retrieve {
namespace {

using dicom::Tag;
using dimse::Association;
using dimse::CommandField;
using dimse::Incoming;
namespace tags = dicom::tags;

constexpr Tag kLevel{0x0008, 0x0052};
constexpr const char* kStudy = "1.2.3.1";  // of test::sent_data_set
constexpr const char* kSeries = "1.2.3.1.1";

// One study; what it is asked for at each level is kept.
class Archive {
 public:
  explicit Archive(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) instances.push_back("1.2.3.9." + std::to_string(i + 1));
    dimse::AcceptRules rules;
    for (const std::string_view sop_class :
         {dimse::query_classes::kStudyRootFind, dimse::query_classes::kStudyRootGet})
      rules.classes.push_back({std::string(sop_class), {std::string(test::kExplicitLittleUid)}});
    rules.classes.push_back(
        {std::string(test::kCtClass), {std::string(test::kExplicitLittleUid)}, true});
    dimse::Server::Work work;
    work.policy = [this, rules](const dimse::AssociateRequest& asked) {
      if (rejects) return dimse::Answer(dimse::AssociateReject{1, 1, 7});
      return dimse::answer_by_rules(asked, rules);
    };
    work.session = [this](Association& association) {
      return dimse::serve(association, [this](Association& on, const Incoming& incoming) {
        return answer(on, incoming);
      });
    };
    dimse::ServerOptions options;
    options.address = "127.0.0.1";
    auto server = dimse::Server::start(options, std::move(work));
    EXPECT_TRUE(server.has_value());
    server_ = std::move(*server);
  }
  [[nodiscard]] PullOptions options() const {
    PullOptions options;
    options.visit.peer = {"127.0.0.1", server_->port(), nullptr};
    options.visit.timeouts = test::patient_timeouts();
    options.associations = 1;
    return options;
  }

  std::vector<std::string> instances;
  std::map<std::string, int> withheld;  // so many times
  int cuts = 0;                         // so many C-GETs end with the connection, after an object
  std::atomic<bool> rejects = false;
  std::function<void()> after_each;  // object that was sent
  std::vector<std::string> gets;     // level of each C-GET, with how many it was for

 private:
  Result<void> answer(Association& on, const Incoming& incoming) {
    TRY_ASSIGN(const auto bytes, on.gather_data(incoming, 1 << 20));
    TRY_ASSIGN(const query::Answer asked, query::Answer::read(bytes, test::kExplicitLittleUid));
    if (incoming.command.field == CommandField::CFindRq) return find(on, incoming, asked);
    return get(on, incoming, asked);
  }

  static Result<void> match(Association& on, const Incoming& incoming,
                            std::span<const query::Key> keys) {
    Buffer identifier;
    TRY(query::append_identifier(identifier, keys, {}));
    dimse::Command response = dimse::response_to(incoming.command, dimse::statuses::kPending);
    response.has_data_set = true;
    const Bytes piece = identifier.bytes();
    return on.send(incoming.context_id, response, {&piece, 1});
  }

  Result<void> find(Association& on, const Incoming& incoming, const query::Answer& asked) {
    const std::string level = asked.text(kLevel);
    const query::Key study{{tags::StudyInstanceUID}, kStudy};
    const query::Key series{{tags::SeriesInstanceUID}, kSeries};
    if (level == "STUDY") {
      const query::Key keys[] = {{{kLevel}, level}, study};
      TRY(match(on, incoming, keys));
    } else if (level == "SERIES") {
      const query::Key keys[] = {{{kLevel}, level}, study, series};
      TRY(match(on, incoming, keys));
    } else {
      for (const std::string& instance : instances) {
        const query::Key keys[] = {{{tags::SOPClassUID}, std::string(test::kCtClass)},
                                   {{tags::SOPInstanceUID}, instance},
                                   {{kLevel}, level},
                                   study,
                                   series};
        TRY(match(on, incoming, keys));
      }
    }
    return on.send(incoming.context_id,
                   dimse::response_to(incoming.command, dimse::statuses::kSuccess));
  }

  Result<void> get(Association& on, const Incoming& incoming, const query::Answer& asked) {
    std::vector<std::string> wanted = instances;
    const std::string list = asked.text(tags::SOPInstanceUID);
    if (!list.empty()) {
      wanted.clear();
      for (const std::string& one : instances)
        if (("\\" + list + "\\").find("\\" + one + "\\") != std::string::npos)
          wanted.push_back(one);
    }
    gets.push_back(asked.text(kLevel) + " " + std::to_string(wanted.size()));
    const bool is_cut = cuts-- > 0;
    std::uint16_t status = dimse::statuses::kSuccess;
    for (const std::string& instance : wanted) {
      if (withheld[instance]-- > 0) {
        status = 0xB000;
        continue;
      }
      TRY(store(on, instance));
      if (is_cut) return fail(ErrorCode::Io, kNoOffset, "cut");
      if (after_each) after_each();
      TRY(on.send(incoming.context_id,
                  dimse::response_to(incoming.command, dimse::statuses::kPending)));
      if (!after_each) continue;  // else it was told to stop
      TRY_ASSIGN(const auto cancel, on.receive(dimse::Milliseconds(60'000)));
      EXPECT_TRUE(cancel && cancel->command.field == CommandField::CCancelRq);
      status = dimse::statuses::kCancel;
      break;
    }
    return on.send(incoming.context_id, dimse::response_to(incoming.command, status));
  }

  static Result<void> store(Association& on, const std::string& instance) {
    const dimse::Context* const context = on.negotiated().context_for(test::kCtClass);
    EXPECTS(context != nullptr);
    dimse::Command command =
        dimse::request(CommandField::CStoreRq, on.next_message_id(), std::string(test::kCtClass));
    command.sop_instance = instance;
    command.has_data_set = true;
    const auto data_set = test::sent_data_set(instance);
    const Bytes piece(data_set);
    TRY_ASSIGN(const Incoming answered, on.exchange(context->id, command, {&piece, 1}));
    EXPECT_EQ(answered.command.status, dimse::statuses::kSuccess);
    return {};
  }

  std::unique_ptr<dimse::Server> server_;  // last: it ends before what it uses
};

class PullTest : public ::testing::Test {
 protected:
  // One run into the same folder as those before.
  PullTotals pull(const PullOptions& options) {
    receive::IntakeOptions intake_options;
    intake_options.ingest.output = folder_.path() + "/in";
    intake_options.ingest.ledger = folder_.path() + "/in/.slipring/ledger.db";
    intake_options.ingest.fsync = deliver::Fsync::None;
    auto intake = receive::Intake::open(intake_options, {});
    EXPECT_TRUE(intake.has_value()) << intake.error().what;
    auto pull = Pull::open(options, **intake,
                           [this](const StudyOutcome& outcome) { outcomes_.push_back(outcome); });
    EXPECT_TRUE(pull.has_value());
    running_ = pull->get();
    const std::vector<std::string> studies = {kStudy};
    const PullTotals totals = (*pull)->run(studies);
    missing_rows_ = 0;
    (*intake)->store()->with_ledger([&](ledger::Ledger& ledger) {
      EXPECT_TRUE(ledger.each_known([&](std::string_view path, const ledger::Known& known) {
        missing_rows_ +=
            path.starts_with(".slipring/missing/") && known.outcome == dicom::Outcome::Failed;
      }));
    });
    (*intake)->store()->close(ingest::exits::kOk);
    return totals;
  }

  test::TemporaryFolder folder_;
  std::vector<StudyOutcome> outcomes_;
  Pull* running_ = nullptr;
  int missing_rows_ = 0;
};

TEST_F(PullTest, AStudyIsFetchedWholeOnceAndNotAgain) {
  Archive archive(3);
  EXPECT_EQ(pull(archive.options()).missing, 0U);
  EXPECT_EQ(pull(archive.options()).before, 3U);
  EXPECT_EQ(archive.gets, std::vector<std::string>{"STUDY 3"});
  ASSERT_EQ(outcomes_.size(), 2U);
  EXPECT_EQ(outcomes_[0].listed, 3U);
  EXPECT_EQ(outcomes_[0].held, 3U);
}

TEST_F(PullTest, WhatIsMissingAfterOneAttemptIsAskedForByItself) {
  Archive archive(3);
  archive.withheld["1.2.3.9.2"] = 1;
  const PullTotals totals = pull(archive.options());
  EXPECT_EQ(totals.missing, 0U);
  EXPECT_EQ(totals.incomplete, 0U);
  EXPECT_EQ(archive.gets, (std::vector<std::string>{"STUDY 3", "IMAGE 1"}));
}

TEST_F(PullTest, WhatNeverComesIsARowUntilItComes) {
  Archive archive(3);
  archive.withheld["1.2.3.9.2"] = 3;
  PullTotals totals = pull(archive.options());
  EXPECT_EQ(totals.missing, 1U);
  EXPECT_EQ(totals.incomplete, 1U);
  EXPECT_EQ(missing_rows_, 1);
  EXPECT_EQ(outcomes_[0].status, 0xB000);
  totals = pull(archive.options());
  EXPECT_EQ(totals.missing, 0U);
  EXPECT_EQ(missing_rows_, 0);
}

TEST_F(PullTest, ACutConnectionIsMadeAgainAndWhatCameIsKept) {
  Archive archive(4);
  archive.cuts = 2;
  const PullTotals totals = pull(archive.options());
  EXPECT_EQ(totals.missing, 0U);
  EXPECT_EQ(archive.gets, (std::vector<std::string>{"STUDY 4", "IMAGE 3", "IMAGE 2"}));
}

TEST_F(PullTest, ACutConnectionTooOftenLeavesWhatIsMissingInTheLedger) {
  Archive archive(4);
  archive.cuts = 9;
  PullOptions options = archive.options();
  options.attempts = 2;
  const PullTotals totals = pull(options);
  EXPECT_EQ(totals.missing, 2U);
  EXPECT_EQ(missing_rows_, 2);
  ASSERT_EQ(outcomes_.size(), 1U);
  EXPECT_TRUE(outcomes_[0].error.has_value());
  EXPECT_FALSE(totals.peer_failed);
}

TEST_F(PullTest, AStopEndsItAfterTheObjectOnItsWayAndLeavesNoRows) {
  Archive archive(50);
  archive.after_each = [&] { running_->stop(); };
  const PullTotals totals = pull(archive.options());
  EXPECT_GT(totals.missing, 0U);
  EXPECT_LT(totals.missing, 50U);
  EXPECT_EQ(missing_rows_, 0);
  archive.after_each = {};
  EXPECT_EQ(pull(archive.options()).missing, 0U);
}

TEST_F(PullTest, APeerThatRefusesFailsTheWholePull) {
  Archive archive(1);
  archive.rejects = true;
  const PullTotals totals = pull(archive.options());
  EXPECT_TRUE(totals.peer_failed);
  ASSERT_EQ(outcomes_.size(), 1U);
  EXPECT_EQ(dimse::fault_of(*outcomes_[0].error), dimse::PeerFault::Rejected);
}

}  // namespace
}  // namespace slipring::retrieve
