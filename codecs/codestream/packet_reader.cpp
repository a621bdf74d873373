#include "codecs/codestream/packet_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "codecs/codestream/segment_lengths.h"

namespace slipring::codecs::codestream {

namespace {

constexpr std::uint16_t kSop = 0xFF91;  // T.800 A.8.1
constexpr std::uint16_t kEph = 0xFF92;  // T.800 A.8.2
constexpr std::size_t kSopBytes = 6;
constexpr unsigned kPassesMax = 255;               // what Block::passes counts to
constexpr std::uint32_t kCleanupBytesMax = 65534;  // T.814 7.1
constexpr std::uint32_t kRefinementBytesMax = 2046;

// Nodes of a tag tree over so many leaves.
std::uint32_t tree_nodes(std::uint32_t wide, std::uint32_t high) {
  std::uint32_t total = wide * high;
  while (total != 0 && (wide > 1 || high > 1)) {
    wide = (wide + 1) / 2;
    high = (high + 1) / 2;
    total += wide * high;
  }
  return total;
}

bool starts_with(Bytes bytes, std::uint16_t marker) {
  return bytes.size() >= 2 && load_be<std::uint16_t>(bytes.data()) == marker;
}

// T.800 Table B.4
unsigned read_passes(HeaderBitReader& bits) {
  if (bits.bit() == 0) return 1;
  if (bits.bit() == 0) return 2;
  std::uint32_t more = bits.bits(2);
  if (more != 3) return 3 + more;
  more = bits.bits(5);
  if (more != 31) return 6 + more;
  return 37 + bits.bits(7);
}

}  // namespace

std::uint64_t PacketReader::offset() const {
  const PartBytes& part = source_.parts[std::min(part_, source_.parts.size() - 1)];
  return part.offset + (part.body.size() - body_.size());
}

std::unexpected<Error> PacketReader::broken(std::string_view what) const {
  return fail(ErrorCode::Malformed, offset(), what);
}

bool PacketReader::wanted(const Resolution& resolution) const {
  return resolution.index + discard_levels_ <= tile_->components[resolution.component].levels;
}

Result<PacketsEnd> PacketReader::read(const Siz& siz, const PacketSource& source,
                                      unsigned discard_levels, const Limits& limits, Tile& tile) {
  siz_ = &siz;
  limits_ = &limits;
  source_ = source;
  tile_ = &tile;
  discard_levels_ = discard_levels;
  part_ = 0;
  body_ = source.parts[0].body;
  headers_ = source.parts[0].headers;
  prepare();
  const Coding& coding = *tile.coding;
  if (coding.volumes.empty()) TRY(read_volume(whole_volume(coding)));
  for (const ProgressionVolume& volume : coding.volumes) TRY(read_volume(volume));
  if (wanted_left_ != 0) return broken("progression changes (POC) leave packets out");
  TRY(finish());
  PacketsEnd end;
  end.offset = offset();
  end.all_read = packets_left_ == 0;
  end.left_bytes = body_.size();
  for (std::size_t p = part_ + 1; p < source.parts.size(); ++p)
    end.left_bytes += source.parts[p].body.size();
  return end;
}

void PacketReader::prepare() {
  Tile& tile = *tile_;
  layers_read_.assign(tile.precincts, 0);
  states_.assign(tile.blocks.size(), {});
  segments_.assign(1, {});  // 0 is the end of a chain
  pieces_.assign(1, {});
  first_precinct_band_.clear();
  precinct_bands_.clear();
  std::uint64_t wanted_precincts = 0;
  std::uint32_t nodes = 0;
  for (const Resolution& r : tile.resolutions) {
    first_precinct_band_.push_back(static_cast<std::uint32_t>(precinct_bands_.size()));
    const std::uint32_t count = r.precincts_wide * r.precincts_high;
    if (wanted(r)) wanted_precincts += count;
    for (std::uint32_t k = 0; k < count; ++k)
      for (const Band& band : tile.bands_of(r)) {
        const BlockRange range = blocks_of_precinct(r, band, k);
        precinct_bands_.push_back({range, nodes});
        nodes += tree_nodes(range.wide, range.high);
      }
  }
  nodes_.assign(nodes, {});
  wanted_left_ = wanted_precincts * tile.coding->layers;
  packets_left_ = std::uint64_t{tile.precincts} * tile.coding->layers;
  std::uint64_t bytes = 0;
  for (const PartBytes& part : source_.parts) bytes += part.body.size() + part.headers.size();
  visits_left_ = std::max(limits_->visits_free, bytes * limits_->visits_per_byte_max);
}

Result<void> PacketReader::read_volume(const ProgressionVolume& volume) {
  order_.arrange(*siz_, *tile_, volume);
  const auto& steps = order_.steps();
  // Volumes of POC may repeat what others held; looking at a packet again is work, too.
  const std::uint64_t precincts = std::uint64_t{tile_->precincts} + tile_->resolutions.size();
  if (precincts > visits_left_)
    return fail(ErrorCode::LimitExceeded, offset(), "more progression changes than the limit");
  visits_left_ -= precincts;
  const unsigned layers = std::min(volume.layer_end, tile_->coding->layers);
  if (volume.order == Progression::Lrcp) {
    for (unsigned layer = 0; layer < layers; ++layer) TRY(visit(0, steps.size(), layer));
    return {};
  }
  for (std::size_t begin = 0; begin < steps.size();) {
    std::size_t end = begin + 1;
    if (volume.order == Progression::Rlcp) {
      const std::uint8_t r = tile_->resolutions[steps[begin].resolution].index;
      while (end < steps.size() && tile_->resolutions[steps[end].resolution].index == r) ++end;
    }
    for (unsigned layer = 0; layer < layers; ++layer) TRY(visit(begin, end, layer));
    begin = end;
  }
  return {};
}

// One layer of some precincts; those that have it already are passed over (T.800 B.12.2).
Result<void> PacketReader::visit(std::size_t begin, std::size_t end, unsigned layer) {
  if (wanted_left_ == 0 && discard_levels_ != 0) return {};
  if (end - begin > visits_left_)
    return fail(ErrorCode::LimitExceeded, offset(), "more progression changes than the limit");
  visits_left_ -= end - begin;
  for (std::size_t i = begin; i < end; ++i) {
    const PrecinctStep step = order_.steps()[i];
    std::uint16_t& next =
        layers_read_[tile_->resolutions[step.resolution].first_precinct + step.precinct];
    if (next > layer) continue;
    TRY(read_packet(step, layer));
    ++next;
    if (wanted_left_ == 0 && discard_levels_ != 0) return {};
  }
  return {};
}

bool PacketReader::next_part() {
  if (part_ + 1 >= source_.parts.size()) return false;
  ++part_;
  body_ = source_.parts[part_].body;
  if (source_.packed == PackedHeaders::ByPart) headers_ = source_.parts[part_].headers;
  return true;
}

Result<void> PacketReader::read_packet(const PrecinctStep& step, unsigned layer) {
  const Resolution& resolution = tile_->resolutions[step.resolution];
  const bool packed = source_.packed != PackedHeaders::None;
  // Packets do not cross from one tile-part to the next.
  if (source_.packed != PackedHeaders::ByTile)
    while ((packed ? headers_ : body_).empty())
      if (!next_part())
        return fail(ErrorCode::Truncated, offset(), "a tile ends before its last packet",
                    packets_left_, 0);
  while (source_.packed == PackedHeaders::ByTile && body_.empty() && next_part()) {
  }
  if (tile_->coding->sop && starts_with(body_, kSop))
    body_ = body_.subspan(std::min(kSopBytes, body_.size()));
  Bytes& source = packed ? headers_ : body_;
  HeaderBitReader bits(source.data(), source.data() + source.size());
  contributions_.clear();
  if (bits.bit() != 0) {
    const std::size_t first =
        first_precinct_band_[step.resolution] + std::size_t{step.precinct} * resolution.band_count;
    for (std::size_t b = 0; b < resolution.band_count; ++b)
      TRY(read_band(precinct_bands_[first + b], tile_->bands[resolution.first_band + b], layer,
                    bits));
  }
  bits.align();
  if (bits.overrun())
    return fail(ErrorCode::Truncated, offset(), "a tile ends in the header of a packet");
  if (bits.bad_stuffing()) return broken("a packet header has a marker in it");
  source = source.subspan(static_cast<std::size_t>(bits.position() - source.data()));
  if (tile_->coding->eph && starts_with(source, kEph)) source = source.subspan(2);
  --packets_left_;
  const bool keep = wanted(resolution);
  if (keep) --wanted_left_;
  return take_bytes(keep);
}

Result<void> PacketReader::read_band(const PrecinctBand& part, const Band& band, unsigned layer,
                                     HeaderBitReader& bits) {
  const std::uint8_t style = tile_->coding->components[band.component].style.block_style;
  for (std::uint32_t y = 0; y < part.range.high; ++y) {
    const std::uint32_t row =
        band.first_block + (part.range.y0 + y) * band.blocks_wide + part.range.x0;
    for (std::uint32_t x = 0; x < part.range.wide; ++x) {
      BlockState& state = states_[row + x];
      if (state.included) {
        if (bits.bit() == 0) continue;
      } else {
        if (!read_inclusion(part, x, y, layer, bits)) continue;
        state.included = true;
        const unsigned planes = read_planes(part, x, y, band.bit_planes, bits);
        if (planes >= band.bit_planes)
          return bits.overrun()
                     ? fail(ErrorCode::Truncated, offset(), "a tile ends in a packet header")
                     : fail(ErrorCode::Malformed, offset(),
                            "a code-block misses all of its bit planes");
        tile_->blocks[row + x].zero_bit_planes = static_cast<std::uint8_t>(planes);
      }
      TRY(read_contribution(row + x, style, band.bit_planes, bits));
    }
    if (bits.overrun())
      return fail(ErrorCode::Truncated, offset(), "a tile ends in the header of a packet");
  }
  return {};
}

// Both tag trees lie leaves first, level by level; a path to a leaf is read from the root.
class PacketReader::Path {
 public:
  Path(std::vector<Node>& nodes, const PrecinctBand& part, std::uint32_t x, std::uint32_t y) {
    std::uint32_t wide = part.range.wide;
    std::uint32_t high = part.range.high;
    Node* level = nodes.data() + part.first_node;
    for (;;) {
      nodes_[depth_++] = level + std::size_t{y} * wide + x;
      if (wide == 1 && high == 1) return;
      level += std::size_t{wide} * high;
      wide = (wide + 1) / 2;
      high = (high + 1) / 2;
      x /= 2;
      y /= 2;
    }
  }
  [[nodiscard]] std::size_t depth() const { return depth_; }
  Node& operator[](std::size_t level) { return *nodes_[level]; }

