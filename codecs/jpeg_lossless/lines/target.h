// Target: where decoded samples go and in which form. Samples are predicted from as they were
// reconstructed, modulo 65,536 and before the point transform is undone (ITU-T T.81 H.1.2.1, H.2);
// only what goes out is reduced to the precision. Philips' and Samsung's ultrasound encoders rely
// on it: their 8-bit samples leave 0 to 255 on the way.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::jpeg_lossless {

// From a reconstructed sample to one in a canonical frame.
struct SampleForm {
  std::uint32_t precision_bits = 16;
  std::uint32_t point_transform = 0;
  bool is_signed = false;  // extend the sign from the precision

  // Bits of a reconstructed sample that the precision has no room for.
  [[nodiscard]] std::uint32_t excess_bits() const {
    return 0xFFFFU & ~((1U << (precision_bits - point_transform)) - 1);
  }
  [[nodiscard]] std::int32_t apply(std::uint16_t reconstructed) const {
    const std::uint32_t up = 16 - precision_bits;
    const auto top = static_cast<std::uint16_t>(reconstructed << (point_transform + up));
    return is_signed ? static_cast<std::int16_t>(top) >> up : top >> up;
  }
};

struct Target {
  MutableBytes pixels;  // the canonical frame
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t samples_per_pixel = 1;
  std::uint32_t sample_bytes = 2;
  bool is_signed = false;
};

// How the entropy-coded data of a scan ended.
struct ScanEnd {
  std::uint64_t offset = 0;  // of the byte behind it
  bool excess = false;       // it held more bytes than its samples
  bool reduced = false;      // a sample was beyond the precision
};

}  // namespace slipring::codecs::jpeg_lossless
