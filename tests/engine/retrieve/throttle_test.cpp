// Bytes a second of all together. Only lower bounds of time are tested: a slow machine is no fault.
#include "engine/retrieve/throttle.h"

#include <gtest/gtest.h>

#include <thread>

namespace slipring::retrieve {
namespace {

using Clock = std::chrono::steady_clock;

TEST(ThrottleTest, WithoutALimitNobodyWaits) {
  Throttle throttle(0);
  const std::atomic<bool> stop = false;
  for (int i = 0; i < 1000; ++i) throttle.pay(~std::uint64_t{0} >> 8, stop);
}

TEST(ThrottleTest, WhatWasTakenIsPaidForByAllTogether) {
  Throttle throttle(1'000'000);
  const std::atomic<bool> stop = false;
  const auto began = Clock::now();
  {
    std::jthread other([&] { throttle.pay(50'000, stop); });
    throttle.pay(50'000, stop);
  }
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(100));
}

TEST(ThrottleTest, AStopEndsTheWait) {
  Throttle throttle(1);
  std::atomic<bool> stop = false;
  std::jthread waiting([&] { throttle.pay(1'000'000, stop); });  // eleven days
  stop = true;
  waiting.join();
}

}  // namespace
}  // namespace slipring::retrieve
