// ScanDecoder: one scan of a JPEG-LS image (ITU-T T.87 Annex A), plainly after the standard:
// regular and run mode, lossless and near-lossless; the definition of right for the fast one.
// Hostile data costs no more than honest data: every code is bounded, so that no accumulator can
// run away.
#pragma once

#include "codecs/jpeg_ls/decode/bit_reader.h"
#include "codecs/jpeg_ls/model.h"

namespace slipring::codecs::jpeg_ls {

class ScanDecoder {
 public:
  // `table` as Model wants it.
  ScanDecoder(const Parameters& parameters, std::size_t columns, MutableBytes table)
      : model_(parameters, table), columns_(columns) {}

  // At the start of a scan and after each restart marker.
  void restart() { model_.restart(); }

  // One line of component `component` (its number in this scan) from the line above it.
  void decode_line(BitReader& bits, std::size_t component, Line above, Line line);
  // One line of all components, interleaved by sample.
  void decode_samples(BitReader& bits, std::span<const Line> above, std::span<const Line> lines);

 private:
  std::uint16_t decode_regular(BitReader& bits, std::int32_t index, std::int32_t a, std::int32_t b,
                               std::int32_t c);
  std::int32_t decode_interruption_error(BitReader& bits, int type, int run_index);
  std::size_t decode_run_length(BitReader& bits, int& run_index, std::size_t left);

  Model model_;
  std::size_t columns_;
};

}  // namespace slipring::codecs::jpeg_ls
