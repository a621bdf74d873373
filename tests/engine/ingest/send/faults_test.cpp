// A whole send, from files to ledger, to a storage SCP in this process over links that fail by a
// seed: cuts at any byte, one byte at a time. Whatever happens, what the ledger calls stored is
// what the SCP has, and no object ends without a reason.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/serve.h"
#include "engine/ingest/send/send.h"
#include "tests/engine/deliver/place.h"
#include "tests/engine/dimse/wire.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::ingest::send {
namespace {

using ledger::DeliveryState;
using testing::FaultyStream;
using testing::Pair;

constexpr std::string_view kClass = "1.2.840.10008.5.1.4.1.1.7";
constexpr std::size_t kObjects = 4;

std::string instance_of(std::size_t number) { return "1.2.3.4." + std::to_string(number + 1); }

// A storage SCP whose links are sockets of this process.
class Scp {
 public:
  ~Scp() { join(); }

  // The requestor's end of a new link; the other end is served.
  std::unique_ptr<dimse::Stream> link() {
    Pair pair = testing::socket_pair();
    const std::scoped_lock lock(mutex_);
    threads_.emplace_back(
        [this, stream = std::move(pair.theirs)]() mutable { serve(std::move(stream)); });
    return std::move(pair.ours);
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  // Answers the first so many stores with these.
  std::vector<std::uint16_t> first_statuses;
  dimse::AcceptRules rules = default_rules();

  std::map<std::string, std::vector<std::uint8_t>> inventory;
  std::size_t stores = 0;

 private:
  static dimse::AcceptRules default_rules() {
    dimse::AcceptRules rules;
    rules.classes = {{std::string(kClass), {std::string(dimse::kExplicitLittleEndian)}}};
    rules.operations_max = 4;
    return rules;
  }
  void serve(std::unique_ptr<dimse::Stream> stream) {
    dimse::Timeouts timeouts = testing::patient_timeouts();
    timeouts.closing = dimse::Milliseconds(50);
    auto association = dimse::Association::accept(
        std::move(stream),
        [&](const dimse::AssociateRequest& request) { return answer_by_rules(request, rules); },
        timeouts);
    if (!association) return;
    (void)dimse::serve(**association, [&](dimse::Association& on, const dimse::Incoming& incoming) {
      return store(on, incoming);
    });
  }
  Result<void> store(dimse::Association& on, const dimse::Incoming& incoming) {
    TRY_ASSIGN(auto data, on.gather_data(incoming, 1 << 20));
    std::uint16_t status = dimse::statuses::kSuccess;
    {
      const std::scoped_lock lock(mutex_);
      if (stores < first_statuses.size()) status = first_statuses[stores];
      ++stores;
      if (status == 0) inventory[incoming.command.sop_instance] = std::move(data);
    }
    return on.send(incoming.context_id, dimse::response_to(incoming.command, status));
  }
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

class Fates final : public Observer {
 public:
  void started(const Options&, const ledger::Job&) override {}
  void object(const Report& report) override { reports.push_back(report); }
  void progress(const Progress&) override {}
  std::vector<Report> reports;
  [[nodiscard]] std::size_t of(DeliveryState state) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        reports, [&](const Report& report) { return report.delivery.state == state; }));
  }
};

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
    testing::ObjectBuilder data_set;
    data_set.text(dicom::tags::SOPClassUID, dicom::VR::UI, kClass);
    data_set.text(dicom::tags::SOPInstanceUID, dicom::VR::UI, instance_of(number));
    data_set.text(dicom::Tag{0x0010, 0x0020}, dicom::VR::LO, std::string(bytes, 'x'));
    testing::ObjectBuilder file;
    file.preamble().meta(dimse::kExplicitLittleEndian, kClass, instance_of(number));
    file.raw(data_set.bytes());
    const Bytes all = file.bytes();
    place_.write(std::to_string(number) + ".dcm", std::string(as_text(all)));
    objects_[instance_of(number)] = testing::copied(data_set.bytes());
  }
  Options to(Scp& scp, std::function<std::unique_ptr<dimse::Stream>(unsigned link)> wrapped) {
    Options options = options_;
    auto links = std::make_shared<std::atomic<unsigned>>(0);
    options.connect = [wrapped = std::move(wrapped), links](
                          std::span<const dimse::ContextWish> wishes, const dimse::Interrupt*) {
      dimse::Proposal proposal;
      proposal.contexts = dimse::plan_contexts(wishes);
      proposal.async_window = {4, 1};
      dimse::Timeouts timeouts = testing::patient_timeouts();
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
    ASSERT_EQ(fates.reports.size(), kObjects);
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
    EXPECT_EQ(rows.totals().value().seen, kObjects);
  }
}

}  // namespace
}  // namespace slipring::ingest::send
