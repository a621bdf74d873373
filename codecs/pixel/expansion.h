// expansion_max: how much a codestream can stand for. A frame is allocated by what the data set
// declares; the bytes of its codestream must be able to justify that first.
#pragma once

#include <cstdint>

#include "codecs/pixel/layout.h"

namespace slipring::pixel {

// Bytes of canonical frame, at most, that one byte of a codestream of this format can stand for.
[[nodiscard]] constexpr std::uint64_t expansion_max(Format format) {
  // A sample takes a bit at least and may be widened to four bytes (T.81 H.1.2.2).
  constexpr std::uint64_t kBitASample = 32;
  // Runs, skipped blocks and truncated packets have no useful bound: a blank mammogram of 20 MB is
  // 1 KB of JPEG-LS. This one lets through the emptiest image and stops a declaration.
  constexpr std::uint64_t kRuns = std::uint64_t{1} << 17;
  switch (format) {
    case Format::Native:
    case Format::EncapsulatedNative:
      return 1;
    case Format::Rle:
      return 64;  // 128 bytes of two (PS3.5 G.3.1)
    case Format::DeflatedFrame:
      return 1032;  // 258 bytes of two bits (RFC 1951 3.2.5)
    case Format::JpegLossless:
      return kBitASample;
    default:
      return kRuns;
  }
}

}  // namespace slipring::pixel
