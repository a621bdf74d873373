#include "engine/ledger/deliveries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/engine/deliver/place.h"
#include "tests/engine/ledger/samples.h"

namespace slipring::ledger {
namespace {

using test::Place;

const PeerName kPacs = {"pacs.example", 104, "PACS", "SLIPRING"};

Delivery full(std::uint64_t sequence, std::string path) {
  Delivery delivery;
  delivery.sequence = sequence;
  delivery.path = std::move(path);
  delivery.source = {1, ~std::uint64_t{0}, 2000, 1'500'000'000'000'000'000, -1};
  delivery.sop_class = "1.2.840.10008.5.1.4.1.1.2";
  delivery.sop_instance = "1.2.3." + std::to_string(sequence);
  delivery.study = "1.2.3";
  delivery.from = "1.2.840.10008.1.2.4.70";
  delivery.to = "1.2.840.10008.1.2.1";
  delivery.bytes = 1500;
  delivery.state = DeliveryState::Failed;
  delivery.attempts = 3;
  delivery.status = 0xA900;
  delivery.reason = "data set does not match SOP class";
  delivery.offending = "(0008,0016)";
  delivery.comment = "wrong class";
  return delivery;
}

void expect_equal(const Delivery& a, const Delivery& b) {
  EXPECT_EQ(a.sequence, b.sequence);
  EXPECT_EQ(a.path, b.path);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.sop_class, b.sop_class);
  EXPECT_EQ(a.sop_instance, b.sop_instance);
  EXPECT_EQ(a.study, b.study);
  EXPECT_EQ(a.from, b.from);
  EXPECT_EQ(a.to, b.to);
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.attempts, b.attempts);
  EXPECT_EQ(a.status, b.status);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.offending, b.offending);
  EXPECT_EQ(a.comment, b.comment);
  EXPECT_EQ(a.commitment, b.commitment);
  EXPECT_EQ(a.transaction, b.transaction);
  EXPECT_EQ(a.commitment_reason, b.commitment_reason);
}

class DeliveriesTest : public testing::Test {
 protected:
  Place place_;
  std::string path_ = place_ / "ledger.db";
  std::unique_ptr<Ledger> ledger_;
  Job job_;

  void open(Ledger::Mode mode = Ledger::Mode::Write) {
    ledger_.reset();
    auto opened = Ledger::open(path_, mode);
    ASSERT_TRUE(opened) << opened.error().what;
    ledger_ = std::move(*opened);
  }
  void SetUp() override {
    open();
    job_.command = "send";
    job_ = ledger_->start_job(job_).value();
  }
  Deliveries to(const PeerName& peer) { return Deliveries::open(*ledger_, peer).value(); }
  void record(Deliveries& deliveries, const std::vector<Delivery>& all) {
    std::vector<const Delivery*> pointers;
    for (const Delivery& one : all) pointers.push_back(&one);
    ASSERT_TRUE(deliveries.record(job_, pointers));
  }
  static std::vector<Delivery> all_of(Deliveries& deliveries) {
    std::vector<Delivery> all;
    EXPECT_TRUE(deliveries.each([&](const Delivery& one) { all.push_back(one); }));
    return all;
  }
};

TEST_F(DeliveriesTest, GivesBackADeliveryWithEverythingInIt) {
  Deliveries deliveries = to(kPacs);
  Delivery committed = full(1, "y.dcm");
  committed.state = DeliveryState::Stored;
  committed.status = 0;
  committed.commitment = Commitment::Refused;
  committed.transaction = "2.25.7";
  committed.commitment_reason = 0x0112;
  Delivery bare;
  bare.path = "z";
  const std::vector<Delivery> put = {full(2, "a/b/c.dcm"), committed, bare};
  record(deliveries, put);
  const auto found = all_of(deliveries);
  ASSERT_EQ(found.size(), 3U);
  expect_equal(found[0], put[2]);
  expect_equal(found[1], put[1]);
  expect_equal(found[2], put[0]);
  const auto one = deliveries.find("a/b/c.dcm");
  ASSERT_TRUE(one && *one);
  expect_equal(**one, put[0]);
  EXPECT_FALSE(deliveries.find("a/b/d.dcm").value());
}

TEST_F(DeliveriesTest, ReplacesTheRowOfTheSamePathAndKeepsThoseOfOtherPeers) {
  Deliveries pacs = to(kPacs);
  Deliveries other = to({"pacs.example", 104, "PACS", "OTHER"});
  record(pacs, {full(1, "x")});
  record(other, {full(1, "x")});
  Delivery again = full(1, "x");
  again.state = DeliveryState::Stored;
  again.attempts = 4;
  again.status = 0;
  record(pacs, {again});
  ASSERT_EQ(all_of(pacs).size(), 1U);
  expect_equal(all_of(pacs)[0], again);
  expect_equal(all_of(other)[0], full(1, "x"));
  EXPECT_EQ(Deliveries::peers(*ledger_).value().size(), 2U);
  ASSERT_TRUE(pacs.forget_all());
  EXPECT_TRUE(all_of(pacs).empty());
  EXPECT_EQ(all_of(other).size(), 1U);
}

