// Image: one frame as a printer takes it (PS3.3 C.13.5): grey of 8 or 12 bits with its window, or
// RGB of 8 bits. Takes an object opened by the pixel floor; gives pixels and what describes them.
// Pure: it must not know files, films or peers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "codecs/base/buffer.h"
#include "engine/pixels/pixels.h"
#include "engine/print/grey.h"

namespace slipring::print {

struct Wanted {
  bool colour = false;
  unsigned bits = 0;  // of grey: 8 or 12; 0: 12 where the frame has more than 8
  std::optional<Window> window;
};

struct Printable {
  std::uint32_t rows = 0;  // at most 65535
  std::uint32_t columns = 0;
  bool colour = false;      // RGB, plane by plane (Planar Configuration 1)
  unsigned bits = 8;        // stored; 12 are in 16 allocated, little endian
  std::string photometric;  // MONOCHROME1, MONOCHROME2, RGB
  std::string aspect;       // Pixel Aspect Ratio, vertical\horizontal; "" where pixels are square
  Buffer pixels;            // of even length
};

// `frame` counts from 0. Errors: those of the pixel floor; Unsupported for pixels that are neither
// grey nor RGB, YBR or palette, of 64 bits, or more than 65535 to a side; LimitExceeded beyond 2^28
// pixels.
[[nodiscard]] Result<Printable> prepare(const pixels::Object& object, std::size_t frame,
                                        const Wanted& wanted);

}  // namespace slipring::print