 private:
  std::array<Node*, 18> nodes_;  // a precinct's band has at most 2^15 blocks a side
  std::size_t depth_ = 0;
};

// T.800 B.10.4
bool PacketReader::read_inclusion(const PrecinctBand& part, std::uint32_t x, std::uint32_t y,
                                  unsigned layer, HeaderBitReader& bits) {
  Path path(nodes_, part, x, y);
  unsigned low = 0;
  for (std::size_t level = path.depth(); level-- > 0;) {
    Node& node = path[level];
    low = std::max<unsigned>(low, node.layer);
    while (!node.layer_known && low <= layer) {
      if (bits.bit() != 0)
        node.layer_known = true;
      else
        ++low;
    }
    node.layer = static_cast<std::uint16_t>(low);
    if (low > layer) return false;
  }
  return true;
}

// T.800 B.10.5; `most` or more means too many.
unsigned PacketReader::read_planes(const PrecinctBand& part, std::uint32_t x, std::uint32_t y,
                                   unsigned most, HeaderBitReader& bits) {
  Path path(nodes_, part, x, y);
  unsigned low = 0;
  for (std::size_t level = path.depth(); level-- > 0;) {
    Node& node = path[level];
    if (!node.planes_known) {
      node.planes = static_cast<std::uint8_t>(low + bits.zeros(most - low));
      node.planes_known = true;
    }
    low = node.planes;
    if (low >= most) return low;
  }
  return low;
}

Result<void> PacketReader::read_contribution(std::uint32_t block, std::uint8_t style,
                                             unsigned bit_planes, HeaderBitReader& bits) {
  BlockState& state = states_[block];
  const unsigned passes = read_passes(bits);
  const unsigned planes = bit_planes - tile_->blocks[block].zero_bit_planes;
  const bool ht = (style & kHt) != 0;
  // Some writers of Part 1 count passes that no bit plane is left for, up to 164 a layer; T.800 D.3
  // has no use for the rest.
  const unsigned passes_max = ht ? 3 * planes - 2 : kPassesMax;
  if (state.passes + passes > passes_max)
    return fail(ErrorCode::Malformed, offset(),
                "a code-block has more coding passes than bit planes", passes_max,
                state.passes + passes);
  while (bits.bit() != 0)
    if (++state.lblock > kLblockMax) return broken("a code-block's length has too many bits");
  std::uint64_t bytes = 0;
  const bool possible = ht ? state.ht.read(state.passes, passes, state.lblock, bits, bytes)
                           : plain_lengths(state, passes, style, bits, bytes);
  state.passes = static_cast<std::uint16_t>(state.passes + passes);
  if (bits.overrun())
    return fail(ErrorCode::Truncated, offset(), "a tile ends in the header of a packet");
  if (!possible) return broken("the lengths of a code-block's segments are impossible");
  if (bytes != 0) contributions_.push_back({block, bytes});
  return {};
}

bool PacketReader::plain_lengths(BlockState& state, unsigned passes, std::uint8_t style,
                                 HeaderBitReader& bits, std::uint64_t& bytes) {
  unsigned at = state.passes;
  const unsigned end = at + passes;
  while (at < end) {
    ChainedSegment* open = &segments_[state.last_segment];
    if (state.last_segment == 0 || open->segment.passes == open->passes_max) {
      const auto added = static_cast<std::uint32_t>(segments_.size());
      (state.last_segment == 0 ? state.first_segment : open->next) = added;
      state.last_segment = added;
      open = &segments_.emplace_back();
      open->passes_max = static_cast<std::uint8_t>(segment_passes_max(style, at));
    }
    const unsigned count = std::min<unsigned>(end - at, open->passes_max - open->segment.passes);
    const std::uint32_t length =
        bits.bits(state.lblock + static_cast<unsigned>(std::bit_width(count)) - 1);
    open->segment.passes = static_cast<std::uint8_t>(open->segment.passes + count);
    open->segment.bytes += length;
    bytes += length;
    at += count;
  }
  return true;
}

// The packet's body: what each of its blocks has, in their order.
Result<void> PacketReader::take_bytes(bool wanted) {
  for (const Contribution& contribution : contributions_) {
    if (contribution.bytes > body_.size())
      return fail(ErrorCode::Truncated, offset(), "a tile-part ends in a code-block",
                  contribution.bytes, body_.size());
    if (wanted) append(contribution.block, body_.first(contribution.bytes));
    body_ = body_.subspan(contribution.bytes);
  }
  return {};
}

void PacketReader::append(std::uint32_t index, Bytes bytes) {
  Block& block = tile_->blocks[index];
  const auto size = static_cast<std::uint32_t>(bytes.size());
  if (block.bytes == 0) {
    block.data = bytes.data();
    block.bytes = size;
    return;
  }
  BlockState& state = states_[index];
  const auto added = static_cast<std::uint32_t>(pieces_.size());
  (state.last_piece == 0 ? state.first_piece : pieces_[state.last_piece].next) = added;
  state.last_piece = added;
  pieces_.push_back({bytes.data(), size, 0});
}

Result<void> PacketReader::finish() {
  join();
  for (const Band& band : tile_->bands) {
    const TileComponent& component = tile_->components[band.component];
    if (band.resolution + discard_levels_ > component.levels) continue;
    const std::uint8_t style = tile_->coding->components[band.component].style.block_style;
    for (Block& block : tile_->blocks_of(band)) {
      const BlockState& state = states_[static_cast<std::size_t>(&block - tile_->blocks.data())];
      if (!state.included) {
        block.zero_bit_planes = 0;
      } else if ((style & kHt) != 0) {
        TRY(finish_ht(block, state));
      } else {
        finish_plain(block, state);
      }
    }
  }
  return {};
}

Result<void> PacketReader::finish_ht(Block& block, const BlockState& state) const {
  const HtSets& sets = state.ht;
  if (sets.placeholders) {
    block.zero_bit_planes = 0;
    return {};
  }
  if (sets.cleanup_bytes > kCleanupBytesMax || sets.refinement_bytes > kRefinementBytesMax)
    return fail(ErrorCode::Malformed, offset(), "an HT segment is longer than it can be",
                kCleanupBytesMax, sets.cleanup_bytes);
  block.zero_bit_planes = static_cast<std::uint8_t>(block.zero_bit_planes + sets.cleanup_pass / 3);
  block.passes = static_cast<std::uint8_t>(1 + sets.refinement_passes);
  block.data += sets.skipped_bytes;
  block.cleanup_bytes = sets.cleanup_bytes;
  block.bytes = sets.cleanup_bytes + sets.refinement_bytes;
  return {};
}

void PacketReader::finish_plain(Block& block, const BlockState& state) {
  block.passes = static_cast<std::uint8_t>(state.passes);
  block.first_segment = static_cast<std::uint32_t>(tile_->segments.size());
  for (std::uint32_t s = state.first_segment; s != 0; s = segments_[s].next)
    tile_->segments.push_back(segments_[s].segment);
  block.segment_count = static_cast<std::uint16_t>(tile_->segments.size() - block.first_segment);
}

// Blocks whose bytes lie in several packets get them in one run of Tile::joined.
void PacketReader::join() {
  if (pieces_.size() == 1) return;
  std::size_t total = 0;
  for (const Piece& piece : pieces_) total += piece.bytes;
  for (std::size_t b = 0; b < states_.size(); ++b)
    if (states_[b].first_piece != 0) total += tile_->blocks[b].bytes;
  tile_->joined.clear();
  tile_->joined.reserve(total);  // so that what was joined stays where it is
  for (std::size_t b = 0; b < states_.size(); ++b) {
    if (states_[b].first_piece == 0) continue;
    Block& block = tile_->blocks[b];
    const std::size_t start = tile_->joined.size();
    tile_->joined.append({block.data, block.bytes});
    for (std::uint32_t p = states_[b].first_piece; p != 0; p = pieces_[p].next)
      tile_->joined.append({pieces_[p].data, pieces_[p].bytes});
    block.data = tile_->joined.data() + start;
    block.bytes = static_cast<std::uint32_t>(tile_->joined.size() - start);
  }
}

}  // namespace slipring::codecs::codestream
