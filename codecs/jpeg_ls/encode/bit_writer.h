// BitWriter: entropy-coded bits, most significant first, with a zero bit stuffed after each 0xFF
// (ITU-T T.87 A.1), bit by bit: the definition of right.
#pragma once

#include <cstdint>

#include "codecs/base/buffer.h"

namespace slipring::codecs::jpeg_ls {

class BitWriter {
 public:
  explicit BitWriter(Buffer& out) : out_(out) {}

  // The lowest `count` bits of `value`; 0 to 32.
  void put(std::uint32_t value, int count) {
    while (count-- != 0) put_bit(value >> count & 1U);
  }

  void put_zeros(int count) {
    while (count-- != 0) put_bit(0);
  }

  // A.5.3: no code is longer than `limit` bits.
  void put_golomb(std::uint32_t mapped, int k, int limit, int escape_bits) {
    const std::uint32_t zeros = mapped >> k;
    const auto zeros_max = static_cast<std::uint32_t>(limit - escape_bits - 1);
    if (zeros < zeros_max) {
      put_zeros(static_cast<int>(zeros));
      put_bit(1);
      put(mapped, k);
    } else {
      put_zeros(static_cast<int>(zeros_max));
      put_bit(1);
      put(mapped - 1, escape_bits);
    }
  }

  // Zero bits up to a whole byte; and one more byte where a 0xFF would stand before a marker.
  void finish() {
    while (held_ != 0) put_bit(0);
    if (room_ == 7) put_zeros(7);
  }

 private:
  void put_bit(std::uint32_t bit) {
    byte_ = byte_ << 1 | bit;
    if (++held_ < room_) return;
    out_.append(static_cast<std::uint8_t>(byte_));
    room_ = byte_ == 0xFF ? 7 : 8;
    byte_ = 0;
    held_ = 0;
  }

  Buffer& out_;
  std::uint32_t byte_ = 0;
  int held_ = 0;
  int room_ = 8;  // bits of the next byte
};

}  // namespace slipring::codecs::jpeg_ls
