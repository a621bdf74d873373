// First half of the fast decoder: what MEL and VLC say about each quad of a block. One block, or
// two of equal size in lockstep, as one's chain of look-ups leaves a processor waiting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/bytes.h"

namespace slipring::codecs::htj2k {

// A row of quads: kQuadsBefore zeros, the quads, and zeros up to its pitch. An entry: rho, e_k, e_1
// of four bits each from bit kPatternShift on, then whether rho has several; below are the table's
// own. Beside it, a byte of the same place: u_q + 1, the least that U_q can be.
inline constexpr std::size_t kQuadsAtOnce = 16;  // of the widest vectors
inline constexpr std::size_t kQuadsBefore = kQuadsAtOnce;
inline constexpr std::uint32_t kPatternShift = 16;
inline constexpr std::uint32_t kSeveral = 1U << 28;

struct QuadGrid {
  std::uint32_t quads = 0;  // in a row
  std::uint32_t rows = 0;
  std::size_t pitch = 0;

  static QuadGrid of(std::uint32_t width, std::uint32_t height) {
    const std::uint32_t quads = (width + 1) / 2;
    const std::size_t rounded = (quads + kQuadsAtOnce - 1) / kQuadsAtOnce * kQuadsAtOnce;
    return {quads, (height + 1) / 2, kQuadsBefore + rounded + kQuadsAtOnce};
  }
  [[nodiscard]] std::size_t entries() const { return pitch * rows; }
};

// 38 bits of VLC a pair at the most: two code words of 7, two U-VLC codes of 3 + 5 + 4.
inline constexpr std::size_t kVlcBytesOfPair = 5;

struct ParseLane {
  Bytes suffix;             // stuffed: for MEL
  const std::uint8_t* vlc;  // unstuff_suffix, kVlcBytesOfPair for each pair
  std::uint32_t* entries;   // QuadGrid::entries(), written whole
  std::uint8_t* bounds;     // as many, all but those before the quads written
};

// One lane or two.
void parse_quads(const QuadGrid& grid, std::span<const ParseLane> lanes);

}  // namespace slipring::codecs::htj2k
