// Writes the JPEG 2000 streams that the product does not: lossy, tiled, layered, subsampled, in any
// style. OpenJPEG is its pen.
#pragma once

#include "tests/codecs/frames.h"

namespace slipring::codecs::fixture {

struct Jpeg2000Writer {
  std::uint32_t precision = 8;
  bool is_signed = false;
  bool irreversible = false;
  bool boxed = false;
  int tile_side = 0;  // 0: one tile
  int layers = 1;
  int resolutions = 3;
  int precinct_side = 0;          // 0: the largest
  std::uint32_t subsampling = 1;  // of all components but the first
  bool colour_transform = false;
  int block_style = 0;  // SPcod, T.800 Table A.19
  int block_width = 64;
  int block_height = 64;
  int progression = 0;         // as in COD: LRCP, RLCP, RPCL, PCRL, CPRL
  bool markers = false;        // SOP and EPH
  char parts = 0;              // a tile-part for each 'R', 'L' or 'C'
  float ratio = 0;             // of the last layer; 0: all of it
  std::uint32_t image_x0 = 0;  // where the image begins on the reference grid
  std::uint32_t image_y0 = 0;
  bool progression_change = false;  // POC: resolutions in two volumes
  int region_shift = 0;             // RGN of the first component
};
// Samples 8 or 16 bits wide as the layout says.
[[nodiscard]] Pixels write_jpeg2000(const Pixels& samples, const pixel::Layout& l,
                                    const Jpeg2000Writer& how);

}  // namespace slipring::codecs::fixture
