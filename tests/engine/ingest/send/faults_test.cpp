// A whole send, from files to ledger, to a storage SCP in this process over links that fail by a
// seed: cuts at any byte, one byte at a time. Whatever happens, what the ledger calls stored is
// what the SCP has, and no object ends without a reason.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "tests/engine/deliver/place.h"
#include "tests/engine/ingest/send/scp.h"

namespace slipring::ingest::send {
namespace {

using ledger::DeliveryState;
using test::FaultyStream;

constexpr std::size_t kObjects = 4;

class SendTest : public ::testing::Test {
 protected:
  test::Place place_;
  std::map<std::string, std::vector<std::uint8_t>> objects_;  // data sets by instance
  Options options_;

  void SetUp() override {
    for (std::size_t i = 0; i < kObjects; ++i) add_object(i, 60 + 900 * i);
    options_.sources = {place_.path()};
    options_.retries = 60;
    options_.backoff = {Milliseconds(0), Milliseconds(0)};
    options_.associations = 1;
    options_.threads = 1;
    options_.peer = {"scp", 104, "SCP", "TEST"};
  }
  void add_object(std::size_t number, std::size_t bytes) {
    objects_[instance_of(number)] = write_object(place_, number, bytes);
  }
  Options to(Scp& scp, std::function<std::unique_ptr<dimse::Stream>(unsigned link)> wrapped) {
    Options options = options_;
    auto links = std::make_shared<std::atomic<unsigned>>(0);
    options.connect = [wrapped = std::move(wrapped), links](
                          std::span<const dimse::ContextWish> wishes, const dimse::Interrupt*) {
      dimse::Proposal proposal;
      proposal.contexts = dimse::plan_contexts(wishes);
      proposal.async_window = {4, 1};
      dimse::Timeouts timeouts = test::patient_timeouts();
      timeouts.closing = dimse::Milliseconds(50);
      return dimse::Association::request(wrapped((*links)++), proposal, timeouts);
    };
    (void)scp;
    return options;
  }
  Options to(Scp& scp) {
    return to(scp, [&scp](unsigned) { return scp.link(); });
  }
  // Serves whoever calls first; the others get what `further` says.
  Options to_one_of(Scp& scp, std::function<Error(const dimse::Interrupt&)> further) {
    Options options = to(scp);
    options.connect =
        [first = options.connect, further = std::move(further),
         called = std::make_shared<std::atomic<bool>>(false)](
            std::span<const dimse::ContextWish> wishes,
            const dimse::Interrupt* interrupt) -> Result<std::unique_ptr<dimse::Association>> {
      if (!called->exchange(true)) return first(wishes, interrupt);
      return std::unexpected(further(*interrupt));
    };
    return options;
  }
  void expect_all_stored(const Scp& scp, const Fates& fates) {
    EXPECT_EQ(scp.inventory, objects_);
    EXPECT_EQ(fates.of(DeliveryState::Stored), kObjects);
    EXPECT_EQ(fates.reports.size(), kObjects);
  }
};

TEST_F(SendTest, EveryObjectArrivesAsItLiesAndIsToldOnce) {
  Scp scp;
  Fates fates;
  const auto summary = run(to(scp), fates);
  scp.join();
  ASSERT_TRUE(summary);
  expect_all_stored(scp, fates);
  EXPECT_EQ(exit_of(*summary).code, 0);
  EXPECT_EQ(summary->attempts, kObjects);
  EXPECT_TRUE(summary->balanced());
}

TEST_F(SendTest, APeerThatAnswersOneByOneIsSentNothingBeforeItAnswered) {
  for (std::size_t i = kObjects; i < 4 * kObjects; ++i) add_object(i, 60 + 900 * i);
  Scp scp;
  scp.rules.operations_max = 1;
  Fates fates;
  const auto summary = run(to(scp), fates);
  scp.join();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->associations, 1U);
  EXPECT_EQ(scp.inventory, objects_);
  EXPECT_EQ(fates.of(DeliveryState::Stored), 4 * kObjects);
  EXPECT_EQ(scp.early, 0U);
}

TEST_F(SendTest, TheSameCommandAgainSendsNothingAndFreshSendsAll) {
  options_.ledger = place_ / ".slipring/ledger.db";
  Scp scp;
  for (const bool fresh : {false, false, true}) {
    options_.fresh = fresh;
    Fates fates;
    const auto summary = run(to(scp), fates);
    ASSERT_TRUE(summary);
    EXPECT_EQ(exit_of(*summary).code, 0);
    EXPECT_EQ(summary->stored, kObjects);
  }
  scp.join();
  EXPECT_EQ(scp.stores, 2 * kObjects);
}

TEST_F(SendTest, ARefusedObjectIsNotSentAgainUnlessAsked) {
  options_.ledger = place_ / ".slipring/ledger.db";
  Scp scp;
  scp.first_statuses = {0xA900};
  Fates first;
  Fates second;
  Fates third;
  EXPECT_EQ(exit_of(run(to(scp), first).value()).code, 1);
  EXPECT_EQ(first.of(DeliveryState::Failed), 1U);
  EXPECT_EQ(exit_of(run(to(scp), second).value()).code, 1);
  EXPECT_EQ(second.of(DeliveryState::Failed), 1U);
  options_.retry_failed = true;
  EXPECT_EQ(exit_of(run(to(scp), third).value()).code, 0);
  scp.join();
  EXPECT_EQ(scp.inventory, objects_);
  EXPECT_EQ(scp.stores, kObjects + 1);
}

TEST_F(SendTest, OutOfResourcesIsTriedAgainUntilTheBudgetIsSpent) {
  Scp scp;
  scp.first_statuses = {0xA700, 0xA7FF, 0xA700};
  Fates fates;
  EXPECT_EQ(exit_of(run(to(scp), fates).value()).code, 0);
  scp.join();
  expect_all_stored(scp, fates);
  Scp full;
  full.first_statuses.assign(1000, 0xA700);
  options_.retries = 2;
  Fates refused;
  EXPECT_EQ(exit_of(run(to(full), refused).value()).code, 1);
  full.join();
  EXPECT_EQ(refused.of(DeliveryState::Failed), kObjects);
  EXPECT_EQ(full.stores, 3 * kObjects);
}

// As many refusals as a peer gives in an hour, one a second, and then it has room again.
TEST_F(SendTest, AnHourOfOutOfResourcesEndsInOneFateAnObject) {
  constexpr std::size_t kRefusals = 3600;
  Scp scp;
  scp.first_statuses.assign(kRefusals, 0xA700);
  options_.retries = kRefusals;
  Fates fates;
  const auto summary = run(to(scp), fates);
  scp.join();
  ASSERT_TRUE(summary);
  EXPECT_EQ(exit_of(*summary).code, 0);
  expect_all_stored(scp, fates);
  EXPECT_EQ(summary->attempts, kObjects + kRefusals);
}

TEST_F(SendTest, WarningsCountAsStored) {
  Scp scp;
  scp.first_statuses = {0xB000, 0xB007, 0x0111};
  Fates fates;
  EXPECT_EQ(exit_of(run(to(scp), fates).value()).code, 0);
  scp.join();
  EXPECT_EQ(fates.of(DeliveryState::Warning), 3U);
  EXPECT_EQ(fates.of(DeliveryState::Stored), 1U);
}

TEST_F(SendTest, APeerThatTakesNoneOfTheContextsFailsEachObjectWithAReason) {
  Scp scp;
  scp.rules.classes[0].sop_class = "1.2.3";
  Fates fates;
  EXPECT_EQ(exit_of(run(to(scp), fates).value()).code, 1);
  scp.join();
  EXPECT_EQ(fates.of(DeliveryState::Failed), kObjects);
  for (const Report& report : fates.reports) EXPECT_FALSE(report.delivery.reason.empty());
}

TEST_F(SendTest, AnObjectIsTranscodedOnTheWayWhereThePeerTakesOnlyImplicit) {
  Scp scp;
  scp.rules.classes[0].transfer_syntaxes = {std::string(dimse::kImplicitLittleEndian)};
  Fates fates;
  const auto summary = run(to(scp), fates);
  scp.join();
  ASSERT_TRUE(summary);
  EXPECT_EQ(exit_of(*summary).code, 0);
  EXPECT_EQ(summary->transcoded, kObjects);
  ASSERT_EQ(scp.inventory.size(), kObjects);
  for (const auto& [instance, data_set] : scp.inventory)
    EXPECT_LT(data_set.size(), objects_[instance].size() + 8) << instance;
}

TEST_F(SendTest, APeerOfOneAssociationGetsEverythingThoughFurtherOnesWait) {
  options_.associations = 3;
  Scp scp;
  Fates fates;
  const auto summary = run(to_one_of(scp,
                                     [](const dimse::Interrupt& interrupt) -> Error {
                                       while (!interrupt.raised())
                                         std::this_thread::sleep_for(Milliseconds(1));
                                       return {ErrorCode::Cancelled, kNoOffset, "interrupted"};
                                     }),
                           fates);
  scp.join();
  ASSERT_TRUE(summary);
  expect_all_stored(scp, fates);
  EXPECT_EQ(summary->attempts, kObjects);
  EXPECT_FALSE(summary->peer);
}

TEST_F(SendTest, APeerThatRefusesFurtherAssociationsGetsEverythingByOne) {
  options_.associations = 3;
  Scp scp;
  Fates fates;
  const auto summary = run(to_one_of(scp,
                                     [](const dimse::Interrupt&) {
                                       constexpr dimse::AssociateReject kLocalLimit{2, 3, 2};
                                       return dimse::rejected(kLocalLimit).error();
                                     }),
                           fates);
  scp.join();
  ASSERT_TRUE(summary);
  expect_all_stored(scp, fates);
  EXPECT_FALSE(summary->peer);
}

TEST_F(SendTest, ATargetIsWhatEveryObjectIsMadeAnewInAndProvenToBe) {
  Scp scp;
  scp.rules.classes[0].transfer_syntaxes.emplace_back(dimse::kImplicitLittleEndian);
  options_.target = dicom::find_transfer_syntax(dimse::kImplicitLittleEndian);
  Fates fates;
  const auto summary = run(to(scp), fates);
  scp.join();
  ASSERT_TRUE(summary);
  EXPECT_EQ(exit_of(*summary).code, 0);
  EXPECT_EQ(summary->transcoded, kObjects);
  for (const Report& report : fates.reports) {
    EXPECT_EQ(report.delivery.to, dimse::kImplicitLittleEndian);
    EXPECT_TRUE(report.proven.has_value());
  }
}

TEST_F(SendTest, ATargetThatThePeerDoesNotTakeFailsEachObjectWithAReason) {
  Scp scp;
  options_.target = dicom::find_transfer_syntax(dimse::kImplicitLittleEndian);
  Fates fates;
  EXPECT_EQ(exit_of(run(to(scp), fates).value()).code, 1);
  scp.join();
  EXPECT_EQ(fates.of(DeliveryState::Failed), kObjects);
  for (const Report& report : fates.reports)
    EXPECT_NE(report.delivery.reason.find("syntax asked for"), std::string::npos);
}

TEST_F(SendTest, WhatCannotBeMadeAnewInTheTargetGoesAsItIsWithTheReason) {
  Scp scp;
  scp.rules.classes[0].transfer_syntaxes.emplace_back(test::kRleUid);
  options_.target = dicom::find_transfer_syntax(test::kRleUid);  // of objects without pixels
  Fates fates;
  const auto summary = run(to(scp), fates);
  scp.join();
  ASSERT_TRUE(summary);
  EXPECT_EQ(exit_of(*summary).code, 0);
  expect_all_stored(scp, fates);
  for (const Report& report : fates.reports) {
    EXPECT_FALSE(report.delivery.reason.empty());
    EXPECT_EQ(report.delivery.to, dimse::kExplicitLittleEndian);
  }
}

TEST_F(SendTest, APeerThatCannotBeReachedLeavesEveryObjectQueued) {
  options_.ledger = place_ / ".slipring/ledger.db";
  options_.retries = 2;
  Options options = options_;
  options.connect = [](std::span<const dimse::ContextWish>,
                       const dimse::Interrupt*) -> Result<std::unique_ptr<dimse::Association>> {
    return dimse::unreachable("none", 111);
  };
  Fates fates;
  const auto summary = run(options, fates);
  ASSERT_TRUE(summary);
  EXPECT_EQ(exit_of(*summary).code, 5);
  EXPECT_EQ(summary->not_sent, kObjects);
  Scp scp;
  Fates again;
  EXPECT_EQ(exit_of(run(to(scp), again).value()).code, 0);
  scp.join();
  expect_all_stored(scp, again);
}

// By how many seeds: SLIPRING_FAULT_SEEDS, e.g. 10000.
unsigned seeds() {
  const char* asked = std::getenv("SLIPRING_FAULT_SEEDS");
  return asked == nullptr ? 300U : static_cast<unsigned>(std::strtoul(asked, nullptr, 10));
}

TEST_F(SendTest, WhateverALinkDoesTheLedgerIsWhatThePeerHas) {
  for (unsigned seed = 0; seed < seeds() && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto bad_links = static_cast<unsigned>(random() % 6);
    options_.associations = 1 + static_cast<unsigned>(random() % 3);
    options_.retries = seed % 5 == 0 ? static_cast<unsigned>(random() % 2) : 60;
    std::vector<std::size_t> cuts(bad_links);
    for (std::size_t& cut : cuts) cut = random() % (random() % 2 == 0 ? 600 : 9000);
    options_.ledger = seed % 25 == 0 ? place_ / ".slipring/ledger.db" : std::string();
    options_.fresh = true;
    Scp scp;
    if (seed % 3 == 0) scp.rules.operations_max = 1;
    Fates fates;
    const auto summary = run(to(scp,
                                [&](unsigned link) -> std::unique_ptr<dimse::Stream> {
                                  auto stream = scp.link();
                                  if (link >= bad_links) return stream;
                                  return std::make_unique<FaultyStream>(
                                      std::move(stream), seed * 16 + link, cuts[link]);
                                }),
                             fates);
    scp.join();
    ASSERT_TRUE(summary);
    EXPECT_TRUE(summary->balanced());
    // Of a peer that is given up early, some may never have been looked at, or even found.
    const std::size_t told = fates.reports.size() + summary->unreached;
    ASSERT_LE(told, kObjects);
    ASSERT_TRUE(told == kObjects || (summary->peer && !summary->all_found));
    ASSERT_TRUE(summary->unreached == 0 || summary->peer);
    for (const Report& report : fates.reports) {
      const ledger::Delivery& delivery = report.delivery;
      const auto held = scp.inventory.find(delivery.sop_instance);
      if (delivery.state == DeliveryState::Stored) {
        ASSERT_NE(held, scp.inventory.end());
        EXPECT_EQ(held->second, objects_[delivery.sop_instance]);
      } else {
        EXPECT_FALSE(delivery.reason.empty());
        EXPECT_TRUE(delivery.state == DeliveryState::Unknown || held == scp.inventory.end() ||
                    delivery.attempts > 1);
      }
    }
    if (options_.retries == 60) {
      EXPECT_EQ(scp.inventory, objects_);
    }
    if (options_.ledger.empty()) continue;
    const auto ledger = ledger::Ledger::open(options_.ledger, ledger::Ledger::Mode::Read).value();
    auto rows = ledger::Deliveries::open(*ledger, options_.peer).value();
    EXPECT_EQ(rows.totals().value().of(DeliveryState::Stored), fates.of(DeliveryState::Stored));
    EXPECT_EQ(rows.totals().value().seen, fates.reports.size());
  }
}

}  // namespace
}  // namespace slipring::ingest::send