TEST_F(DeliveriesTest, KeepsWhatThePeerPromisedOfEachInstanceUntilItIsSentAgain) {
  Deliveries deliveries = to(kPacs);
  record(deliveries, {full(1, "a"), full(2, "b")});
  ASSERT_TRUE(deliveries.commit(
      std::vector<CommitmentNews>{{"1.2.3.1", Commitment::Committed, "2.25.9", {}},
                                  {"1.2.3.2", Commitment::Refused, "2.25.9", 0x0112},
                                  {"9.9", Commitment::Committed, "2.25.9", {}}}));
  EXPECT_EQ(all_of(deliveries)[0].commitment, Commitment::Committed);
  EXPECT_EQ(all_of(deliveries)[1].commitment_reason, 0x0112);
  EXPECT_EQ(deliveries.totals().value().committed, 1U);
  record(deliveries, {full(1, "a")});
  EXPECT_EQ(all_of(deliveries)[0].commitment, Commitment::None);
}

TEST_F(DeliveriesTest, CountsByState) {
  Deliveries deliveries = to(kPacs);
  Delivery stored = full(3, "c");
  stored.state = DeliveryState::Stored;
  Delivery unknown = full(4, "d");
  unknown.state = DeliveryState::Unknown;
  record(deliveries, {full(1, "a"), full(2, "b"), stored, unknown});
  const DeliveryTotals totals = deliveries.totals().value();
  EXPECT_EQ(totals.seen, 4U);
  EXPECT_EQ(totals.of(DeliveryState::Failed), 2U);
  EXPECT_EQ(totals.of(DeliveryState::Stored), 1U);
  EXPECT_EQ(totals.of(DeliveryState::Unknown), 1U);
  EXPECT_EQ(totals.bytes, 1500U);
}

TEST_F(DeliveriesTest, AreReadWhereTheLedgerIsOnlyRead) {
  {
    Deliveries deliveries = to(kPacs);
    record(deliveries, {full(1, "a")});
  }
  open(Ledger::Mode::Read);
  Deliveries deliveries = to(kPacs);
  EXPECT_EQ(all_of(deliveries).size(), 1U);
  EXPECT_EQ(Deliveries::peers(*ledger_).value(), std::vector<PeerName>{kPacs});
  const auto stranger = Deliveries::open(*ledger_, {"elsewhere", 104, "A", "B"});
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, ErrorCode::Vanished);
}

TEST_F(DeliveriesTest, WhatIsOpenForCommitmentIsToldByNumberAndOncePerInstance) {
  Deliveries pacs = to(kPacs);
  std::vector<Delivery> all;
  for (std::uint64_t i = 0; i < 6; ++i) all.push_back(full(i, "a/" + std::to_string(9 - i)));
  for (Delivery& one : all) one.state = DeliveryState::Stored;
  all[1].state = DeliveryState::Failed;
  all[2].state = DeliveryState::Warning;
  all[3].sop_instance = all[0].sop_instance;  // a twin of the first
  all[4].sop_instance = all[1].sop_instance;  // of one that the peer does not have
  record(pacs, all);
  Deliveries other = to({"other.example", 104, "PACS", "SLIPRING"});
  record(other, {all[5]});
  const CommitmentNews news[] = {{all[2].sop_instance, Commitment::Requested, "2.25.1", {}},
                                 {all[5].sop_instance, Commitment::Committed, "2.25.2", {}}};
  ASSERT_TRUE(pacs.commit(news));

  std::vector<std::string> open;
  std::vector<std::int64_t> numbers;
  ASSERT_TRUE(pacs.each_open([&](std::int64_t number) { numbers.push_back(number); }));
  EXPECT_TRUE(std::ranges::is_sorted(numbers));
  for (const std::int64_t number : numbers) open.push_back((*pacs.at(number))->path);
  EXPECT_EQ(open, (std::vector<std::string>{"a/9", "a/7", "a/5"}));
  all[2].commitment = Commitment::Requested;
  all[2].transaction = "2.25.1";
  expect_equal(**pacs.at(numbers[1]), all[2]);
  EXPECT_FALSE(pacs.at(1'000'000)->has_value());
  const std::vector<std::int64_t> twins = *pacs.numbers_of(all[0].sop_instance);
  ASSERT_EQ(twins.size(), 2U);
  EXPECT_EQ(twins[0], numbers[0]);
  EXPECT_TRUE(pacs.numbers_of("1.2.99")->empty());
  std::vector<std::string> transactions = *pacs.transactions();
  std::ranges::sort(transactions);
  EXPECT_EQ(transactions, (std::vector<std::string>{"2.25.1", "2.25.2"}));
  EXPECT_TRUE(to({"third.example", 104, "PACS", "SLIPRING"}).transactions()->empty());
}

}  // namespace
}  // namespace slipring::ledger
