#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/rle/rle_decoder.h"

namespace slipring::codecs::rle {
namespace {

// Byte i of the plane goes to out[i * stride].
SegmentEnd decode_segment(Bytes segment, std::uint64_t plane_bytes, std::uint8_t* out,
                          std::size_t stride) {
  SegmentEnd end;
  while (end.produced < plane_bytes && end.consumed < segment.size()) {
    const std::uint8_t control = segment[end.consumed++];
    if (control == 0x80) continue;
    const bool literal = control < 0x80;
    std::uint64_t count = literal ? control + 1U : 257U - control;
    const std::uint64_t present = segment.size() - end.consumed;
    if (literal) count = std::min(count, present);
    if (present == 0) break;
    const std::uint64_t room = plane_bytes - end.produced;
    for (std::uint64_t i = 0; i < std::min(count, room); ++i)
      out[(end.produced + i) * stride] = segment[end.consumed + (literal ? i : 0)];
    end.overran = count > room;
    end.produced += std::min(count, room);
    end.consumed += literal ? count : 1;
  }
  return end;
}

}  // namespace

void decode_planes_scalar(std::span<const Bytes> segments, std::span<const std::uint8_t> positions,
                          std::uint64_t plane_bytes, std::uint8_t* out,
                          std::span<SegmentEnd> ends) {
  EXPECTS(segments.size() == positions.size() && segments.size() == ends.size());
  for (std::size_t k = 0; k < segments.size(); ++k)
    ends[k] = decode_segment(segments[k], plane_bytes, out + positions[k], segments.size());
}

std::uint64_t decoded_bytes(Bytes segment, std::uint64_t enough) {
  std::uint64_t produced = 0;
  std::size_t at = 0;
  while (produced < enough && at < segment.size()) {
    const std::uint8_t control = segment[at++];
    if (control == 0x80) continue;
    const std::uint64_t present = segment.size() - at;
    if (present == 0) break;
    produced += control < 0x80 ? std::min<std::uint64_t>(control + 1U, present) : 257U - control;
    at += control < 0x80 ? std::min<std::uint64_t>(control + 1U, present) : 1;
  }
  return std::min(produced, enough);
}

}  // namespace slipring::codecs::rle
