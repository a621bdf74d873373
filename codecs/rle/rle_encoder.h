// Pixels -> RLE segments. Every row of a plane is packed by itself (PS3.5 G.3.1), and to as few
// bytes as its packets allow: runs of three and more are replicated, runs of two only where that is
// not dearer than a literal. The control byte 0x80 is never written.
#pragma once

#include <cstdint>
#include <span>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/rle/rle_header.h"
#include "codecs/rle/rle_packets.h"

namespace slipring::codecs::rle {

// Writable bytes an encoder may touch behind the bound.
inline constexpr std::size_t kEncodeSlack = 256;

// The most bytes a plane can pack to.
[[nodiscard]] constexpr std::uint64_t encoded_bytes_max(std::uint64_t plane_bytes,
                                                        std::uint64_t row_bytes) {
  const std::uint64_t rows = plane_bytes / row_bytes + (plane_bytes % row_bytes != 0);
  return plane_bytes + rows * (row_bytes / 128 + 1);
}

// Where the packets of one plane go, and how many bytes they were.
struct SegmentOut {
  std::uint8_t* to = nullptr;  // encoded_bytes_max() + kEncodeSlack bytes
  std::uint64_t size_bytes = 0;
};

// Plane k is byte position[k] of each pixel of positions.size() bytes; a row is row_bytes pixels,
// the last one what is left. segments.size() == positions.size(), 1 to 15. Uses scratch slots 1
// to 3.
void encode_planes(Bytes pixels, std::span<const std::uint8_t> positions, std::uint64_t row_bytes,
                   std::span<SegmentOut> segments, Scratch& scratch);

// The definition of right.
void encode_planes_scalar(Bytes pixels, std::span<const std::uint8_t> positions,
                          std::uint64_t row_bytes, std::span<SegmentOut> segments);

// Packs one row; returns the end of what it wrote.
std::uint8_t* encode_row_scalar(Bytes row, std::uint8_t* to);

// Packs bytes without a run of three.
void encode_literals_scalar(Bytes literals, Packets& packets);

}  // namespace slipring::codecs::rle
