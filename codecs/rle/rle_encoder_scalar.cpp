#include <algorithm>
#include <vector>

#include "codecs/base/contract.h"
#include "codecs/rle/rle_encoder.h"

namespace slipring::codecs::rle {
namespace {

std::size_t run_length(Bytes bytes) {
  std::size_t count = 1;
  while (count < bytes.size() && bytes[count] == bytes[0]) ++count;
  return count;
}

// The first place where three bytes are equal; the size when there is none.
std::size_t find_run(Bytes bytes) {
  for (std::size_t i = 0; i + 2 < bytes.size(); ++i)
    if (bytes[i] == bytes[i + 1] && bytes[i] == bytes[i + 2]) return i;
  return bytes.size();
}

}  // namespace

// A pair costs two bytes in a literal and two as a run of its own, but a literal costs a control
// byte for each 128 bytes begun: pairs alone need none, and a pair where a literal is cut saves
// room.
void encode_literals_scalar(Bytes rest, Packets& packets) {
  while (!rest.empty()) {
    const bool starts_with_pair = rest.size() >= 2 && rest[0] == rest[1];
    if (starts_with_pair && (rest.size() > kPacketMax || all_pairs(rest))) {
      packets.replicate(2, rest[0]);
      rest = rest.subspan(2);
      continue;
    }
    std::size_t count = std::min(rest.size(), kPacketMax);
    if (rest.size() > kPacketMax && rest[kPacketMax - 1] == rest[kPacketMax]) --count;
    packets.literals(rest.first(count));
    rest = rest.subspan(count);
  }
}

std::uint8_t* encode_row_scalar(Bytes row, std::uint8_t* to) {
  Packets packets{to};
  while (!row.empty()) {
    const std::size_t literals = find_run(row);
    encode_literals_scalar(row.first(literals), packets);
    row = row.subspan(literals);
    if (row.empty()) break;
    const std::size_t run = run_length(row);
    row = row.subspan(run - packets.run(run, row[0]));
  }
  return packets.to;
}

void encode_planes_scalar(Bytes pixels, std::span<const std::uint8_t> positions,
                          std::uint64_t row_bytes, std::span<SegmentOut> segments) {
  EXPECTS(row_bytes != 0 && positions.size() == segments.size());
  std::vector<std::uint8_t> row;
  const std::uint64_t plane_bytes = pixels.size() / positions.size();
  for (std::size_t k = 0; k < positions.size(); ++k) {
    std::uint8_t* to = segments[k].to;
    for (std::uint64_t done = 0; done < plane_bytes; done += row_bytes) {
      row.clear();
      for (std::uint64_t i = done; i < std::min(done + row_bytes, plane_bytes); ++i)
        row.push_back(pixels[i * positions.size() + positions[k]]);
      to = encode_row_scalar(row, to);
    }
    segments[k].size_bytes = static_cast<std::uint64_t>(to - segments[k].to);
  }
}

}  // namespace slipring::codecs::rle
