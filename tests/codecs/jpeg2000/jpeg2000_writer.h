// Writes the JPEG 2000 streams that our own encoder does not: lossy, tiled, layered, subsampled.
#pragma once

#include "tests/codecs/frames.h"

namespace slipring::codecs::testing {

struct Jpeg2000Writer {
  std::uint32_t precision = 8;
  bool is_signed = false;
  bool irreversible = false;
  bool boxed = false;
  int tile_side = 0;  // 0: one tile
  int layers = 1;
  int resolutions = 3;
  int precinct_side = 0;          // 0: the largest
  std::uint32_t subsampling = 1;  // of all components but the first
  bool colour_transform = false;
};
// Samples 8 or 16 bits wide as the layout says.
[[nodiscard]] Pixels write_jpeg2000(const Pixels& samples, const pixel::Layout& l,
                                    const Jpeg2000Writer& how);

}  // namespace slipring::codecs::testing
