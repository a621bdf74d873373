#include "engine/ingest/nightly/pace.h"

#include <algorithm>

namespace slipring::ingest {

void Pace::take(std::uint64_t bytes, const std::atomic<int>& stop) {
  if (bytes_per_second_ == 0) return;
  double begin = 0;
  {
    const std::scoped_lock lock(mutex_);
    begin = std::max(free_at_, clock_.seconds());
    free_at_ = begin + static_cast<double>(bytes) / static_cast<double>(bytes_per_second_);
  }
  while (stop == 0) {
    const double left = begin - clock_.seconds();
    if (left <= 0) return;
    clock_.sleep(std::min(left, kWaitMax));
  }
}

}  // namespace slipring::ingest
