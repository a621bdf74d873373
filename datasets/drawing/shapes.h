// Shapes: the anatomy-like plane of one end of a series, in the modality's own units.
#pragma once

#include <cstdint>
#include <vector>

#include "datasets/drawing/pixels.h"

namespace slipring::datasets {

[[nodiscard]] std::vector<std::int16_t> draw_shapes(Modality modality, std::uint32_t rows,
                                                    std::uint32_t columns, std::uint64_t seed);

}  // namespace slipring::datasets
