// LineWriter: JSON lines for stdout, written by a thread of its own. Whoever reports an object
// never waits for a reader that is slow, or stopped reading: while as many lines wait as may,
// further ones are left out. A line of type "dropped" stands in their place and says how many they
// were.
#pragma once

#include <condition_variable>
#include <cstdint>
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

  explicit LineWriter(std::size_t lines_max = kLinesMax)
      : lines_max_(lines_max), thread_([this] { work(); }) {}
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
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= lines_max_) {
        ++dropped_here_;
        return;
      }
      tell_of_dropped();
      waiting_.push_back(std::move(json));
    }
    changed_.notify_all();
  }

  // Of lines that are never left out: the last one of a job. `make` is given how many others were.
  template <class Make>
  void put_last(Make make) {
    {
      const std::lock_guard lock(mutex_);
      tell_of_dropped();
      waiting_.push_back(make(dropped_));
    }
    changed_.notify_all();
  }

 private:
  void tell_of_dropped() {
    if (dropped_here_ == 0) return;
    Json json = line("dropped");
    json["lines"] = dropped_here_;
    waiting_.push_back(std::move(json));
    dropped_ += std::exchange(dropped_here_, 0);
  }

  void work() {
    std::vector<Json> lines;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return finished_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        lines.swap(waiting_);
      }
      for (const Json& json : lines) print(json);
      std::fflush(stdout);
      lines.clear();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::size_t lines_max_;
  std::vector<Json> waiting_;
  std::uint64_t dropped_ = 0;       // that were told of
  std::uint64_t dropped_here_ = 0;  // and those behind the last line that waits
  bool finished_ = false;
  std::thread thread_;  // last: it uses what is above
};

}  // namespace slipring::cli
