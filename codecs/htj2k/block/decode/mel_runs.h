// MEL events as runs, for the fast decoder: how many are 0 before the next that is 1 (T.814 7.3.3).
#pragma once

#include <algorithm>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/htj2k/block/tables.h"

namespace slipring::codecs::htj2k {

class MelRuns {
 public:
  // More events than a block has: a run in each quad and in each pair of the first row.
  static constexpr std::int64_t kRunMax = 4096;

  MelRuns() = default;
  explicit MelRuns(Bytes suffix) : suffix_(suffix) {}

  // Behind the end all bits are ones: a run without an end, cut at kRunMax.
  std::int64_t next() {
    std::int64_t zeros = 0;
    while (zeros < kRunMax) {
      if (held_ < 6) refill();
      const std::uint32_t exponent = kMelExponents[state_];
      if (bits_ >> 63 == 0) {
        const std::uint64_t rest = bits_ << 1 >> 1 >> (63 - exponent);
        take(exponent + 1);
        if (state_ > 0) --state_;
        return zeros + static_cast<std::int64_t>(rest);
      }
      zeros += std::int64_t{1} << exponent;
      take(1);
      if (state_ + 1 < kMelExponents.size()) ++state_;
    }
    return zeros;
  }

 private:
  void take(std::uint32_t count) {
    bits_ <<= count;
    held_ -= count;
  }

  void refill() {
    while (held_ <= 56) {
      std::uint64_t byte = 0xFF;
      if (at_ + 1 < suffix_.size()) byte = suffix_[at_];
      if (at_ + 2 == suffix_.size()) byte |= 0x0F;
      ++at_;
      const bool is_ff = byte == 0xFF;
      if (after_ff_) byte &= 0x7F;
      held_ += after_ff_ ? 7 : 8;
      bits_ |= byte << (64 - held_);
      after_ff_ = is_ff;
    }
  }

  Bytes suffix_;
  std::size_t at_ = 0;
  std::uint64_t bits_ = 0;  // the next one on top
  std::uint32_t held_ = 0;
  std::size_t state_ = 0;
  bool after_ff_ = false;
};

}  // namespace slipring::codecs::htj2k
