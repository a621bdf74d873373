// Intervals: the entropy-coded bytes of a scan, from one marker to the next, without their stuffing
// (ITU-T T.81 B.1.1.5): restart intervals, or the whole scan.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::jpeg::extended {

class Intervals {
 public:
  // Behind every interval lie so many zero bytes, more than one block can ever need.
  static constexpr std::size_t kPaddingBytes = 512;
  // What `scratch` must hold.
  [[nodiscard]] static std::size_t scratch_bytes(std::size_t stream_bytes) {
    return stream_bytes + kPaddingBytes;
  }

  // `offset`: of the scan's first entropy-coded byte in `stream`.
  Intervals(Bytes stream, std::uint64_t offset, MutableBytes scratch)
      : stream_(stream), scratch_(scratch), at_(offset) {}

  // The bytes up to the next marker, in the scratch, until the next call. That marker is
  // marker() then, 0 at the end of the stream, and offset() is where it stands.
  [[nodiscard]] Bytes next();
  [[nodiscard]] std::uint8_t marker() const { return marker_; }
  [[nodiscard]] std::uint64_t offset() const { return at_; }
  void skip_marker() { at_ += 2; }

 private:
  Bytes stream_;
  MutableBytes scratch_;
  std::uint64_t at_;
  std::uint8_t marker_ = 0;
};

}  // namespace slipring::codecs::jpeg::extended
