// LineWriter: JSON lines for stdout, written by a thread of its own. Whoever reports an object does
// not wait for a reader that is slow, or stopped reading: only when kLinesMax lines wait, since
// none is left out.
#pragma once

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "engine/cli/output/json_lines.h"

namespace slipring::cli {

class LineWriter {
 public:
  static constexpr std::size_t kLinesMax = std::size_t{1} << 15;

  LineWriter() : thread_([this] { work(); }) {}
  ~LineWriter() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    changed_.notify_all();
    thread_.join();  // when all that was put is written
  }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  void put(Json json) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return waiting_.size() < kLinesMax; });
      waiting_.push_back(std::move(json));
    }
    changed_.notify_all();
  }

 private:
  void work() {
    std::vector<Json> lines;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return finished_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        lines.swap(waiting_);
      }
      changed_.notify_all();
      for (const Json& json : lines) print(json);
      std::fflush(stdout);
      lines.clear();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Json> waiting_;
  bool finished_ = false;
  std::thread thread_;  // last: it uses what is above
};

}  // namespace slipring::cli
