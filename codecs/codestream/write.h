// Writer: a codestream from Parameters and laid out Tiles whose blocks are filled in. One pass, one
// quality layer, lengths patched behind; the same input gives the same bytes. Blocks are HT
// (T.814) or Part 1's with one codeword segment.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/packet_writer.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream {

struct WriteOptions {
  std::string_view comment = "Slipring";  // COM, Latin text; empty: none
  bool tile_part_lengths = false;         // TLM, T.800 A.7.1; PS3.5 10.18 wants it
  bool split_at_resolutions = false;      // a tile-part a resolution; progression RPCL or RLCP
};

class Writer {
 public:
  // Clears `out` and writes the main header. `parameters` (as an encoder made them: one layer, no
  // POC) must outlive the writer's use.
  // Errors: Unsupported (what cannot be written), OutOfRange (more than 65535 tiles).
  [[nodiscard]] Result<void> begin(const Parameters& parameters, const WriteOptions& options,
                                   Buffer& out);
  // Tiles in rising order, each once. Errors: OutOfRange (a tile-part of 4 GiB).
  [[nodiscard]] Result<void> write_tile(const Tile& tile);
  // EOC, and the lengths in TLM.
  void finish();

 private:
  Buffer* out_ = nullptr;
  const Parameters* parameters_ = nullptr;
  WriteOptions options_;
  std::size_t lengths_at_ = 0;  // of TLM's next entry
  PacketWriter packets_;
};

}  // namespace slipring::codecs::codestream
