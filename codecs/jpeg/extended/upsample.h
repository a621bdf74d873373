// upsample: a subsampled component's rows at the image's width and height (ITU-T T.81 A.1.1 leaves
// the filter open). The filters are those of the widely used decoders, bit for bit: 2:1 across, and
// 2:1 both ways, weigh the nearer sample 3/4 and the farther 1/4; every other ratio repeats
// samples.
#pragma once

#include <cstdint>

#include "codecs/jpeg/extended/frame.h"

namespace slipring::codecs::jpeg::extended {

struct Plane {
  const std::uint16_t* samples = nullptr;
  std::size_t stride = 0;
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
};

// Row `y` of the image. `horizontal`, `vertical`: image samples for each of the plane's. `to` holds
// plane.columns * horizontal samples, at least the image's columns.
void upsample_row(const Plane& plane, std::uint32_t horizontal, std::uint32_t vertical,
                  std::uint32_t y, std::uint16_t* to);

}  // namespace slipring::codecs::jpeg::extended
