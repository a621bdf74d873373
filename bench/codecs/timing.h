// Timing of one piece of work and the median of several: what the codec benchmarks compare.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace slipring::bench {

// Wall time of one call.
template <class Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The upper one of an even number; 0 of none.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

}  // namespace slipring::bench
