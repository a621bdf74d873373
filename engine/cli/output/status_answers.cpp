#include "engine/cli/output/status_answers.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <stop_token>
#include <utility>

#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/signals.h"
#include "engine/ingest/ingest.h"

namespace slipring::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kForever{-1};

void answer(const Context& context, StatusAnswers::SoFar so_far, Clock::time_point began) {
  so_far.progress.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  if (!context.json) return fmt::print(stderr, "{}\n", so_far.text);
  print(progress_line(so_far.progress));
  std::fflush(stdout);
}

}  // namespace

StatusAnswers::StatusAnswers(const Context& context, std::function<SoFar()> ask,
                             std::function<void()> interrupted) {
  catch_status_requests();
  thread_ = std::jthread([&context, ask = std::move(ask), interrupted = std::move(interrupted),
                          began = Clock::now()](const std::stop_token& over) mutable {
    const std::stop_callback wake(over, end_wait_for_signal);
    for (; !over.stop_requested(); wait_for_signal(kForever)) {
      if (take_status_request()) answer(context, ask(), began);
      if (ingest::interrupt_requested != 0 && interrupted) std::exchange(interrupted, {})();
    }
  });
}

}  // namespace slipring::cli
