// What wakes whoever waits for a signal, and what StatusAnswers do with it.
#include "engine/cli/output/signals.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <latch>
#include <thread>

#include "engine/cli/output/status_answers.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {
namespace {

constexpr std::chrono::milliseconds kForever{-1};

class SignalsTest : public testing::Test {
 protected:
  void SetUp() override {
    catch_interrupts();
    wait_for_signal(std::chrono::milliseconds(0));  // what another test left
  }
  void TearDown() override {
    ingest::interrupt_requested = 0;
    for (const int number : {SIGINT, SIGTERM, SIGUSR1, SIGPIPE, SIGXFSZ})
      std::signal(number, SIG_DFL);
  }
};

TEST_F(SignalsTest, OneThatCameBeforeTheWaitEndsIt) {
  std::raise(SIGUSR1);
  wait_for_signal(kForever);
  EXPECT_TRUE(take_status_request());
  EXPECT_FALSE(take_status_request());
}

TEST_F(SignalsTest, AWaitEndsWithASignalOrWhenItIsToEnd) {
  std::thread others([] { std::raise(SIGTERM); });
  wait_for_signal(kForever);
  others.join();
  EXPECT_EQ(ingest::interrupt_requested, 1);
  others = std::thread(end_wait_for_signal);
  wait_for_signal(kForever);
  others.join();
}

TEST_F(SignalsTest, AWaitHasAnEndWithoutOne) {
  const auto began = std::chrono::steady_clock::now();
  wait_for_signal(std::chrono::milliseconds(20));
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(15));
}

TEST_F(SignalsTest, AJobIsToldOnceThatItIsInterruptedAndAnswersGoOn) {
  Context context;
  std::latch told(1);
  std::latch asked(1);
  testing::internal::CaptureStderr();
  {
    const StatusAnswers status(
        context,
        [&] {
          asked.count_down();
          return StatusAnswers::SoFar{{}, "3 of 4"};
        },
        [&] { told.count_down(); });  // once: below zero it would break its contract
    std::raise(SIGINT);
    told.wait();
    std::raise(SIGUSR1);
    asked.wait();
  }
  EXPECT_NE(testing::internal::GetCapturedStderr().find("3 of 4"), std::string::npos);
}

TEST_F(SignalsTest, AJobThatWasInterruptedBeforeIsToldToo) {
  std::raise(SIGINT);
  wait_for_signal(kForever);
  Context context;
  std::latch told(1);
  const StatusAnswers status(
      context, [] { return StatusAnswers::SoFar{}; }, [&] { told.count_down(); });
  told.wait();
}

}  // namespace
}  // namespace slipring::cli
