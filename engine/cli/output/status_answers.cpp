#include "engine/cli/output/status_answers.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <utility>

#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/signals.h"

namespace slipring::cli {

namespace {

constexpr std::chrono::milliseconds kPoll{50};

}  // namespace

StatusAnswers::StatusAnswers(const Context& context, std::function<SoFar()> ask) {
  catch_status_requests();
  const auto began = std::chrono::steady_clock::now();
  thread_ = std::jthread([&context, ask = std::move(ask), began](const std::stop_token& over) {
    std::mutex mutex;
    std::condition_variable_any ended;  // so that a command does not end by waiting for this
    std::unique_lock lock(mutex);
    while (!over.stop_requested()) {
      ended.wait_for(lock, over, kPoll, [] { return false; });
      if (!take_status_request()) continue;
      SoFar so_far = ask();
      so_far.progress.seconds =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
      if (context.json) {
        print(progress_line(so_far.progress));
        std::fflush(stdout);
      } else {
        fmt::print(stderr, "{}\n", so_far.text);
      }
    }
  });
}

}  // namespace slipring::cli
