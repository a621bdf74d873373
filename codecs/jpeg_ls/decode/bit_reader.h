// BitReader: the bits of one entropy-coded segment, most significant first, without the zero bit
// that is stuffed after each 0xFF (ITU-T T.87 A.1). Behind the end come zeros; failed() tells.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::jpeg_ls {

class BitReader {
 public:
  explicit BitReader(Bytes segment) : at_(segment.data()), end_(at_ + segment.size()) {}

  [[nodiscard]] bool failed() const { return failed_; }

  // One bit; count 0 to 32.
  std::uint32_t read(int count) {
    if (count > held_) refill();
    if (count > held_) return fail();
    const auto value = static_cast<std::uint32_t>((window_ >> 1) >> (63 - count));
    drop(count);
    return value;
  }

  // T.87 A.5.3: `limit` is the longest code in bits, an escape holds escape_bits. Never above
  // kCodeMax.
  static constexpr std::uint32_t kCodeMax = 1U << 17;
  std::uint32_t read_golomb(int k, int limit, int escape_bits) {
    if (held_ < 40) refill();
    const int zeros = std::countl_zero(window_);
    if (zeros < limit - escape_bits - 1 && zeros + 1 + k <= held_) [[likely]] {
      drop(zeros + 1);
      const auto low = static_cast<std::uint32_t>((window_ >> 1) >> (63 - k));
      drop(k);
      const std::uint32_t code = (static_cast<std::uint32_t>(zeros) << k) | low;
      return code <= kCodeMax ? code : fail();
    }
    return read_long_golomb(k, limit, escape_bits);
  }

  // True when no more than padding is left: zero bits up to the end of a byte, a byte stuffed after
  // a last 0xFF, and the zero byte that some writers add.
  [[nodiscard]] bool ends_here() const {
    const auto bytes_left = static_cast<std::size_t>(end_ - at_);
    if (bytes_left > 3 || held_ + static_cast<int>(bytes_left) * 8 >= 24) return false;
    std::uint64_t rest = held_ == 0 ? 0 : window_ >> (64 - held_);
    for (const std::uint8_t* byte = at_; byte != end_; ++byte) rest |= *byte;
    return rest == 0;
  }

 private:
  void drop(int count) {
    window_ = count < 64 ? window_ << count : 0;
    held_ -= count;
  }

  std::uint32_t fail() {
    failed_ = true;
    return 0;
  }

  static bool has_ff(std::uint64_t word) {
    const std::uint64_t inverted = ~word;
    return ((inverted - 0x0101010101010101U) & ~inverted & 0x8080808080808080U) != 0;
  }

  // At least 57 bits, unless the segment ends.
  void refill() {
    if (held_ > 56) return;
    if (end_ - at_ >= 8 && !after_ff_) {
      const std::uint64_t word = load_be<std::uint64_t>(at_);
      if (!has_ff(word)) [[likely]] {
        const int bytes = (63 - held_) / 8;
        window_ |= word >> (static_cast<unsigned>(held_) & 63U);
        at_ += bytes;
        held_ += bytes * 8;
        // What was taken beyond whole bytes is dropped: the next byte may have another place.
        window_ &= ~std::uint64_t{0} << (64 - held_);
        return;
      }
    }
    refill_by_bytes();
  }

  void refill_by_bytes() {
    while (held_ <= 56 && at_ != end_) {
      const int bits = after_ff_ ? 7 : 8;
      const std::uint64_t byte = *at_++;
      window_ |= byte << (64 - bits - held_);
      held_ += bits;
      after_ff_ = byte == 0xFF;
    }
  }

  std::uint32_t read_long_golomb(int k, int limit, int escape_bits) {
    refill();
    const int zeros = std::countl_zero(window_);
    const int zeros_max = limit - escape_bits - 1;
    if (zeros >= held_ || zeros > zeros_max) return fail();
    drop(zeros + 1);
    if (zeros == zeros_max) return read(escape_bits) + 1;
    const std::uint32_t low = read(k);
    const std::uint64_t code = (static_cast<std::uint64_t>(zeros) << k) | low;
    return code <= kCodeMax ? static_cast<std::uint32_t>(code) : fail();
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  std::uint64_t window_ = 0;
  int held_ = 0;  // valid bits at the top of window_; the others are zero
  bool after_ff_ = false;
  bool failed_ = false;
};

}  // namespace slipring::codecs::jpeg_ls
