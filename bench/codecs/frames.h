// Frames to measure with: synthetic ones, the same on every machine, and real ones where the corpus
// and a peer that reads DICOM are there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "codecs/base/bytes.h"
#include "codecs/pixel/layout.h"

namespace slipring::bench {

struct Frame {
  std::string name;
  pixel::Layout layout;
  std::vector<std::uint8_t> pixels;  // canonical
};

// An ellipse of smooth tissue with noise on a constant background, 12 bits of 16, as CT has it.
[[nodiscard]] Frame synthetic_ct(std::uint32_t rows, std::uint32_t columns);

// A dark screen with a noisy sector and flat coloured bars, as ultrasound has it.
[[nodiscard]] Frame synthetic_us(std::uint32_t rows, std::uint32_t columns);

}  // namespace slipring::bench
