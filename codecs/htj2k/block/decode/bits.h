// The bits of a block's segments one by one, as T.814 7.1 lays them out. The definition of right;
// the fast decoder unstuffs whole segments first.
#pragma once

#include <algorithm>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/htj2k/block/tables.h"

namespace slipring::codecs::htj2k {

// Upwards, lowest bit first; a byte after FF has seven bits. MagSgn (7.1.2: ones follow the last
// byte) and SigProp (7.1.5: zeros follow).
class UpwardBits {
 public:
  UpwardBits(Bytes bytes, std::uint8_t fill) : bytes_(bytes), fill_(fill) {}

  std::uint32_t next() {
    if (left_ == 0) {
      left_ = byte_ == 0xFF ? 7 : 8;
      byte_ = at_ < bytes_.size() ? bytes_[at_++] : fill_;
      rest_ = byte_;
    }
    const std::uint32_t bit = rest_ & 1;
    rest_ >>= 1;
    --left_;
    return bit;
  }

  std::uint32_t next(std::uint32_t count) {
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < count; ++i) value |= next() << i;
    return value;
  }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint32_t byte_ = 0;
  std::uint32_t rest_ = 0;
  std::uint32_t left_ = 0;
  std::uint8_t fill_;
};

// Downwards from the last byte, lowest bit first; a byte whose lower seven bits are ones has only
// those when the one before it was above 8F. Zeros follow the first byte. MagRef (7.1.6), and VLC
// (7.1.4), which begins with a nibble.
class DownwardBits {
 public:
  explicit DownwardBits(Bytes bytes) : bytes_(bytes) {}

  // VLC: `suffix` ends with the byte that holds the upper bits of Scup, the nibble lies in the one
  // before it.
  static DownwardBits of_suffix(Bytes suffix) {
    DownwardBits bits(suffix.first(suffix.size() - 2));
    const std::uint32_t byte = suffix[suffix.size() - 2];
    bits.before_ = byte | 0x0F;
    bits.rest_ = byte >> 4;
    bits.left_ = (bits.rest_ & 7) == 7 ? 3 : 4;
    return bits;
  }

  std::uint32_t next() {
    if (left_ == 0) {
      rest_ = bytes_.empty() ? 0 : bytes_.back();
      if (!bytes_.empty()) bytes_ = bytes_.first(bytes_.size() - 1);
      left_ = before_ > 0x8F && (rest_ & 0x7F) == 0x7F ? 7 : 8;
      before_ = rest_;
    }
    const std::uint32_t bit = rest_ & 1;
    rest_ >>= 1;
    --left_;
    return bit;
  }

  std::uint32_t next(std::uint32_t count) {
    std::uint32_t value = 0;
    for (std::uint32_t i = 0; i < count; ++i) value |= next() << i;
    return value;
  }

  [[nodiscard]] std::uint32_t peek(std::uint32_t count) const {
    DownwardBits copy = *this;
    return copy.next(count);
  }

 private:
  Bytes bytes_;
  std::uint32_t before_ = 0xFF;
  std::uint32_t rest_ = 0;
  std::uint32_t left_ = 0;
};

// MEL (7.1.3, 7.3.3): upwards, highest bit first, ones behind the end. The last byte is the upper
// part of Scup and counts as FF, the one before it has ones for its lower nibble.
class MelEvents {
 public:
  explicit MelEvents(Bytes suffix) : suffix_(suffix) {}

  bool next() {
    if (run_ == 0 && !ends_in_one_) read_run();
    if (run_ > 0) {
      --run_;
      return false;
    }
    ends_in_one_ = false;
    return true;
  }

 private:
  void read_run() {
    std::uint32_t exponent = kMelExponents[state_];
    if (next_bit() == 1) {
      run_ = 1U << exponent;
      state_ = std::min<std::size_t>(state_ + 1, kMelExponents.size() - 1);
      return;
    }
    for (; exponent > 0; --exponent) run_ = 2 * run_ + next_bit();
    if (state_ > 0) --state_;
    ends_in_one_ = true;
  }

  std::uint32_t next_bit() {
    if (left_ == 0) {
      left_ = byte_ == 0xFF ? 7 : 8;
      byte_ = 0xFF;
      if (at_ + 1 < suffix_.size()) byte_ = suffix_[at_];
      if (at_ + 2 == suffix_.size()) byte_ |= 0x0F;
      if (at_ + 1 < suffix_.size()) ++at_;
    }
    --left_;
    return byte_ >> left_ & 1;
  }

  Bytes suffix_;
  std::size_t at_ = 0;
  std::uint32_t byte_ = 0;
  std::uint32_t left_ = 0;
  std::size_t state_ = 0;
  std::uint32_t run_ = 0;
  bool ends_in_one_ = false;
};

}  // namespace slipring::codecs::htj2k
