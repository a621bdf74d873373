#include "engine/ingest/frame_schedule.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace slipring::ingest {
namespace {

TEST(FrameSchedule, ConsumesInOrderWhateverTheOrderOfProducing) {
  FrameSchedule schedule(4);
  std::vector<std::size_t> held(schedule.slots());
  std::vector<std::size_t> consumed;
  schedule.run(
      1000,
      [&](std::size_t index, std::size_t slot, Scratch&) {
        held[slot] = index;
        return true;
      },
      [&](std::size_t index, std::size_t slot) {
        EXPECT_EQ(held[slot], index);
        consumed.push_back(index);
        return true;
      });
  ASSERT_EQ(consumed.size(), 1000U);
  for (std::size_t i = 0; i < consumed.size(); ++i) EXPECT_EQ(consumed[i], i);
}

TEST(FrameSchedule, ConsumesEveryFrameBeforeTheFirstThatFails) {
  for (int round = 0; round < 50; ++round) {
    FrameSchedule schedule(4);
    std::size_t consumed = 0;
    schedule.run(
        100, [&](std::size_t index, std::size_t, Scratch&) { return index != 17 && index != 19; },
        [&](std::size_t index, std::size_t) {
          EXPECT_EQ(index, consumed);
          ++consumed;
          return true;
        });
    EXPECT_EQ(consumed, 17U);
  }
}

TEST(FrameSchedule, StopsWhenAConsumerHasEnough) {
  FrameSchedule schedule(3);
  std::atomic<std::size_t> produced = 0;
  std::size_t consumed = 0;
  schedule.run(
      100000,
      [&](std::size_t, std::size_t, Scratch&) {
        ++produced;
        return true;
      },
      [&](std::size_t, std::size_t) { return ++consumed < 10; });
  EXPECT_EQ(consumed, 10U);
  EXPECT_LT(produced, 100U);
}

TEST(FrameSchedule, RunsNothingForNoFrames) {
  FrameSchedule schedule(2);
  schedule.run(
      0,
      [](std::size_t, std::size_t, Scratch&) {
        ADD_FAILURE();
        return true;
      },
      [](std::size_t, std::size_t) {
        ADD_FAILURE();
        return true;
      });
}

}  // namespace
}  // namespace slipring::ingest
