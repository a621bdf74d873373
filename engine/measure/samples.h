// Samples: what many runs of one thing come to. The median, and the spread: the middle half of the
// runs (third quartile less first) as a part of the median, so that one run which the system
// disturbed says nothing.
#pragma once

#include <vector>

namespace slipring::measure {

// 0 when there are none.
[[nodiscard]] double median(std::vector<double> values);
[[nodiscard]] double spread(std::vector<double> values);

}  // namespace slipring::measure
