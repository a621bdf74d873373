// PacketReader: all packets of one tile, T.800 B.9 to B.12, T.814 B: takes the bytes of its
// tile-parts, fills in the tile's blocks. Its vectors are reused from tile to tile.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/header_bits.h"
#include "codecs/codestream/progression.h"
#include "codecs/codestream/segment_lengths.h"

namespace slipring::codecs::codestream {

struct PartBytes {
  Bytes body;     // behind SOD
  Bytes headers;  // packed packet headers: PPM's of this part, or in the first part PPT's
  std::uint64_t offset = 0;  // of the body in the codestream
};

enum class PackedHeaders : std::uint8_t { None, ByPart, ByTile };  // -, PPM, PPT

struct PacketSource {
  std::span<const PartBytes> parts;
  PackedHeaders packed = PackedHeaders::None;
};

// Where reading ended: the first byte that no packet holds, and how many more the parts have.
struct PacketsEnd {
  std::uint64_t offset = 0;
  std::uint64_t left_bytes = 0;
  bool all_read = true;  // false where only some resolutions were wanted
};

class PacketReader {
 public:
  // `tile` is laid out. Errors: Truncated, Malformed, LimitExceeded.
  [[nodiscard]] Result<PacketsEnd> read(const Siz& siz, const PacketSource& source,
                                        unsigned discard_levels, const Limits& limits, Tile& tile);

 private:
  // A node of both tag trees of a precinct's band, T.800 B.10.2: what is known is the value or,
  // before that, what it is not below.
  struct Node {
    std::uint16_t layer = 0;
    std::uint8_t planes = 0;
    bool layer_known = false;
    bool planes_known = false;
  };
  struct PrecinctBand {
    BlockRange range;
    std::uint32_t first_node = 0;
  };
  // What the packets so far said of a block.
  struct BlockState {
    std::uint16_t passes = 0;  // placeholders counted in
    std::uint8_t lblock = 3;   // T.800 B.10.7.1
    bool included = false;
    HtSets ht;
    // Part 1: segments, and pieces of bytes behind the first, as chains; 0 ends them.
    std::uint32_t first_segment = 0;
    std::uint32_t last_segment = 0;
    std::uint32_t first_piece = 0;
    std::uint32_t last_piece = 0;
  };
  struct ChainedSegment {
    Segment segment;
    std::uint32_t next = 0;
    std::uint8_t passes_max = 0;
  };
  struct Piece {
    const std::uint8_t* data = nullptr;
    std::uint32_t bytes = 0;
    std::uint32_t next = 0;
  };
  class Path;
  struct Contribution {
    std::uint32_t block = 0;
    std::uint64_t bytes = 0;
  };

  void prepare();
  Result<void> read_volume(const ProgressionVolume& volume);
  Result<void> visit(std::size_t begin, std::size_t end, unsigned layer);
  Result<void> read_packet(const PrecinctStep& step, unsigned layer);
  Result<void> read_band(const PrecinctBand& part, const Band& band, unsigned layer,
                         HeaderBitReader& bits);
  bool read_inclusion(const PrecinctBand& part, std::uint32_t x, std::uint32_t y, unsigned layer,
                      HeaderBitReader& bits);
  unsigned read_planes(const PrecinctBand& part, std::uint32_t x, std::uint32_t y, unsigned most,
                       HeaderBitReader& bits);
  Result<void> read_contribution(std::uint32_t block, std::uint8_t style, unsigned bit_planes,
                                 HeaderBitReader& bits);
  bool plain_lengths(BlockState& state, unsigned passes, std::uint8_t style, HeaderBitReader& bits,
                     std::uint64_t& bytes);
  Result<void> take_bytes(bool wanted);
  void append(std::uint32_t block, Bytes bytes);
  Result<void> finish();
  Result<void> finish_ht(Block& block, const BlockState& state) const;
  void finish_plain(Block& block, const BlockState& state);
  void join();

  [[nodiscard]] bool wanted(const Resolution& resolution) const;
  bool next_part();
  [[nodiscard]] std::uint64_t offset() const;
  [[nodiscard]] std::unexpected<Error> broken(std::string_view what) const;

  const Siz* siz_ = nullptr;
  const Limits* limits_ = nullptr;
  PacketSource source_;
  Tile* tile_ = nullptr;
  unsigned discard_levels_ = 0;
  std::uint64_t wanted_left_ = 0;
  std::uint64_t packets_left_ = 0;
  std::uint64_t visits_left_ = 0;

  std::size_t part_ = 0;
  Bytes body_;     // of the part, what is left
  Bytes headers_;  // packed ones, what is left

  PrecinctOrder order_;
  std::vector<std::uint16_t> layers_read_;          // by precinct
  std::vector<std::uint32_t> first_precinct_band_;  // by resolution
  std::vector<PrecinctBand> precinct_bands_;
  std::vector<Node> nodes_;
  std::vector<BlockState> states_;
  std::vector<ChainedSegment> segments_;
  std::vector<Piece> pieces_;
  std::vector<Contribution> contributions_;
};

}  // namespace slipring::codecs::codestream
