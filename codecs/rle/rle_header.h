// The RLE header: 16 little endian 32-bit numbers, the count of segments and the offset of each
// from the header's first byte (PS3.5 G.5).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

namespace slipring::codecs::rle {

inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::uint32_t kSegmentsMax = 15;

struct Header {
  std::uint32_t segments = 0;
  std::array<std::uint32_t, kSegmentsMax> offsets{};  // the first `segments` count
  bool odd_offset = false;                            // PS3.5 G.4 wants segments of even length

  // The bytes of segment k: up to the next segment's offset, the last one to the frame's end.
  [[nodiscard]] Bytes segment(Bytes frame, std::uint32_t k) const {
    const std::uint64_t end = k + 1 < segments ? offsets[k + 1] : frame.size();
    return frame.subspan(offsets[k], end - offsets[k]);
  }
};

// `first` is the start of the frame, at least the header; frame_bytes the size of the whole frame.
// Errors: Truncated (no whole header), Malformed (count 0 or over 15; an offset inside the header,
// not above the one before, or at or beyond the end). Error offsets are those of the header's
// fields.
[[nodiscard]] Result<Header> parse_header(Bytes first, std::uint64_t frame_bytes);

// Unused offsets are zero.
void write_header(const Header& header, std::span<std::uint8_t, kHeaderBytes> to);

}  // namespace slipring::codecs::rle
