// The arithmetic decoder by the flow charts of T.800 C.3, and the raw bits of D.6. Bytes behind a
// segment's end read as FF, which no further byte follows: ones without end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"
#include "codecs/jpeg2000/block/tables.h"

namespace slipring::codecs::jpeg2000 {

inline constexpr unsigned kMarkerAbove = 0x8F;  // FF and more than this is a marker

struct MqContext {
  std::uint8_t state = 0;  // I(CX)
  std::uint8_t mps = 0;    // MPS(CX)
};

class MqDecoder {
 public:
  MqDecoder() { reset_contexts(); }

  void reset_contexts() {
    for (unsigned i = 0; i < kContexts; ++i) contexts_[i] = {first_state(i), 0};
  }

  // INITDEC.
  void start(Bytes bytes) {
    bytes_ = bytes;
    position_ = 0;
    c_ = byte(0) << 16;
    byte_in();
    c_ <<= 7;
    count_ -= 7;
    a_ = 0x8000;
  }

  // DECODE.
  [[nodiscard]] unsigned decode(unsigned context) {
    MqContext& cx = contexts_[context];
    const MqState& state = kMqStates[cx.state];
    a_ -= state.qe;
    const bool upper = c_ >> 16 >= state.qe;
    if (upper) {
      c_ -= static_cast<std::uint32_t>(state.qe) << 16;
      if ((a_ & 0x8000) != 0) return cx.mps;
    }
    // The smaller part is the less probable symbol's, whichever of the two it is.
    const bool is_mps = upper == (a_ >= state.qe);
    if (!upper) a_ = state.qe;
    const unsigned decision = is_mps ? cx.mps : 1U - cx.mps;
    if (!is_mps && state.switches) cx.mps = static_cast<std::uint8_t>(1 - cx.mps);
    cx.state = is_mps ? state.after_mps : state.after_lps;
    renormalise();
    return decision;
  }

 private:
  [[nodiscard]] std::uint32_t byte(std::size_t at) const {
    return at < bytes_.size() ? bytes_[at] : 0xFF;
  }

  void byte_in() {
    count_ = 8;
    const std::uint32_t next = byte(position_ + 1);
    if (byte(position_) != 0xFF) {
      ++position_;
      c_ += next << 8;
    } else if (next > kMarkerAbove) {
      c_ += 0xFF00;
    } else {
      ++position_;
      c_ += next << 9;
      count_ = 7;
    }
  }

  void renormalise() {
    do {
      if (count_ == 0) byte_in();
      a_ <<= 1;
      c_ <<= 1;
      --count_;
    } while (a_ < 0x8000);
  }

  std::array<MqContext, kContexts> contexts_;
  Bytes bytes_;
  std::size_t position_ = 0;  // BP
  std::uint32_t c_ = 0;
  std::uint32_t a_ = 0;
  unsigned count_ = 0;  // CT
};

class RawBits {
 public:
  void start(Bytes bytes) {
    bytes_ = bytes;
    position_ = 0;
    count_ = 0;
    byte_ = 0;
  }

  [[nodiscard]] unsigned bit() {
    if (count_ == 0) next_byte();
    return byte_ >> --count_ & 1;
  }

 private:
  void next_byte() {
    const bool stuffed = byte_ == 0xFF;
    const unsigned next = position_ < bytes_.size() ? bytes_[position_] : 0xFF;
    count_ = 8;
    if (stuffed && next > kMarkerAbove) return;  // FF for ever
    if (stuffed) count_ = 7;
    byte_ = next;
    ++position_;
  }

  Bytes bytes_;
  std::size_t position_ = 0;
  unsigned byte_ = 0;
  unsigned count_ = 0;
};

}  // namespace slipring::codecs::jpeg2000
