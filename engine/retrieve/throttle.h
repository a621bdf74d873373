// Throttle: bytes a second, of all associations together, not to be exceeded: whoever took some
// waits until they are paid for. A stop ends the wait.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace slipring::retrieve {

class Throttle {
 public:
  // 0 is without limit.
  explicit Throttle(std::uint64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  // Thread safe.
  void pay(std::uint64_t bytes, const std::atomic<bool>& stop);

 private:
  using Clock = std::chrono::steady_clock;
  const std::uint64_t bytes_per_second_;
  std::mutex mutex_;
  Clock::time_point paid_until_ = Clock::now();
};

}  // namespace slipring::retrieve
