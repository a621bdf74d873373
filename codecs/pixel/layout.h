// Layout: how the samples of one frame lie in memory, in the words of PS3.3 C.7.6.3.1.
// The canonical frame, which every decoder writes and every encoder reads: little endian, samples
// interleaved by pixel (Planar Configuration 0), Bits Allocated wide, no padding between rows,
// 1-bit pixels packed with the first pixel in the lowest bit (PS3.5 8.1.1, 8.2).
#pragma once

#include <cstdint>

#include "codecs/base/result.h"

namespace slipring::pixel {

// The family of a codestream; which transfer syntaxes use which is engine/dicom's knowledge.
enum class Format : std::uint8_t {
  Native,
  EncapsulatedNative,
  DeflatedFrame,
  Rle,
  Jpeg,          // SOF0, SOF1, SOF2: DCT
  JpegLossless,  // SOF3
  JpegLs,
  Jpeg2000,
  Htj2k,
  JpegXl,
  Video,
  Other,  // known by name only
};

struct Limits {
  std::uint64_t frame_bytes_max = std::uint64_t{2} << 30;
};

struct Layout {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint16_t samples_per_pixel = 1;
  std::uint16_t bits_allocated = 8;  // 1, 8, 16, 32 or 64
  std::uint16_t bits_stored = 8;
  std::uint16_t high_bit = 7;
  bool is_signed = false;  // Pixel Representation 1

  [[nodiscard]] std::uint64_t samples_per_frame() const {
    return std::uint64_t{rows} * columns *
           samples_per_pixel;  // 32 + 32 bits: checked by frame_bytes
  }
  [[nodiscard]] std::uint32_t bytes_per_sample() const { return bits_allocated / 8U; }

  // Bytes of one canonical frame; a 1-bit frame is rounded up to whole bytes.
  // Errors: OutOfRange (a zero dimension, odd Bits Allocated), LimitExceeded.
  [[nodiscard]] Result<std::uint64_t> frame_bytes(const Limits& limits = {}) const {
    if (rows == 0 || columns == 0 || samples_per_pixel == 0)
      return fail(ErrorCode::OutOfRange, kNoOffset, "rows, columns or samples per pixel is zero");
    if (bits_allocated != 1 &&
        (bits_allocated == 0 || bits_allocated % 8 != 0 || bits_allocated > 64))
      return fail(ErrorCode::OutOfRange, kNoOffset, "bits allocated is neither 1 nor 8, 16, 32, 64",
                  8, bits_allocated);
    const std::uint64_t pixels = std::uint64_t{rows} * columns;
    std::uint64_t bits = 0;
    if (__builtin_mul_overflow(pixels, std::uint64_t{samples_per_pixel} * bits_allocated, &bits))
      return fail(ErrorCode::LimitExceeded, kNoOffset, "the frame's size overflows 64 bits");
    const std::uint64_t bytes = bits / 8 + (bits % 8 != 0);
    if (bytes > limits.frame_bytes_max)
      return fail(ErrorCode::LimitExceeded, kNoOffset, "the frame is larger than the limit",
                  limits.frame_bytes_max, bytes);
    return bytes;
  }

  friend bool operator==(const Layout&, const Layout&) = default;
};

}  // namespace slipring::pixel
