#include "codecs/rle/rle_header.h"

namespace slipring::codecs::rle {

Result<Header> parse_header(Bytes first, std::uint64_t frame_bytes) {
  if (first.size() < kHeaderBytes || frame_bytes < kHeaderBytes)
    return fail(ErrorCode::Truncated, first.size(), "the RLE header is cut short", kHeaderBytes,
                first.size());
  Header header;
  header.segments = load_le<std::uint32_t>(first.data());
  if (header.segments == 0 || header.segments > kSegmentsMax)
    return fail(ErrorCode::Malformed, 0, "the RLE header's segment count is not 1 to 15",
                kSegmentsMax, header.segments);
  std::uint64_t lowest = kHeaderBytes;
  for (std::uint32_t k = 0; k < header.segments; ++k) {
    const std::uint64_t field = 4 + std::uint64_t{4} * k;
    const std::uint32_t offset = load_le<std::uint32_t>(&first[field]);
    if (offset < lowest)
      return fail(ErrorCode::Malformed, field, "an RLE segment starts before the one in front ends",
                  lowest, offset);
    if (offset >= frame_bytes)
      return fail(ErrorCode::Malformed, field, "an RLE segment starts beyond the frame's end",
                  frame_bytes, offset);
    header.offsets[k] = offset;
    header.odd_offset |= offset % 2 != 0;
    lowest = std::uint64_t{offset} + 1;
  }
  return header;
}

void write_header(const Header& header, std::span<std::uint8_t, kHeaderBytes> to) {
  store_le<std::uint32_t>(to.data(), header.segments);
  for (std::uint32_t k = 0; k < kSegmentsMax; ++k)
    store_le<std::uint32_t>(&to[4 + std::size_t{4} * k],
                            k < header.segments ? header.offsets[k] : 0);
}

}  // namespace slipring::codecs::rle
