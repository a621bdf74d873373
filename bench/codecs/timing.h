// Timing of one piece of work and the median of several: what the codec benchmarks compare.
#pragma once

#include <algorithm>
#include <ctime>
#include <vector>

namespace slipring::bench {

// What this thread has spent so far, by itself and by the kernel for it.
inline double thread_seconds() {
  std::timespec spent{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
}

// Of one call on one thread: the time that others on the machine take is no part of it.
template <class Work>
double seconds(Work work) {
  const double start = thread_seconds();
  work();
  return thread_seconds() - start;
}

// The upper one of an even number; 0 of none.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

}  // namespace slipring::bench
