// Writes the JPEG streams that tests read, and decodes them plainly, both with libjpeg itself.
#pragma once

#include <cstdint>

#include "tests/codecs/frames.h"

namespace slipring::codecs::fixture {

struct JpegWriter {
  int quality = 90;
  bool ycc = false;    // RGB in, YCbCr inside; otherwise the components as they are
  int horizontal = 1;  // sampling factors of the first component
  int vertical = 1;
  bool progressive = false;
  bool separate_scans = false;  // one scan a component
  unsigned restart_rows = 0;
  bool arithmetic = false;
};
[[nodiscard]] Pixels write_jpeg(const Pixels& samples, const pixel::Layout& l,
                                const JpegWriter& how);

// 8-bit samples, interleaved, without colour conversion.
[[nodiscard]] Pixels read_jpeg(const Pixels& stream);

}  // namespace slipring::codecs::fixture
