#include "engine/retrieve/throttle.h"

#include <algorithm>
#include <thread>

namespace slipring::retrieve {

void Throttle::pay(std::uint64_t bytes, const std::atomic<bool>& stop) {
  if (bytes_per_second_ == 0) return;
  constexpr std::chrono::milliseconds kStep{50};  // how soon a stop is noticed
  Clock::time_point until;
  {
    const std::lock_guard lock(mutex_);
    const double seconds = static_cast<double>(bytes) / static_cast<double>(bytes_per_second_);
    paid_until_ = std::max(paid_until_, Clock::now()) + std::chrono::duration_cast<Clock::duration>(
                                                            std::chrono::duration<double>(seconds));
    until = paid_until_;
  }
  while (!stop && Clock::now() < until)
    std::this_thread::sleep_until(std::min(until, Clock::now() + kStep));
}

}  // namespace slipring::retrieve
