// Geometry: one tile's components, resolutions, bands, precincts and code-blocks as T.800 B.5 to
// B.9 cut them, in flat vectors that are reused from tile to tile and frame to frame. Both ways:
// the reader fills in what the packets say of each block, an encoder what its block coder made.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream {

enum class Orientation : std::uint8_t { Ll = 0, Hl = 1, Lh = 2, Hh = 3 };  // T.800 Table B.1

// A codeword segment: bytes that a block coder starts and ends at (T.800 B.10.7, T.814 B.3).
struct Segment {
  std::uint32_t bytes = 0;
  std::uint8_t passes = 0;
};

// One code-block. Position and size are geometry, the rest is what it holds.
struct Block {
  std::uint32_t x = 0;  // in its band, from the band's left edge
  std::uint32_t y = 0;
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  std::uint32_t band = 0;  // index in Tile::bands

  // All its segments, one behind the other. A view: of the codestream, of Tile::joined where
  // several layers hold pieces, or of the encoder's own bytes.
  const std::uint8_t* data = nullptr;
  std::uint32_t bytes = 0;
  // HT: of the cleanup segment; what follows to `bytes` is the refinement segment.
  std::uint32_t cleanup_bytes = 0;
  std::uint32_t first_segment = 0;  // Part 1: in Tile::segments
  std::uint16_t segment_count = 0;
  // Missing most significant bit planes of Band::bit_planes. HT: those of placeholder passes are
  // counted in, so that the cleanup pass codes bit plane bit_planes - 1 - zero_bit_planes.
  std::uint8_t zero_bit_planes = 0;
  // 0: no bytes, all coefficients are 0. HT: 1 to 3. Part 1: as signalled; those beyond the lowest
  // bit plane code nothing, and a segment may be empty.
  std::uint8_t passes = 0;
};

struct Band {
  Rect rect;  // T.800 B-15, in the band's own coordinates
  std::uint32_t component = 0;
  std::uint8_t resolution = 0;
  Orientation orientation = Orientation::Ll;
  std::uint8_t bit_planes = 0;  // Mb, T.800 E-2
  bool reversible = true;
  double step = 1.0;              // T.800 E-3; 1 where reversible
  std::uint32_t first_block = 0;  // the band's blocks, row by row
  std::uint32_t blocks_wide = 0;
  std::uint32_t blocks_high = 0;
  std::uint32_t block_x0 = 0;  // the first block's column and row in the partition from (0, 0)
  std::uint32_t block_y0 = 0;
  std::uint8_t block_width_exponent = 0;  // xcb', T.800 B-17
  std::uint8_t block_height_exponent = 0;
};

struct Resolution {
  Rect rect;  // T.800 B-14
  std::uint32_t component = 0;
  std::uint8_t index = 0;  // r: 0 is the smallest
  std::uint8_t band_count = 1;
  std::uint8_t precinct_width_exponent = 0;  // PPx
  std::uint8_t precinct_height_exponent = 0;
  std::uint32_t first_band = 0;
  std::uint32_t first_precinct = 0;  // in the tile's precincts, row by row
  std::uint32_t precincts_wide = 0;
  std::uint32_t precincts_high = 0;
};

struct TileComponent {
  Rect rect;  // T.800 B-12
  std::uint32_t first_resolution = 0;
  std::uint32_t first_band = 0;
  std::uint8_t levels = 0;  // resolutions are levels + 1
  bool reversible = true;
};

struct Tile {
  std::uint32_t index = 0;
  Rect rect;                       // T.800 B-7..B-10, on the reference grid
  const Coding* coding = nullptr;  // what it was laid out by
  std::vector<TileComponent> components;
  std::vector<Resolution> resolutions;
  std::vector<Band> bands;
  std::vector<Block> blocks;
  std::uint32_t precincts = 0;
  std::vector<Segment> segments;  // Part 1 only
  Buffer joined;

  [[nodiscard]] std::span<const Band> bands_of(const Resolution& r) const {
    return {bands.data() + r.first_band, r.band_count};
  }
  [[nodiscard]] std::span<Block> blocks_of(const Band& b) {
    return {blocks.data() + b.first_block, std::size_t{b.blocks_wide} * b.blocks_high};
  }
  [[nodiscard]] std::span<const Block> blocks_of(const Band& b) const {
    return {blocks.data() + b.first_block, std::size_t{b.blocks_wide} * b.blocks_high};
  }
};

// The blocks of one band that belong to a precinct: a part of the band's grid.
struct BlockRange {
  std::uint32_t x0 = 0;  // columns and rows of the band's grid
  std::uint32_t y0 = 0;
  std::uint32_t wide = 0;
  std::uint32_t high = 0;
};
[[nodiscard]] BlockRange blocks_of_precinct(const Resolution& resolution, const Band& band,
                                            std::uint32_t precinct);

// Whether any component has samples in tile `index`: one without may have no tile-part.
[[nodiscard]] bool holds_samples(const Siz& siz, std::uint32_t index);

// Lays out tile `index`; blocks hold nothing. `justifying_bytes`: what a reader has of this tile's
// bytes; an encoder gives ~0. `coding` must outlive the tile's use.
// Errors: LimitExceeded, Truncated (more packets than bytes), Malformed (a precinct without
// blocks).
[[nodiscard]] Result<void> lay_out(const Siz& siz, const Coding& coding, std::uint32_t index,
                                   std::uint64_t justifying_bytes, const Limits& limits,
                                   Tile& tile);

}  // namespace slipring::codecs::codestream
