// store: a line of reconstructed samples into the canonical frame: point transform undone, reduced
// to the precision, sign extended, narrowed or widened, components interleaved. In one pass, while
// the line is near.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/jpeg_lossless/lines/target.h"

namespace slipring::codecs::jpeg_lossless {

struct StoredLine {
  std::span<const std::uint16_t* const> planes;  // of all components of a pixel, in order
  std::size_t count = 0;                         // samples of each
  SampleForm form;
  std::uint32_t sample_bytes = 2;  // 1, 2, 4 or 8
};

// Writes exactly planes.size() * count * sample_bytes bytes. May read kLineSlack samples on.
void store_line(const StoredLine& line, std::uint8_t* to);

// Whether that is what store_line() would write: of one plane, samples of 1 or 2 bytes.
[[nodiscard]] bool line_is(const StoredLine& line, const std::uint8_t* expected);

// The definition of right.
void store_line_scalar(const StoredLine& line, std::uint8_t* to);
[[nodiscard]] bool line_is_scalar(const StoredLine& line, const std::uint8_t* expected);
// One component alone: every `stride` bytes a sample.
void store_plane(const std::uint16_t* plane, const StoredLine& line, std::uint8_t* to,
                 std::size_t stride);

}  // namespace slipring::codecs::jpeg_lossless
