// Target: where decoded samples go and in which form. Samples are predicted from as they were
// reconstructed, modulo 65,536 and before the point transform is undone (ITU-T T.81 H.1.2.1, H.2);
// only what goes out is reduced to the precision. Philips' and Samsung's ultrasound encoders rely
// on it: their 8-bit samples leave 0 to 255 on the way.
#pragma once

#include <cstdint>
#include <cstring>

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
  MutableBytes pixels;  // the canonical frame; empty where it is compared
  Bytes expected;       // what it is compared with, or nothing
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t samples_per_pixel = 1;
  std::uint32_t sample_bytes = 2;
  bool is_signed = false;

  [[nodiscard]] std::size_t line_bytes() const {
    return std::size_t{columns} * samples_per_pixel * sample_bytes;
  }
};

// Where the lines of a scan go: into the frame, or into `room`, a line of it, to be compared.
class LineOut {
 public:
  // The room that is needed.
  static std::size_t room_bytes(const Target& target) {
    return target.expected.empty() ? 0 : target.line_bytes();
  }
  // `components`: of each pixel in this scan.
  LineOut(const Target& target, std::uint32_t components, std::uint8_t* room)
      : target_(target), room_(room), has_all_(components == target.samples_per_pixel) {}

  // Lines [y, y + lines) will be compared soon.
  void expect(std::size_t y, std::size_t lines) const {
    constexpr std::size_t kCacheLine = 64;
    const std::size_t bytes = target_.line_bytes();
    if (target_.expected.empty()) return;
    const Bytes soon = target_.expected.subspan(y * bytes, lines * bytes);
    for (std::size_t at = 0; at < soon.size(); at += kCacheLine)
      __builtin_prefetch(soon.data() + at, 0, 2);
  }

  // Line y before its samples are stored, and after.
  [[nodiscard]] std::uint8_t* begin(std::size_t y) const {
    const std::size_t bytes = target_.line_bytes();
    if (target_.expected.empty()) return target_.pixels.data() + y * bytes;
    // What of each pixel is not in the scan is none of its business.
    if (!has_all_) std::memcpy(room_, target_.expected.data() + y * bytes, bytes);
    return room_;
  }
  void end(std::size_t y) {
    const std::size_t bytes = target_.line_bytes();
    if (!target_.expected.empty())
      note(std::memcmp(room_, target_.expected.data() + y * bytes, bytes) == 0);
  }
  // For whoever compares a line himself.
  [[nodiscard]] const std::uint8_t* expected(std::size_t y) const {
    return target_.expected.data() + y * target_.line_bytes();
  }
  void note(bool same) { differs_ |= !same; }
  [[nodiscard]] bool differs() const { return differs_; }

 private:
  const Target& target_;
  std::uint8_t* room_;
  bool has_all_;
  bool differs_ = false;
};

// How the entropy-coded data of a scan ended.
struct ScanEnd {
  std::uint64_t offset = 0;  // of the byte behind it
  bool excess = false;       // it held more bytes than its samples
  bool reduced = false;      // a sample was beyond the precision
  bool differs = false;      // a sample is not as expected
};

}  // namespace slipring::codecs::jpeg_lossless
