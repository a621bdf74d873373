// Writer: a codestream from Parameters and laid out Tiles whose blocks are filled in. One pass, one
// quality layer, lengths patched behind; the same input gives the same bytes. Blocks are HT
// (T.814) or Part 1's with one codeword segment.
#pragma once

#include <cstdint>
#include <string_view>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "codecs/codestream/geometry.h"
#include "codecs/codestream/packet_writer.h"
#include "codecs/codestream/parameters.h"

namespace slipring::codecs::codestream {

// What an encoder chooses; the rest of Parameters follows from it.
struct Choice {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint16_t components = 1;
  std::uint8_t precision_bits = 8;
  bool is_signed = false;
  bool ht = true;
  bool reversible = true;         // 5/3, or 9/7 with steps from base_step
  bool colour_transform = false;  // of components 0 to 2
  std::uint8_t levels = 5;
  std::uint8_t block_width_exponent = 6;
  std::uint8_t block_height_exponent = 6;
  Progression order = Progression::Rpcl;
  std::uint32_t tile_width = 0;  // 0: one tile
  std::uint32_t tile_height = 0;
  double base_step = 1.0 / 256;  // relative to the range of samples
};
void choose(const Choice& choice, Parameters& parameters);

struct WriteOptions {
  std::string_view comment = "Slipring";  // COM, Latin text; empty: none
  bool tile_part_lengths = false;         // TLM, T.800 A.7.1; PS3.5 10.18 wants it
  bool split_at_resolutions = false;      // a tile-part a resolution; not with PCRL and CPRL
};

class Writer {
 public:
  // Clears `out` and writes the main header. `parameters` must outlive the writer's use: one layer,
  // no POC, one codeword segment a block (no bypass, no termination).
  // Errors: Unsupported (other parameters), OutOfRange (too many tiles or tile-parts).
  [[nodiscard]] Result<void> begin(const Parameters& parameters, const WriteOptions& options,
                                   Buffer& out);
  // Tiles in rising order, each once; their blocks have zero_bit_planes below their band's
  // bit_planes. Errors: OutOfRange (a tile-part of 4 GiB).
  [[nodiscard]] Result<void> write_tile(const Tile& tile);
  void finish();  // EOC

 private:
  [[nodiscard]] Result<void> check() const;
  void reserve_lengths();
  [[nodiscard]] Result<void> write_part(const Tile& tile, std::size_t& step, unsigned part);
  [[nodiscard]] std::uint32_t parts_a_tile() const;

  Buffer* out_ = nullptr;
  const Parameters* parameters_ = nullptr;
  WriteOptions options_;
  std::size_t lengths_at_ = 0;  // of TLM's first segment
  std::uint64_t parts_written_ = 0;
  PrecinctOrder order_;
  PacketWriter packets_;
};

}  // namespace slipring::codecs::codestream
