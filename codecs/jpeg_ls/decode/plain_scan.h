// PlainScan: one scan into the frame by the reference decoder, interval by interval.
#pragma once

#include "codecs/jpeg_ls/decode/frame_reader.h"
#include "codecs/jpeg_ls/decode/scan_decoder.h"

namespace slipring::codecs::jpeg_ls {

class PlainScan {
 public:
  // Takes a slot of the scratch, and keeps it.
  PlainScan(const Image& image, const Scan& scan, Scratch& scratch, std::size_t slot);

  void restart() { decoder_.restart(); }

  struct Interval {
    Bytes coded;
    std::uint64_t offset = 0;  // of the coded bytes
    bool at_the_end = false;   // of the stream: what is missing was cut off
  };
  // Rows begin to end - 1. Errors: Malformed, Truncated; expected and actual are rows.
  [[nodiscard]] Result<void> decode_rows(const Interval& interval, std::uint32_t begin,
                                         std::uint32_t end);

 private:
  PlainScan(const Image& image, const Scan& scan, MutableBytes memory);
  void put(std::uint32_t row, std::size_t component, Line line) const;

  const Image& image_;
  const Scan& scan_;
  std::span<std::uint16_t> memory_;
  std::array<Line, kScanComponentsMax> above_;
  std::array<Line, kScanComponentsMax> now_;
  ScanDecoder decoder_;
};

}  // namespace slipring::codecs::jpeg_ls
