#include "codecs/codestream/packet_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "codecs/base/contract.h"

namespace slipring::codecs::codestream {

namespace {

constexpr unsigned kLblockAtFirst = 3;  // T.800 B.10.7.1

unsigned bits_of(std::uint32_t value) { return static_cast<unsigned>(std::bit_width(value)); }
unsigned log2_floor(unsigned value) { return bits_of(value) - 1; }

// T.800 Table B.4
void write_passes(unsigned passes, HeaderBitWriter& bits) {
  if (passes == 1) return bits.bits(0, 1);
  if (passes == 2) return bits.bits(0b10, 2);
  if (passes <= 5) return bits.bits(0b1100 | (passes - 3), 4);
  if (passes <= 36) return bits.bits(0b1111U << 5 | (passes - 6), 9);
  bits.bits(0b111111111U << 7 | (passes - 37), 16);
}

// T.800 B.10.7: Lblock, then a length for each codeword segment.
void write_lengths(const Block& block, bool ht, HeaderBitWriter& bits) {
  const std::uint32_t first = ht ? block.cleanup_bytes : block.bytes;
  const std::uint32_t second = ht ? block.bytes - block.cleanup_bytes : 0;
  const unsigned free_first = ht ? 0 : log2_floor(block.passes);
  const unsigned free_second = ht && block.passes > 2 ? 1 : 0;
  unsigned lblock = kLblockAtFirst;
  if (bits_of(first) > lblock + free_first) lblock = bits_of(first) - free_first;
  if (bits_of(second) > lblock + free_second) lblock = bits_of(second) - free_second;
  for (unsigned i = kLblockAtFirst; i < lblock; ++i) bits.bit(1);
  bits.bit(0);
  bits.bits(first, lblock + free_first);
  if (ht && block.passes > 1) bits.bits(second, lblock + free_second);
}

// Those of the range that hold something.
template <class Visit>
void for_blocks(const Tile& tile, const Band& band, const BlockRange& range, Visit&& visit) {
  for (std::uint32_t y = 0; y < range.high; ++y) {
    const std::size_t row = std::size_t{range.y0 + y} * band.blocks_wide + range.x0;
    const Block* blocks = tile.blocks.data() + band.first_block + row;
    for (std::uint32_t x = 0; x < range.wide; ++x)
      if (blocks[x].passes != 0) visit(blocks[x]);
  }
}

// Bits of a block's header at most: inclusion, planes and passes, Lblock, two lengths.
constexpr std::uint64_t kBitsABlockMax = 40 + 64 + 16 + 32 + 2 * 34 + 64;

}  // namespace

void PacketWriter::build_trees(const Tile& tile, const Band& band, const BlockRange& range) {
  levels_.clear();
  std::size_t total = 0;
  for (std::uint32_t wide = range.wide, high = range.high;;) {
    levels_.push_back({total, wide, high});
    total += std::size_t{wide} * high;
    if (wide == 1 && high == 1) break;
    wide = (wide + 1) / 2;
    high = (high + 1) / 2;
  }
  nodes_.assign(total, {1, 0xFF, false, false});
  const Block* blocks = tile.blocks.data() + band.first_block + range.x0;
  for (std::uint32_t y = 0; y < range.high; ++y)
    for (std::uint32_t x = 0; x < range.wide; ++x) {
      const Block& block = blocks[std::size_t{range.y0 + y} * band.blocks_wide + x];
      if (block.passes == 0) continue;  // its planes are never asked for
      Node& leaf = nodes_[std::size_t{y} * range.wide + x];
      leaf.excluded = 0;
      leaf.planes = block.zero_bit_planes;
    }
  for (unsigned level = 1; level < levels_.size(); ++level) {
    const Level& below = levels_[level - 1];
    const Level& here = levels_[level];
    for (std::uint32_t y = 0; y < below.high; ++y)
      for (std::uint32_t x = 0; x < below.wide; ++x) {
        const Node& child = nodes_[below.first + std::size_t{y} * below.wide + x];
        Node& parent = nodes_[here.first + std::size_t{y / 2} * here.wide + x / 2];
        parent.excluded = std::min(parent.excluded, child.excluded);
        parent.planes = std::min(parent.planes, child.planes);
      }
  }
}

// T.800 B.10.4: is the layer the block first contributes to later than this one?
bool PacketWriter::write_inclusion(std::uint32_t x, std::uint32_t y, HeaderBitWriter& bits) {
  for (std::size_t level = levels_.size(); level-- > 0;) {
    Node& n = node(static_cast<unsigned>(level), x, y);
    if (!n.excluded_written) bits.bit(n.excluded == 0 ? 1 : 0);
    n.excluded_written = true;
    if (n.excluded != 0) return false;
  }
  return true;
}

// T.800 B.10.5
void PacketWriter::write_planes(std::uint32_t x, std::uint32_t y, HeaderBitWriter& bits) {
  unsigned known = 0;
  for (std::size_t level = levels_.size(); level-- > 0;) {
    Node& n = node(static_cast<unsigned>(level), x, y);
    if (!n.planes_written) {
      bits.zeros(n.planes - known);
      bits.bit(1);
      n.planes_written = true;
    }
    known = n.planes;
  }
}

void PacketWriter::write_band(const Tile& tile, const Band& band, const BlockRange& range,
                              HeaderBitWriter& bits) {
  build_trees(tile, band, range);
  const std::uint8_t style = tile.coding->components[band.component].style.block_style;
  const bool ht = (style & kHt) != 0;
  for (std::uint32_t y = 0; y < range.high; ++y)
    for (std::uint32_t x = 0; x < range.wide; ++x) {
      const std::size_t at = std::size_t{range.y0 + y} * band.blocks_wide + range.x0 + x;
      const Block& block = tile.blocks[band.first_block + at];
      if (!write_inclusion(x, y, bits)) continue;
      EXPECTS(block.zero_bit_planes < band.bit_planes && block.bytes >> 28 == 0 &&
              block.passes <= 164);
      EXPECTS(!ht || (block.passes <= 3 && block.cleanup_bytes <= block.bytes));
      write_planes(x, y, bits);
      write_passes(block.passes, bits);
      write_lengths(block, ht, bits);
    }
}

void PacketWriter::write(const Tile& tile, const PrecinctStep& step, Buffer& out) {
  const Resolution& resolution = tile.resolutions[step.resolution];
  const auto bands = tile.bands_of(resolution);
  std::array<BlockRange, 3> ranges;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  bool empty = true;
  for (std::size_t b = 0; b < bands.size(); ++b) {
    ranges[b] = blocks_of_precinct(resolution, bands[b], step.precinct);
    blocks += std::uint64_t{ranges[b].wide} * ranges[b].high;
    for_blocks(tile, bands[b], ranges[b], [&](const Block& block) {
      empty = false;
      bytes += block.bytes;
    });
  }
  if (empty) return out.append(std::uint8_t{0});  // T.800 B.10.3
  const std::size_t start = out.size();
  out.resize(start + HeaderBitWriter::room_for(blocks * kBitsABlockMax) + bytes);
  HeaderBitWriter bits(out.data() + start);
  bits.bit(1);
  for (std::size_t b = 0; b < bands.size(); ++b)
    if (ranges[b].wide != 0) write_band(tile, bands[b], ranges[b], bits);
  std::uint8_t* to = bits.finish();
  for (std::size_t b = 0; b < bands.size(); ++b)
    for_blocks(tile, bands[b], ranges[b], [&](const Block& block) {
      if (block.bytes != 0) std::memcpy(to, block.data, block.bytes);
      to += block.bytes;
    });
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace slipring::codecs::codestream
