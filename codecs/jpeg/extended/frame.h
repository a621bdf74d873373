// Frame: the geometry of a frame of DCT blocks (ITU-T T.81 A.1.1, A.2), from its header (B.2.2).
// Takes a SOF segment; knows nothing of entropy coding or samples.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/jpeg_markers.h"

namespace slipring::codecs::jpeg::extended {

inline constexpr std::uint32_t kBlockSide = 8;
inline constexpr std::uint32_t kBlockSamples = 64;
inline constexpr std::uint32_t kPrecisionBits = 12;
inline constexpr std::uint32_t kTablesMax = 4;      // T.81 B.2.4: destinations 0 to 3
inline constexpr std::uint32_t kMcuBlocksMax = 10;  // T.81 B.2.3

struct Component {
  std::uint8_t id = 0;
  std::uint8_t horizontal = 1;  // sampling factors
  std::uint8_t vertical = 1;
  std::uint8_t quantiser = 0;  // Tq
  std::uint32_t columns = 0;   // samples
  std::uint32_t rows = 0;
  std::uint32_t block_columns = 0;  // blocks that hold a sample of the image
  std::uint32_t block_rows = 0;
  std::uint32_t stored_columns = 0;  // and with those that fill the last MCUs (A.2.4)
  std::uint32_t stored_rows = 0;
};

struct Frame {
  static constexpr std::size_t kComponentsMax = JpegHeader::kComponentsKept;
  bool progressive = false;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t components = 0;
  std::uint32_t horizontal_max = 1;
  std::uint32_t vertical_max = 1;
  std::uint32_t mcu_columns = 0;  // of interleaved scans
  std::uint32_t mcu_rows = 0;
  std::array<Component, kComponentsMax> component = {};

  // Every component has as many samples as the image.
  [[nodiscard]] bool same_sampling() const { return horizontal_max == 1 && vertical_max == 1; }
};

// Of a segment that read_jpeg_header() took. The factors of a single component mean nothing (A.2.2)
// and become 1. Errors: Malformed; Unsupported (factors that are no whole fraction of the largest).
[[nodiscard]] Result<Frame> read_frame(const JpegSegment& segment);

}  // namespace slipring::codecs::jpeg::extended
