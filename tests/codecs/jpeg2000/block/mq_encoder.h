// The arithmetic encoder by the flow charts of T.800 C.2, and the raw bits of D.6, for tests.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "codecs/jpeg2000/block/mq_decoder.h"
#include "codecs/jpeg2000/block/tables.h"

namespace slipring::test {

class MqEncoder {
 public:
  MqEncoder() { reset_contexts(); }

  void reset_contexts() {
    for (unsigned i = 0; i < codecs::jpeg2000::kContexts; ++i)
      contexts_[i] = {codecs::jpeg2000::first_state(i), 0};
  }

  // INITENC. What stands before the first byte only takes a carry that never comes.
  void start() {
    out_.assign(1, 0);
    a_ = 0x8000;
    c_ = 0;
    count_ = 12;
  }

  void encode(unsigned context, unsigned decision) {
    codecs::jpeg2000::MqContext& cx = contexts_[context];
    const codecs::jpeg2000::MqState& state = codecs::jpeg2000::kMqStates[cx.state];
    const bool is_mps = decision == cx.mps;
    a_ -= state.qe;
    const bool upper = is_mps ? a_ >= state.qe || (a_ & 0x8000) != 0 : a_ < state.qe;
    if (upper) c_ += state.qe;
    if (is_mps && (a_ & 0x8000) != 0) return;
    if (!upper) a_ = state.qe;
    if (!is_mps && state.switches) cx.mps = static_cast<std::uint8_t>(1 - cx.mps);
    cx.state = is_mps ? state.after_mps : state.after_lps;
    do {
      a_ <<= 1;
      c_ <<= 1;
      if (--count_ == 0) byte_out();
    } while ((a_ & 0x8000) == 0);
  }

  // FLUSH.
  [[nodiscard]] std::vector<std::uint8_t> finish() {
    const std::uint32_t limit = c_ + a_;
    c_ |= 0xFFFF;
    if (c_ >= limit) c_ -= 0x8000;
    c_ <<= count_;
    byte_out();
    c_ <<= count_;
    byte_out();
    if (out_.back() == 0xFF) out_.pop_back();
    return {out_.begin() + 1, out_.end()};
  }

 private:
  void byte_out() {
    if (out_.back() != 0xFF && c_ >= 0x8000000) {
      ++out_.back();
      c_ &= 0x7FFFFFF;
    }
    const bool stuff = out_.back() == 0xFF;
    const unsigned shift = stuff ? 20 : 19;
    out_.push_back(static_cast<std::uint8_t>(c_ >> shift));
    c_ &= (1U << shift) - 1;
    count_ = stuff ? 7 : 8;
  }

  std::array<codecs::jpeg2000::MqContext, codecs::jpeg2000::kContexts> contexts_;
  std::vector<std::uint8_t> out_;
  std::uint32_t a_ = 0;
  std::uint32_t c_ = 0;
  unsigned count_ = 0;
};

class RawWriter {
 public:
  void start() { out_.clear(), byte_ = 0, free_ = 8; }

  void put(unsigned bit) {
    byte_ |= bit << --free_;
    if (free_ == 0) next_byte();
  }

  [[nodiscard]] std::vector<std::uint8_t> finish() {
    const bool stuffed = !out_.empty() && out_.back() == 0xFF;
    if (free_ < (stuffed ? 7U : 8U)) next_byte();
    if (!out_.empty() && out_.back() == 0xFF) out_.pop_back();  // a reader makes it up
    return out_;
  }

 private:
  void next_byte() {
    out_.push_back(static_cast<std::uint8_t>(byte_));
    free_ = byte_ == 0xFF ? 7 : 8;
    byte_ = 0;
  }

  std::vector<std::uint8_t> out_;
  unsigned byte_ = 0;
  unsigned free_ = 8;
};

}  // namespace slipring::test
