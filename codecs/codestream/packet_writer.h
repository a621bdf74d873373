// PacketWriter: the packets of one quality layer, T.800 B.9, B.10, T.814 B. Takes a laid out tile
// whose blocks are filled in; appends header and bytes of one precinct's packet.
#pragma once

#include <cstdint>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/header_bits.h"
#include "codecs/codestream/progression.h"

namespace slipring::codecs::codestream {

class PacketWriter {
 public:
  void write(const Tile& tile, const PrecinctStep& step, Buffer& out);

 private:
  // One band's part of the precinct: both tag trees, level by level, leaves first.
  struct Node {
    std::uint8_t excluded = 0;  // no block below holds anything
    std::uint8_t planes = 0;    // fewest missing bit planes of the blocks below
    bool excluded_written = false;
    bool planes_written = false;
  };
  void build_trees(const Tile& tile, const Band& band, const BlockRange& range);
  void write_band(const Tile& tile, const Band& band, const BlockRange& range,
                  HeaderBitWriter& bits);
  bool write_inclusion(std::uint32_t x, std::uint32_t y, HeaderBitWriter& bits);
  void write_planes(std::uint32_t x, std::uint32_t y, HeaderBitWriter& bits);
  Node& node(unsigned level, std::uint32_t x, std::uint32_t y) {
    const Level& l = levels_[level];
    return nodes_[l.first + std::size_t{y >> level} * l.wide + (x >> level)];
  }

  struct Level {
    std::size_t first = 0;
    std::uint32_t wide = 0;
    std::uint32_t high = 0;
  };
  std::vector<Node> nodes_;
  std::vector<Level> levels_;
};

}  // namespace slipring::codecs::codestream
