// PlainEncoder: packets as T.800 B.10 and B.12 word them, bit by bit and with loops over every
// position: slow, with layers, SOP, EPH, PPM, PPT and POC. What the reader is tested by, and the
// writer compared with.
#pragma once

#include <cstdint>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream::test {

// A length as a packet header holds it: of so many passes, whose logarithm makes it longer.
struct LengthField {
  std::uint32_t length = 0;
  unsigned passes = 1;
};
// What a block has in one layer; without passes nothing.
struct Share {
  unsigned passes = 0;
  std::vector<LengthField> lengths;
  std::vector<std::uint8_t> bytes;
};
struct PlainBlock {
  unsigned zero_bit_planes = 0;
  std::vector<Share> layers;
};

struct PlainPacket {
  std::vector<std::uint8_t> header;
  std::vector<std::uint8_t> body;
  unsigned resolution = 0;
  std::uint32_t position = 0;  // of the precinct in its resolution
  std::uint32_t component = 0;
  unsigned layer = 0;
};

// The packets of a laid out tile in the order of its coding; `blocks` are the tile's.
std::vector<PlainPacket> plain_packets(const Siz& siz, const Tile& tile,
                                       const std::vector<PlainBlock>& blocks);

enum class HeadersIn : std::uint8_t { Packets, Ppm, Ppt };
struct PlainOptions {
  HeadersIn headers = HeadersIn::Packets;
  std::size_t packets_a_part = ~std::size_t{0};
  bool length_of_last_part = true;  // or Psot 0
};
// A whole codestream of one tile: main header, tile-parts, EOC.
std::vector<std::uint8_t> plain_codestream(const Parameters& parameters,
                                           const std::vector<PlainPacket>& packets,
                                           const PlainOptions& options = {});

}  // namespace slipring::codecs::codestream::test
