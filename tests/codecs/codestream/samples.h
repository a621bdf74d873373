// Tiles whose blocks hold drawn bytes, for tests of reading and writing.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "codecs/codestream/geometry.h"
#include "codecs/codestream/write.h"
#include "tests/codecs/codestream/plain_encoder.h"

namespace slipring::codecs::codestream::test {

using Random = std::mt19937;

inline std::uint32_t draw(Random& random, std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(random() % (high - low + 1));
}

inline std::vector<std::uint8_t> draw_bytes(Random& random, std::size_t count) {
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// An odd image: origin, tiles, subsampling, precincts and blocks of any size.
inline Parameters draw_parameters(Random& random, bool ht) {
  Parameters parameters;
  Choice choice;
  choice.width = draw(random, 1, 60);
  choice.height = draw(random, 1, 60);
  choice.components = static_cast<std::uint16_t>(draw(random, 1, 3));
  choice.precision_bits = static_cast<std::uint8_t>(draw(random, 1, 16));
  choice.is_signed = draw(random, 0, 1) != 0;
  choice.ht = ht;
  choice.reversible = draw(random, 0, 2) != 0;
  choice.colour_transform = choice.components == 3 && draw(random, 0, 1) != 0;
  choice.levels = static_cast<std::uint8_t>(draw(random, 0, 5));
  choice.block_width_exponent = static_cast<std::uint8_t>(draw(random, 2, 5));
  choice.block_height_exponent = static_cast<std::uint8_t>(draw(random, 2, 5));
  choice.order = static_cast<Progression>(draw(random, 0, 4));
  choose(choice, parameters);
  Siz& siz = parameters.siz;
  siz.image = {draw(random, 0, 40), draw(random, 0, 40), 0, 0};
  siz.image.x1 = siz.image.x0 + choice.width;
  siz.image.y1 = siz.image.y0 + choice.height;
  siz.tile_x0 = draw(random, 0, siz.image.x0);
  siz.tile_y0 = draw(random, 0, siz.image.y0);
  siz.tile_width = siz.image.x0 - siz.tile_x0 + draw(random, 1, 60);
  siz.tile_height = siz.image.y0 - siz.tile_y0 + draw(random, 1, 60);
  if (!choice.colour_transform)
    for (ComponentSize& size : siz.components) {
      size.dx = static_cast<std::uint8_t>(draw(random, 1, 3));
      size.dy = static_cast<std::uint8_t>(draw(random, 1, 3));
    }
  for (ComponentCoding& component : parameters.coding.components) {
    if (draw(random, 0, 1) == 0) continue;
    component.style.own_precincts = true;
    for (unsigned r = 0; r <= component.style.levels; ++r)
      component.style.precinct[r] = static_cast<std::uint8_t>(
          draw(random, r == 0 ? 0 : 1, 7) << 4U | draw(random, r == 0 ? 0 : 1, 7));
  }
  return parameters;
}

// Fills the tile's blocks as an encoder would; the bytes lie in `bytes`.
inline void fill(Tile& tile, Random& random, std::vector<std::vector<std::uint8_t>>& bytes) {
  const unsigned rarity = draw(random, 0, 3);
  for (Block& block : tile.blocks) {
    const Band& band = tile.bands[block.band];
    if (band.bit_planes == 0 || draw(random, 0, 3) < rarity) continue;
    const bool ht = (tile.coding->components[band.component].style.block_style & kHt) != 0;
    block.zero_bit_planes = static_cast<std::uint8_t>(draw(random, 0, band.bit_planes - 1U));
    const unsigned planes = band.bit_planes - block.zero_bit_planes;
    block.passes =
        static_cast<std::uint8_t>(draw(random, 1, ht ? (planes > 1 ? 3U : 1U) : 3 * planes - 2));
    const std::uint32_t first =
        2 + (draw(random, 0, 9) == 0 ? draw(random, 0, 3000) : draw(random, 0, 40));
    const std::uint32_t second = ht && block.passes > 1 ? draw(random, 0, 30) : 0;
    bytes.push_back(draw_bytes(random, first + second));
    block.data = bytes.back().data();
    block.bytes = first + second;
    block.cleanup_bytes = ht ? first : 0;
  }
}

// The same blocks for the plain encoder, in one layer.
inline std::vector<PlainBlock> plain_blocks(const Tile& tile) {
  std::vector<PlainBlock> blocks;
  for (const Block& block : tile.blocks) {
    PlainBlock plain;
    // What is not included does not weigh in the tag tree.
    plain.zero_bit_planes = block.passes != 0 ? block.zero_bit_planes : 255;
    Share share;
    share.passes = block.passes;
    if (block.passes != 0) {
      share.bytes.assign(block.data, block.data + block.bytes);
      if (block.cleanup_bytes == 0) {
        share.lengths = {{block.bytes, block.passes}};
      } else {
        share.lengths = {{block.cleanup_bytes, 1}};
        if (block.passes > 1)
          share.lengths.push_back({block.bytes - block.cleanup_bytes, block.passes - 1U});
      }
    }
    plain.layers.push_back(share);
    blocks.push_back(plain);
  }
  return blocks;
}

}  // namespace slipring::codecs::codestream::test
