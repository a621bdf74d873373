// Reader: a codestream's headers, then, tile by tile, the bytes of each code-block. Takes one
// contiguous run of bytes from SOC on; gives Parameters and Tiles whose blocks are views into them.
// Everything is reused by the next open(): no allocation per frame once warm.
#pragma once

#include <cstdint>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/packet_reader.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream {

// What was not as it should be, and did not matter.
struct Remarks {
  bool missing_end = false;           // no EOC, all packets were there
  bool inconsistent_lengths = false;  // a Psot or TNsot that does not fit its tile-parts
  bool transform_ignored = false;     // COD: a colour transform of fewer than three components
  std::uint64_t trailing_bytes = 0;   // behind EOC
};

class Reader {
 public:
  // The main header and where the tile-parts lie. `codestream` must outlive the reader's use.
  // Errors, with their offset: Truncated, Malformed, Unsupported, LimitExceeded.
  [[nodiscard]] Result<void> open(Bytes codestream, const Limits& limits = {});

  [[nodiscard]] const Parameters& parameters() const { return parameters_; }
  [[nodiscard]] std::uint32_t tiles() const { return static_cast<std::uint32_t>(tiles_.size()); }

  // All packets of tile `index`. With `discard_levels` the blocks of each component's so many
  // highest resolutions stay empty, and packets behind the last one wanted are not looked at.
  // Errors as above; OutOfRange where a component has fewer levels than are discarded.
  [[nodiscard]] Result<void> read_tile(std::uint32_t index, unsigned discard_levels, Tile& tile);

  // Complete once every tile was read.
  [[nodiscard]] const Remarks& remarks() const { return remarks_; }

 private:
  struct TilePart {
    std::uint64_t start = 0;         // of SOT
    std::uint64_t header = 0;        // behind SOT
    std::uint64_t body = 0;          // behind SOD
    std::uint64_t end = 0;           // as far as it may go
    std::uint64_t declared_end = 0;  // by Psot; 0 where that is 0
    std::uint64_t packed_at = 0;     // PPM: its packet headers in packed_
    std::uint64_t packed_bytes = 0;
    std::uint32_t next = 0;  // of the same tile, 1-based; 0: none
    bool own_segments = false;
  };
  struct TileEntry {
    std::uint32_t first_part = 0;  // 1-based
    std::uint32_t last_part = 0;
    std::uint32_t parts_seen = 0;
    std::uint8_t parts_said = 0;  // TNsot; 0: not said
    bool own_segments = false;    // some part's header changes the coding, or holds packet headers
  };
  struct PackedSegment {
    std::uint8_t index = 0;  // Zppm, Zppt
    Bytes bytes;
  };

  Result<void> read_main_header();
  Result<void> read_main_segment(const Jpeg2000Segment& segment, bool& has_cod, bool& has_qcd);
  Result<void> check_layers(const Coding& coding, const Jpeg2000Segment& segment) const;
  Result<void> check_tiles() const;
  Result<void> check_parts();
  Result<void> read_parts();
  Result<bool> read_part();
  Result<void> read_part_header(TilePart& part);
  Result<void> count_part(const Jpeg2000Segment& sot, const TilePart& part);
  void end_at(std::uint64_t offset);
  Result<Jpeg2000Segment> next_segment(Bytes bytes, std::size_t& at);
  Result<void> collect(const Jpeg2000Segment& segment);
  Result<void> unpack_main();
  Result<void> join_segments(Buffer& out);
  Result<void> read_own_segments(const TileEntry& entry);
  Result<void> read_tile_segment(const Jpeg2000Segment& segment, bool first, bool& has_cod,
                                 bool& has_qcd, bool& has_poc);
  void remark(const TileEntry& entry, const PacketsEnd& end);

  Bytes codestream_;
  Limits limits_;
  Parameters parameters_;
  Remarks remarks_;
  std::size_t at_ = 0;
  std::uint32_t segments_seen_ = 0;
  std::vector<TilePart> parts_;
  std::vector<TileEntry> tiles_;
  std::vector<PackedSegment> packed_segments_;
  Buffer packed_;  // PPM

  Coding tile_coding_;
  Buffer tile_packed_;  // PPT
  std::vector<PartBytes> part_bytes_;
  PacketReader packets_;
};

}  // namespace slipring::codecs::codestream
