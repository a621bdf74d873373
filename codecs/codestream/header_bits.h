// HeaderBits: the bits of packet headers, most significant first, with a zero bit stuffed in behind
// each byte 0xFF (T.800 B.10.1). Reading behind the end gives zeros and is remembered; so is a
// stuffed bit that is not 0. Writing appends to a Buffer.
#pragma once

#include <bit>
#include <cstdint>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"

namespace slipring::codecs::codestream {

class HeaderBitReader {
 public:
  HeaderBitReader(const std::uint8_t* begin, const std::uint8_t* end) : next_(begin), end_(end) {}

  [[nodiscard]] unsigned bit() {
    if (left_ == 0) load();
    --left_;
    return (byte_ >> left_) & 1U;
  }

  // `count` at most 32.
  [[nodiscard]] std::uint32_t bits(unsigned count) {
    std::uint32_t value = 0;
    while (count != 0) {
      if (left_ == 0) load();
      const unsigned taken = count < left_ ? count : left_;
      left_ -= taken;
      count -= taken;
      value = value << taken | (byte_ >> left_ & ((1U << taken) - 1));
    }
    return value;
  }

  // Zeros before the next one, which is read too; not more than `most`, which means: too many.
  [[nodiscard]] unsigned zeros(unsigned most) {
    unsigned count = 0;
    while (count < most && bit() == 0) ++count;
    return count;
  }

  // To the next whole byte; the byte behind a last 0xFF is all stuffing.
  void align() {
    left_ = 0;
    if (byte_ == 0xFF) load();
    left_ = 0;
    byte_ = 0;
  }

  [[nodiscard]] bool overrun() const { return overrun_; }
  [[nodiscard]] bool bad_stuffing() const { return bad_stuffing_; }
  [[nodiscard]] const std::uint8_t* position() const { return next_; }  // once aligned

 private:
  void load() {
    left_ = byte_ == 0xFF ? 7 : 8;
    if (next_ == end_) {
      overrun_ = true;
      byte_ = 0;
      return;
    }
    byte_ = *next_++;
    if (left_ == 7 && byte_ > 0x7F) bad_stuffing_ = true;
  }

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  unsigned byte_ = 0;
  unsigned left_ = 0;
  bool overrun_ = false;
  bool bad_stuffing_ = false;
};

// Writes through a pointer: the caller has made room for all that comes, 8 bytes over, see
// room_for.
class HeaderBitWriter {
 public:
  explicit HeaderBitWriter(std::uint8_t* to) : to_(to) {}

  void bit(unsigned value) { bits(value, 1); }

  // The low `count` bits of `value`, at most 32; higher ones are 0.
  void bits(std::uint32_t value, unsigned count) {
    pending_ = pending_ << count | value;
    held_ += count;
    while (held_ >= room_) {
      held_ -= room_;
      const auto byte = static_cast<std::uint8_t>(pending_ >> held_ & ((1U << room_) - 1));
      *to_++ = byte;
      room_ = byte == 0xFF ? 7 : 8;
    }
  }

  void zeros(unsigned count) {
    for (; count > 32; count -= 32) bits(0, 32);
    bits(0, count);
  }

  // Fills the last byte with zeros; behind a last 0xFF a byte of stuffing. Gives the end.
  [[nodiscard]] std::uint8_t* finish() {
    if (held_ != 0 || room_ == 7) bits(0, room_ - held_);
    return to_;
  }

  // Bytes that so many bits may take.
  [[nodiscard]] static std::uint64_t room_for(std::uint64_t bit_count) {
    return bit_count / 7 + 10;
  }

 private:
  std::uint8_t* to_;
  std::uint64_t pending_ = 0;
  unsigned held_ = 0;  // bits of pending_ not written yet, below room_
  unsigned room_ = 8;  // bits of the next byte
};

}  // namespace slipring::codecs::codestream
