// ScanEncoder: one scan of a JPEG-LS image (ITU-T T.87 Annex A), plainly after the standard:
// regular and run mode, lossless and near-lossless; the definition of right for the fast one.
#pragma once

#include "codecs/jpeg_ls/encode/bit_writer.h"
#include "codecs/jpeg_ls/model.h"

namespace slipring::codecs::jpeg_ls {

class ScanEncoder {
 public:
  // `table` as Model wants it.
  ScanEncoder(const Parameters& parameters, std::size_t columns, MutableBytes table)
      : model_(parameters, table), columns_(columns) {}

  // One line of component `component` (its number in this scan). Each sample of `line` becomes what
  // a decoder will see: with NEAR 0, itself.
  void encode_line(BitWriter& bits, std::size_t component, Line above, Line line);
  // One line of all components, interleaved by sample.
  void encode_samples(BitWriter& bits, std::span<const Line> above, std::span<const Line> lines);

 private:
  [[nodiscard]] std::int32_t quantise_error(std::int32_t error) const;
  [[nodiscard]] std::int32_t reduce(std::int32_t error) const;
  [[nodiscard]] bool is_near(std::int32_t a, std::int32_t b) const;
  std::uint16_t encode_regular(BitWriter& bits, std::int32_t index, std::int32_t a, std::int32_t b,
                               std::int32_t c, std::int32_t sample);
  void encode_run_length(BitWriter& bits, int& run_index, std::size_t run, bool to_the_end);
  std::uint16_t encode_interruption(BitWriter& bits, int type, int run_index, std::int32_t a,
                                    std::int32_t b, std::int32_t sample);

  Model model_;
  std::size_t columns_;
};

}  // namespace slipring::codecs::jpeg_ls
