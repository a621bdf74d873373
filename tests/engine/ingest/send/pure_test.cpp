// What of a send decides and does not act: contexts, routes, outcomes, pace, the queue.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "engine/dimse/transport/peer_error.h"
#include "engine/ingest/send/contexts.h"
#include "engine/ingest/send/outcome.h"
#include "engine/ingest/send/pace.h"
#include "engine/ingest/send/send.h"
#include "engine/ingest/send/work.h"

namespace slipring::ingest::send {
namespace {

using ledger::DeliveryState;

constexpr std::string_view kImplicit = "1.2.840.10008.1.2";
constexpr std::string_view kExplicit = "1.2.840.10008.1.2.1";
constexpr std::string_view kRle = "1.2.840.10008.1.2.5";

TEST(ContextPlanTest, ProposesEachPairAloneAndItsClassInNativeToo) {
  ContextPlan plan;
  EXPECT_EQ(plan.place("1.2", kRle), 0U);
  EXPECT_EQ(plan.place("1.2", kRle), 0U);
  EXPECT_EQ(plan.place("1.2", kImplicit), 0U);
  const std::vector<dimse::ContextWish> wanted = {
      {"1.2", std::string(kRle)}, {"1.2", std::string(kExplicit)}, {"1.2", std::string(kImplicit)}};
  EXPECT_EQ(plan.wishes(0), wanted);
}

TEST(ContextPlanTest, ProposesATargetForEachClassToo) {
  ContextPlan plan(kRle);
  plan.place("1.2", kExplicit);
  plan.place("1.3", kRle);
  const std::vector<dimse::ContextWish> wanted = {
      {"1.2", std::string(kExplicit)}, {"1.2", std::string(kImplicit)},
      {"1.2", std::string(kRle)},      {"1.3", std::string(kRle)},
      {"1.3", std::string(kExplicit)}, {"1.3", std::string(kImplicit)}};
  EXPECT_EQ(plan.wishes(0), wanted);
}

TEST(ContextPlanTest, NeverAsksForMoreThanAnAssociationHolds) {
  ContextPlan plan;
  for (int sop_class = 0; sop_class < 100; ++sop_class)
    for (const std::string_view syntax :
         {kRle, kExplicit, std::string_view("1.2.840.10008.1.2.4.90")}) {
      const std::string uid = "1.2.3." + std::to_string(sop_class);
      const std::size_t at = plan.place(uid, syntax);
      const auto& wishes = plan.wishes(at);
      EXPECT_NE(std::ranges::find(wishes, dimse::ContextWish{uid, std::string(syntax)}),
                wishes.end());
      EXPECT_NE(std::ranges::find(wishes, dimse::ContextWish{uid, std::string(kImplicit)}),
                wishes.end());
    }
  EXPECT_GT(plan.size(), 2U);
  for (std::size_t i = 0; i < plan.size(); ++i) EXPECT_LE(plan.wishes(i).size(), kContextsMax);
}

TEST(RouteTest, TakesTheStoredSyntaxElseANativeOneElseNone) {
  dimse::Negotiated agreed;
  agreed.contexts = {{1, "1.2", std::string(kRle)},
                     {3, "1.2", std::string(kImplicit)},
                     {5, "1.3", std::string(kExplicit)}};
  const auto& rle = *dicom::find_transfer_syntax(kRle);
  const Route stored = route_of(agreed, "1.2", rle);
  EXPECT_TRUE(stored.as_it_is);
  EXPECT_EQ(stored.context->id, 1);
  const Route native = route_of(agreed, "1.2", *dicom::find_transfer_syntax(kExplicit));
  EXPECT_FALSE(native.as_it_is);
  EXPECT_EQ(native.context->id, 3);
  EXPECT_EQ(native.syntax->uid, kImplicit);
  EXPECT_EQ(route_of(agreed, "1.3", rle).context->id, 5);
  const auto& explicit_le = *dicom::find_transfer_syntax(kExplicit);
  const Route target = route_of(agreed, "1.2", explicit_le, &rle);
  EXPECT_FALSE(target.as_it_is);
  EXPECT_EQ(target.context->id, 1);
  EXPECT_TRUE(route_of(agreed, "1.2", rle, &rle).as_it_is);
  EXPECT_EQ(route_of(agreed, "1.3", explicit_le, &rle).context, nullptr);  // no other way
  EXPECT_EQ(route_of(agreed, "1.4", rle).context, nullptr);
}

Outcome outcome_of_status(int status) {
  dimse::Command response;
  response.field = dimse::CommandField::CStoreRsp;
  response.status = static_cast<std::uint16_t>(status);
  return outcome_of(response);
}

TEST(OutcomeTest, FollowsTheTableOfStatuses) {
  EXPECT_EQ(outcome_of_status(0).state, DeliveryState::Stored);
  for (const int status : {0xB000, 0xB006, 0xB007, 0x0111}) {
    EXPECT_EQ(outcome_of_status(status).state, DeliveryState::Warning) << status;
    EXPECT_FALSE(outcome_of_status(status).reason.empty());
  }
  for (const int status : {0xA700, 0xA701, 0xA7FF}) {
    EXPECT_EQ(outcome_of_status(status).state, DeliveryState::Failed);
    EXPECT_TRUE(outcome_of_status(status).again) << status;
  }
  for (const int status : {0xA900, 0xC000, 0xC123, 0x0110, 0x0112, 0x0117, 0x0122, 0x0124, 0x0210,
                           0x0211, 0x0212, 0x7777}) {
    EXPECT_EQ(outcome_of_status(status).state, DeliveryState::Failed) << status;
    EXPECT_FALSE(outcome_of_status(status).again) << status;
    EXPECT_FALSE(outcome_of_status(status).reason.empty()) << status;
  }
}

TEST(OutcomeTest, CallsALossUnknownOnlyAfterTheLastByte) {
  const Error lost = dimse::closed("gone").error();
  EXPECT_EQ(outcome_of_loss(lost, true).state, DeliveryState::Unknown);
  EXPECT_EQ(outcome_of_loss(lost, false).state, DeliveryState::Failed);
  EXPECT_TRUE(outcome_of_loss(lost, true).again);
}

TEST(BackoffTest, DoublesUpToItsLongestAndNeverWaitsLessThanHalf) {
  const Backoff backoff{Milliseconds(100), Milliseconds(1000)};
  for (std::uint64_t random = 0; random < 1000; random += 7) {
    EXPECT_GE(backoff.before(1, random).count(), 50);
    EXPECT_LE(backoff.before(1, random).count(), 100);
    EXPECT_LE(backoff.before(3, random).count(), 400);
    EXPECT_GE(backoff.before(3, random).count(), 200);
    EXPECT_LE(backoff.before(60, random).count(), 1000);
  }
  EXPECT_EQ((Backoff{Milliseconds(0), Milliseconds(0)}.before(9, 5).count()), 0);
}

// A peer without room for an hour, by a clock of the test's own: it is neither hammered nor given
// up by whoever allows for so many retries, and given up soon by default.
TEST(BackoffTest, AnHourOfRefusalsTakesAFewHundredAttempts) {
  const Backoff backoff;
  constexpr std::chrono::hours kFull{1};
  Milliseconds now{0};
  unsigned attempts = 1;  // the first is refused at once
  for (; now < kFull; ++attempts) now += backoff.before(attempts, attempts * 7919);
  EXPECT_GT(attempts, 120U);
  EXPECT_LT(attempts, 250U);
  Milliseconds patience{0};
  for (unsigned n = 1; n <= Options{}.retries; ++n) patience += backoff.before(n, UINT64_MAX);
  EXPECT_LT(patience, std::chrono::seconds(10));
}

TEST(BandwidthTest, LetsOneObjectGoAndMakesTheNextWaitForItsBytes) {
  Bandwidth bandwidth(1000);
  const Clock::time_point now{std::chrono::seconds(50)};
  EXPECT_EQ(bandwidth.reserve(500, now), now);
  EXPECT_EQ(bandwidth.reserve(1000, now), now + Milliseconds(500));
  EXPECT_EQ(bandwidth.reserve(1, now), now + Milliseconds(1500));
  const Clock::time_point later = now + std::chrono::seconds(60);
  EXPECT_EQ(bandwidth.reserve(1, later), later);
  EXPECT_EQ(Bandwidth(0).reserve(1 << 30, now), now);
}

TEST(GrowthTest, GrowsWhileItPaysAndStepsBackWhereItDoesNot) {
  Growth growth(1, 8);
  EXPECT_EQ(growth.observe({100, 0.01, 1}), 2U);
  EXPECT_EQ(growth.observe({160, 0.01, 2}), 3U);
  EXPECT_EQ(growth.observe({210, 0.01, 3}), 4U);
  EXPECT_EQ(growth.observe({215, 0.02, 4}), 3U);  // a fourth brought nothing
  for (int i = 0; i < 12; ++i) EXPECT_EQ(growth.observe({210, 0.01, 3}), 3U);
  EXPECT_EQ(growth.observe({210, 0.01, 3}), 4U);  // after a while it is tried again
}

TEST(GrowthTest, DoublesItsStepsWhileEachAssociationIsAsGoodAsTheFirst) {
  Growth growth(1, 12);
  EXPECT_EQ(growth.observe({100, 0.04, 1}), 2U);
  EXPECT_EQ(growth.observe({195, 0.04, 2}), 4U);
  EXPECT_EQ(growth.observe({390, 0.04, 4}), 8U);
  EXPECT_EQ(growth.observe({760, 0.04, 8}), 12U);
  EXPECT_EQ(growth.observe({770, 0.06, 12}), 8U);  // a step that brought nothing goes back whole
}

TEST(GrowthTest, TakesOneMoreAtATimeWhereAStepPaysOnlyInPart) {
  Growth growth(1, 12);
  growth.observe({100, 0.04, 1});
  EXPECT_EQ(growth.observe({200, 0.04, 2}), 4U);
  EXPECT_EQ(growth.observe({240, 0.06, 4}), 5U);
}

TEST(GrowthTest, ShrinksWhereAnswersComeLateAndLessIsMoved) {
  Growth growth(1, 4);
  growth.observe({100, 0.01, 1});
  growth.observe({200, 0.01, 2});
  growth.observe({205, 0.01, 4});
  EXPECT_EQ(growth.wanted(), 2U);
  EXPECT_EQ(growth.observe({90, 0.5, 2}), 1U);
}

TEST(GrowthTest, TakesAPeersRefusalAsItsMost) {
  Growth growth(1, 8);
  growth.observe({100, 0.01, 1});
  EXPECT_EQ(growth.wanted(), 2U);
  growth.refused(1);
  EXPECT_EQ(growth.wanted(), 1U);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(growth.observe({100, 0.01, 1}), 1U);
}

WorkPointer work(std::uint64_t sequence, std::size_t assortment) {
  auto made = std::make_unique<Work>();
  made->delivery.sequence = sequence;
  made->assortment = assortment;
  return made;
}

const std::atomic<bool> kStays = false;

TEST(QueueTest, GivesAnAssortmentsObjectsFirstAndThenAnothers) {
  Queue queue(10, 2);
  for (std::uint64_t i = 0; i < 4; ++i) {
    WorkPointer one = work(i, i % 2);
    ASSERT_TRUE(queue.put(std::move(one)));
  }
  queue.close();
  std::vector<std::uint64_t> order;
  while (WorkPointer one = queue.take(1, Queue::kForever, kStays)) {
    order.push_back(one->delivery.sequence);
    queue.finish();
  }
  EXPECT_EQ(order, (std::vector<std::uint64_t>{1, 3, 0, 2}));
}

TEST(QueueTest, TellsTheAssortmentOfAnObjectWithoutTakingIt) {
  Queue queue(10, 2);
  WorkPointer one = work(7, 3);
  ASSERT_TRUE(queue.put(std::move(one)));
  queue.close();
  EXPECT_EQ(queue.peek(kStays), 3U);
  EXPECT_EQ(queue.peek(kStays), 3U);
  EXPECT_FALSE(queue.exhausted());
  EXPECT_NE(queue.take(3, Queue::kForever, kStays), nullptr);
  EXPECT_FALSE(queue.exhausted());
  queue.finish();
  EXPECT_EQ(queue.peek(kStays), std::nullopt);
  EXPECT_TRUE(queue.exhausted());
}

TEST(QueueTest, WaitsForWhatIsInOthersHandsBeforeItIsOver) {
  Queue queue(10, 2);
  WorkPointer one = work(7, 0);
  ASSERT_TRUE(queue.put(std::move(one)));
  queue.close();
  WorkPointer taken = queue.take(0, Queue::kForever, kStays);
  std::thread other([&] {
    WorkPointer again = queue.take(0, Queue::kForever, kStays);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->delivery.sequence, 7U);
    queue.finish();
    EXPECT_EQ(queue.take(0, Queue::kForever, kStays), nullptr);
  });
  queue.put_back(std::move(taken), Clock::now());
  other.join();
}

TEST(QueueTest, HoldsBackWhatMightBeTranscodedWhileTheWorkersHaveEnough) {
  Queue queue(10, 1);
  for (std::uint64_t i = 0; i < 2; ++i) {
    WorkPointer one = work(i, 0);
    ASSERT_TRUE(queue.put(std::move(one)));
  }
  WorkPointer first = queue.take(0, Milliseconds(0), kStays);
  queue.begin_transcoding();
  EXPECT_EQ(queue.take(0, Milliseconds(0), kStays), nullptr);
  queue.ready(std::move(first));
  first = queue.take(0, Milliseconds(0), kStays);
  EXPECT_EQ(first->delivery.sequence, 0U);
  EXPECT_NE(queue.take(0, Milliseconds(0), kStays), nullptr);
}

// Whoever reads files waits while as many bytes of them wait as may, and goes on when half are
// gone.
TEST(QueueTest, HoldsBackFilesThatWereReadByTheirBytes) {
  constexpr std::size_t kBytes = std::size_t{1} << 20;  // of 4 that may wait
  Queue queue(100, 2);
  std::atomic<std::uint64_t> put = 0;
  std::thread reader([&] {
    for (std::uint64_t i = 0; i < 8; ++i) {
      WorkPointer one = work(i, 0);
      one->read = queue.spare();
      one->read->bytes.reserve(kBytes);
      ASSERT_TRUE(queue.put(std::move(one)));
      ++put;
    }
    queue.close();
  });
  queue.wait_for(100, Queue::kForever);  // or as many as may
  std::uint64_t taken = 0;
  while (WorkPointer one = queue.take(0, Queue::kForever, kStays)) {
    EXPECT_EQ(one->delivery.sequence, taken);
    EXPECT_LE(put, ++taken + 4);
    queue.give_back(std::move(one->read));
    queue.finish();
  }
  reader.join();
  EXPECT_EQ(taken, 8U);
}

TEST(QueueTest, GivesBackEverythingWhenItIsStopped) {
  Queue queue(2, 1);
  for (std::uint64_t i = 0; i < 2; ++i) {
    WorkPointer one = work(i, i);
    ASSERT_TRUE(queue.put(std::move(one)));
  }
  queue.stop();
  EXPECT_FALSE(queue.put(work(2, 0)));  // whoever was putting it
  EXPECT_EQ(queue.take(0, Queue::kForever, kStays), nullptr);
  EXPECT_EQ(queue.drain().size(), 3U);
}

TEST(ResponseTimesTest, GivesTheEdgeOfTheBucketThatHoldsAPart) {
  ResponseTimes times;
  EXPECT_EQ(times.quantile_s(0.5), 0);
  for (int i = 0; i < 99; ++i) times.add(std::chrono::microseconds(3));
  times.add(std::chrono::milliseconds(100));
  EXPECT_DOUBLE_EQ(times.quantile_s(0.5), 4e-6);
  EXPECT_DOUBLE_EQ(times.quantile_s(1.0), 131072e-6);
}

}  // namespace
}  // namespace slipring::ingest::send
