// What a block's description and its last two bytes say about where its streams lie, and whether
// they can be decoded at all. Both decoders ask here first.
#pragma once

#include "codecs/base/bytes.h"
#include "codecs/htj2k/block/decode.h"

namespace slipring::codecs::htj2k {

struct Segments {
  Bytes magsgn;
  Bytes suffix;              // MEL upwards, VLC downwards; its last 12 bits are Scup
  Bytes refinement;          // SigProp upwards, MagRef downwards
  std::uint32_t passes = 0;  // 0 to 3
  std::uint32_t plane = 0;   // p: the bit plane of the cleanup pass
  std::uint32_t u_max = 0;   // U_q of a block that keeps to its bit planes
  bool causal = false;
};

// Errors: Malformed, Unsupported.
[[nodiscard]] Result<Segments> find_segments(const CodedBlock& coded);

// For int16_t: U_q + p that all quads must keep to, and what is said of a block that does not.
inline constexpr std::uint32_t kNarrowReach = 15;
[[nodiscard]] inline std::unexpected<Error> fail_narrow() {
  return fail(ErrorCode::OutOfRange, 0, "coefficients that need more than 16 bits");
}

}  // namespace slipring::codecs::htj2k
