// targets: which instruction sets the kernels of this build can run on here, for tests and
// benchmarks. Ordinary code never asks: each kernel takes the best by itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace slipring::codecs::kernels {

struct Target {
  std::int64_t bit = 0;
  std::string_view name;  // "AVX3_DL", "AVX2", "SSE4", ...
};

// Those that were compiled in and that this processor has, best first.
[[nodiscard]] std::vector<Target> supported_targets();

// Kernels use only this target until the next call; 0 goes back to the best. Process wide: not
// while other threads run kernels.
void use_target(std::int64_t bit);

}  // namespace slipring::codecs::kernels
