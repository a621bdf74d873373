// Pace: how fast files are read, when a job is not to have all of the storage (--bwlimit) or not
// for reading again what did not change (--rescan-budget). A worker asks before it reads; who asks
// too early waits. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>

#include "engine/ingest/nightly/clock.h"

namespace slipring::ingest {

class Pace {
 public:
  // 0: as fast as it goes.
  Pace(Clock& clock, std::uint64_t bytes_per_second)
      : clock_(clock), bytes_per_second_(bytes_per_second) {}

  // Returns when `bytes` may be read: what was asked for before, at the rate given, is over.
  // Returns early when `stop` becomes other than 0.
  void take(std::uint64_t bytes, const std::atomic<int>& stop);

 private:
  static constexpr double kWaitMax = 0.25;  // seconds between looks at `stop`

  Clock& clock_;
  const std::uint64_t bytes_per_second_;
  std::mutex mutex_;
  double free_at_ = 0;  // when all that was granted is read
};

}  // namespace slipring::ingest
