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
    std::uint64_t header = 0;  // behind SOT
    std::uint64_t body = 0;    // behind SOD
    std::uint64_t end = 0;
    std::uint32_t next = 0;            // of the same tile; 0: none
    std::uint32_t packed_headers = 0;  // PPM: index in packed_
  };
  struct TileEntry {
    std::uint32_t first_part = 0;  // 1-based
    std::uint32_t last_part = 0;
    std::uint8_t parts_seen = 0;
    std::uint8_t parts_said = 0;
    bool has_own_coding = false;
  };

  Bytes codestream_;
  Limits limits_;
  Parameters parameters_;
  Coding tile_coding_;
  std::vector<TilePart> parts_;
  std::vector<TileEntry> tiles_;
  PacketReader packets_;
  Buffer packed_;
  Remarks remarks_;
};

}  // namespace slipring::codecs::codestream
