#include "engine/measure/samples.h"

#include <algorithm>
#include <cstddef>

namespace slipring::measure {

namespace {

// Between the two nearest values, as the place falls between them.
double quantile(const std::vector<double>& sorted, double part) {
  const double place = part * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return quantile(values, 0.5);
}

double spread(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const double middle = quantile(values, 0.5);
  return middle == 0 ? 0 : (quantile(values, 0.75) - quantile(values, 0.25)) / middle;
}

}  // namespace slipring::measure
