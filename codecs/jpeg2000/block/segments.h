// The passes of a block and how its style cuts them into codeword segments (T.800 D.3, D.4.2, D.6).
#pragma once

#include <cstdint>

#include "codecs/base/result.h"
#include "codecs/jpeg2000/block/decode.h"

namespace slipring::codecs::jpeg2000 {

enum class Pass : std::uint8_t { Significance, Refinement, Cleanup };

// Passes are counted from the block's first, which is a cleanup.
[[nodiscard]] constexpr Pass pass_kind(std::uint32_t pass) {
  return static_cast<Pass>((pass + 2) % 3);
}

// How many planes are above the pass's own.
[[nodiscard]] constexpr std::uint32_t planes_above(std::uint32_t pass) { return (pass + 2) / 3; }

// Table D.9: four planes are arithmetically coded whatever the style.
[[nodiscard]] constexpr bool is_raw(const BlockStyle& style, std::uint32_t pass) {
  return style.bypass && planes_above(pass) >= 4 && pass_kind(pass) != Pass::Cleanup;
}

[[nodiscard]] constexpr unsigned coded_planes(const CodedBlock& coded) {
  return coded.bit_planes < coded.zero_bit_planes
             ? 0U
             : static_cast<unsigned>(coded.bit_planes - coded.zero_bit_planes);
}

// Errors: Malformed, Unsupported.
[[nodiscard]] Result<void> check_segments(const CodedBlock& coded);

}  // namespace slipring::codecs::jpeg2000
