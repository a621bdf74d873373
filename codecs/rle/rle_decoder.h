// RLE segments -> interleaved pixels. The packets of PS3.5 G.3.2: control byte n of 0 to 127 is
// followed by n + 1 bytes as they are, -1 to -127 by one byte that stands for -n + 1, -128 by
// nothing. Takes the segments of one frame, gives its bytes; judges nothing: the codec reads the
// ends.
#pragma once

#include <cstdint>
#include <span>

#include "codecs/base/bytes.h"
#include "codecs/rle/rle_header.h"

namespace slipring::codecs::rle {

// How the decoding of one segment ended.
struct SegmentEnd {
  std::uint64_t produced = 0;  // bytes of the plane, at most plane_bytes; fewer: the plane is short
  std::uint64_t consumed = 0;  // bytes of the segment read until the plane was full or they ended
  bool overran = false;        // the last packet held more than the plane had room for: clipped

  friend bool operator==(const SegmentEnd&, const SegmentEnd&) = default;
};

// Where the planes go: plane k is byte position[k] of each pixel of `positions.size()` bytes.
// segments.size() == positions.size() == ends.size(), 1 to 15, and positions is a permutation.
// `out` holds plane_bytes * segments.size() bytes; nothing outside is written. When a plane is
// short the content of `out` is unspecified. Reads nothing outside the segments.
void decode_planes(std::span<const Bytes> segments, std::span<const std::uint8_t> positions,
                   std::uint64_t plane_bytes, std::uint8_t* out, std::span<SegmentEnd> ends);

// The definition of right.
void decode_planes_scalar(std::span<const Bytes> segments, std::span<const std::uint8_t> positions,
                          std::uint64_t plane_bytes, std::uint8_t* out, std::span<SegmentEnd> ends);

// How many bytes a segment's packets give, counting no further than `enough`.
[[nodiscard]] std::uint64_t decoded_bytes(Bytes segment, std::uint64_t enough);

}  // namespace slipring::codecs::rle
