// Loss: what a conversion may take from pixels. A value; nothing else is known here.
#pragma once

#include <cstdint>

namespace slipring::transcode {

// How much may be lost, where somebody allows it; one of the first two, or nothing.
struct Loss {
  double ratio = 0;  // each frame at least so many times smaller than its native bytes
  double step = 0;   // or quantized in steps of so much of the range that Bits Stored has
  std::uint64_t error_max = 0;  // no sample further from its original; 0: no bound

  [[nodiscard]] bool allowed() const { return ratio != 0 || step != 0; }
};

}  // namespace slipring::transcode
