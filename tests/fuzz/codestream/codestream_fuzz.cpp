// A codestream is read whole and reduced; what can be written again must be read as the same.
#include <cstdlib>
#include <cstring>

#include "codecs/codestream/read.h"
#include "codecs/codestream/write.h"

namespace {

using namespace slipring;
using namespace slipring::codecs::codestream;

void demand(bool condition) {
  if (!condition) std::abort();
}

bool lies_within(const std::uint8_t* data, std::size_t size, Bytes bytes) {
  return data >= bytes.data() && data + size <= bytes.data() + bytes.size();
}

void check_block(const Tile& tile, const Block& block, Bytes stream) {
  const Band& band = tile.bands[block.band];
  demand(block.width != 0 && block.x + block.width <= band.rect.width());
  demand(block.height != 0 && block.y + block.height <= band.rect.height());
  if (block.passes == 0) return;
  demand(block.zero_bit_planes < band.bit_planes);
  if (block.bytes != 0)
    demand(lies_within(block.data, block.bytes, stream) ||
           lies_within(block.data, block.bytes, tile.joined.bytes()));
  const std::uint8_t style = tile.coding->components[band.component].style.block_style;
  if ((style & kHt) != 0) {
    demand(block.passes <= 3 && block.cleanup_bytes >= 2 && block.cleanup_bytes <= block.bytes);
    return;
  }
  std::uint64_t bytes = 0;
  std::uint64_t passes = 0;
  for (std::size_t s = 0; s < block.segment_count; ++s) {
    const Segment& segment = tile.segments[block.first_segment + s];
    bytes += segment.bytes;
    passes += segment.passes;
  }
  demand(bytes == block.bytes && passes == block.passes);
}

bool same_block(const Block& a, const Block& b) {
  return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height &&
         a.passes == b.passes && a.zero_bit_planes == b.zero_bit_planes && a.bytes == b.bytes &&
         a.cleanup_bytes == b.cleanup_bytes &&
         (a.bytes == 0 || std::memcmp(a.data, b.data, a.bytes) == 0);
}

// Written as one layer with and without parts, and read again.
void write_again(Reader& reader, bool split) {
  Parameters parameters = reader.parameters();
  parameters.coding.layers = 1;
  parameters.coding.sop = false;
  parameters.coding.eph = false;
  parameters.coding.volumes.clear();
  if (split) parameters.coding.order = Progression::Rpcl;
  Writer writer;
  Buffer out;
  if (!writer.begin(parameters, {"Slipring", split, split}, out)) return;
  Tile tile;
  for (std::uint32_t t = 0; t < reader.tiles(); ++t) {
    demand(reader.read_tile(t, 0, tile).has_value());
    if (tile.coding != &reader.parameters().coding) return;  // a tile of its own style
    demand(writer.write_tile(tile).has_value());
  }
  writer.finish();
  Reader again;
  demand(again.open(out.bytes()).has_value());
  Tile other;
  for (std::uint32_t t = 0; t < reader.tiles(); ++t) {
    demand(reader.read_tile(t, 0, tile).has_value());
    demand(again.read_tile(t, 0, other).has_value());
    demand(tile.blocks.size() == other.blocks.size());
    for (std::size_t b = 0; b < tile.blocks.size(); ++b)
      demand(same_block(tile.blocks[b], other.blocks[b]));
  }
  const Remarks& remarks = again.remarks();
  demand(!remarks.missing_end && !remarks.inconsistent_lengths && remarks.trailing_bytes == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes stream{data, size};
  Reader reader;
  if (!reader.open(stream)) return 0;
  Tile tile;
  bool complete = true;
  for (std::uint32_t t = 0; t < reader.tiles(); ++t) {
    const bool read = reader.read_tile(t, 0, tile).has_value();
    complete = complete && read;
    if (!read) continue;
    for (const Block& block : tile.blocks) check_block(tile, block, stream);
    if (reader.read_tile(t, 1, tile))
      for (const Block& block : tile.blocks) check_block(tile, block, stream);
  }
  if (complete) write_again(reader, size % 2 == 1);
  return 0;
}
