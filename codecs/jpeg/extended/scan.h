// Scan: which components a scan codes and with which tables (ITU-T T.81 B.2.3), where their
// coefficients go, and the order in which its blocks come (A.2.3, E.2.4).
#pragma once

#include <algorithm>

#include "codecs/jpeg/extended/tables.h"

namespace slipring::codecs::jpeg::extended {

struct Scan {
  std::uint32_t components = 0;
  std::array<std::uint8_t, Frame::kComponentsMax> which = {};  // index into Frame::component
  std::array<std::uint8_t, Frame::kComponentsMax> dc = {};     // table destinations
  std::array<std::uint8_t, Frame::kComponentsMax> ac = {};
  std::uint8_t start = 0;  // of the spectral band; 0 to 63 where the frame is sequential
  std::uint8_t end = 63;
  std::uint8_t high = 0;  // successive approximation
  std::uint8_t low = 0;
  bool odd_parameters = false;  // a sequential scan that names a band or an approximation
};

// Errors: Malformed.
[[nodiscard]] Result<Scan> read_scan(const JpegSegment& segment, const Frame& frame);

// Quantised coefficients of one component: blocks of 64, row by row, in their places (not zigzag).
struct Grid {
  std::int16_t* blocks = nullptr;
  std::uint8_t* ends = nullptr;  // the zigzag position of each block's last coefficient, or above
  std::uint32_t columns = 0;     // of blocks
  std::uint32_t rows_kept = 1;   // row n lies where row n - rows_kept lay

  [[nodiscard]] std::size_t index(std::uint32_t row, std::uint32_t column) const {
    return std::size_t{row % rows_kept} * columns + column;
  }
};
using Grids = std::array<Grid, Frame::kComponentsMax>;

// T.81 F.2.2.1, EXTEND.
[[nodiscard]] inline std::int32_t extend(std::uint32_t value, unsigned bits) {
  if (bits == 0) return 0;
  const auto v = static_cast<std::int32_t>(value);
  return v < std::int32_t{1} << (bits - 1) ? v - (std::int32_t{1} << bits) + 1 : v;
}

// Calls blocks.run(i, row, column, count) for `count` neighbours of the scan's component i in the
// order of the stream, blocks.reset() at each restart, and done(mcu_row) behind each row of MCUs.
template <class Reader, class Blocks, class RowDone>
Result<void> walk_scan(const Frame& frame, const Scan& scan, std::uint32_t restart_interval,
                       Reader& reader, Blocks& blocks, RowDone done) {
  const bool single = scan.components == 1;  // its MCU is one block, A.2.2
  const Component& first = frame.component[scan.which[0]];
  const std::uint32_t columns = single ? first.block_columns : frame.mcu_columns;
  const std::uint32_t rows = single ? first.block_rows : frame.mcu_rows;
  std::uint32_t left = restart_interval != 0 ? restart_interval : ~std::uint32_t{0};
  unsigned restarts = 0;
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t column = 0; column < columns;) {
      if (left == 0) {
        reader.restart(restarts++ % 8);
        blocks.reset();
        left = restart_interval;
      }
      const std::uint32_t count = single ? std::min(columns - column, left) : 1;
      if (single) {
        blocks.run(0, row, column, count);
      } else {
        for (std::uint32_t i = 0; i < scan.components; ++i) {
          const Component& c = frame.component[scan.which[i]];
          for (std::uint32_t v = 0; v < c.vertical; ++v)
            blocks.run(i, row * c.vertical + v, column * c.horizontal, c.horizontal);
        }
      }
      if (reader.failed()) return std::unexpected(reader.error());
      column += count;
      if (restart_interval != 0) left -= count;
    }
    done(row);
  }
  reader.finish();
  if (reader.failed()) return std::unexpected(reader.error());
  return {};
}

}  // namespace slipring::codecs::jpeg::extended
