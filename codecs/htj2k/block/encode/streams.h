// encode_streams: the serial ends of the fast block encoder: MEL by runs instead of events, the
// stuffing of the VLC bits, and the segment put together. The same bytes as encode_scalar.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/htj2k/block/tables.h"

namespace slipring::codecs::htj2k::encode {

// Blocks have 1230 quads at most (5 rows of 819 samples), 615 pairs.
inline constexpr std::size_t kQuadPairsMax = 640;
inline constexpr std::size_t kVlcRawMax = kQuadPairsMax * 30 / 8 + 64;  // 30 bits a pair, and slack
inline constexpr std::size_t kVlcBytesMax = kVlcRawMax * 16 / 15 + 64;
inline constexpr std::size_t kMelBytesMax = 1024;

// MEL events (T.814 7.3.3), many that are 0 at a time.
class MelRuns {
 public:
  void zeros(std::uint32_t count) {
    for (run_ += count; run_ >= 1U << kMelExponents[state_];) {
      run_ -= 1U << kMelExponents[state_];
      put(1, 1);
      if (state_ + 1 < kMelExponents.size()) ++state_;
    }
  }
  void one() {
    put(run_, kMelExponents[state_] + 1U);
    run_ = 0;
    if (state_ > 0) --state_;
  }
  void event(bool is_one) {
    if (is_one)
      one();
    else
      zeros(1);
  }
  // Writes out a run that waits.
  void finish() {
    if (run_ != 0) put(1, 1);
  }
  [[nodiscard]] Bytes bytes() const { return {bytes_.data(), size_}; }
  // The bits that fill no byte, from the highest bit down, and which bits they are.
  [[nodiscard]] std::uint32_t last_byte() const { return bits_ << (room_ - count_) & 0xFF; }
  [[nodiscard]] std::uint32_t last_mask() const { return 0xFFU << (room_ - count_) & 0xFFU; }

 private:
  void put(std::uint32_t bits, std::uint32_t length) {
    bits_ = bits_ << length | bits;
    for (count_ += length; count_ >= room_;) {
      count_ -= room_;
      const std::uint32_t byte = bits_ >> count_;
      bits_ &= (1U << count_) - 1;
      bytes_[size_++] = static_cast<std::uint8_t>(byte);
      room_ = byte == 0xFF ? 7 : 8;
    }
  }

  std::uint32_t bits_ = 0;  // `count_` of them
  std::uint32_t count_ = 0;
  std::uint32_t room_ = 8;
  std::uint32_t run_ = 0;
  std::uint32_t state_ = 0;
  std::size_t size_ = 0;
  std::array<std::uint8_t, kMelBytesMax> bytes_;
};

// Writes the MEL and VLC bytes behind `magsgn_bytes` bytes at `to`, and Scup. `vlc_raw`: bits
// without stuffing from bit 0 of byte 0 up; the first four are ones; 8 bytes behind them may be
// read. Returns Lcup.
std::uint32_t finish_segment(MelRuns& mel, const std::uint8_t* vlc_raw, std::size_t vlc_bits,
                             std::uint8_t* to, std::size_t magsgn_bytes);

}  // namespace slipring::codecs::htj2k::encode
