// ScanDecoder: one scan of a JPEG-LS image (ITU-T T.87 Annex A), plainly after the standard:
// context modelling, regular and run mode, lossless and near-lossless. Hostile data costs no more
// than honest data: every code is bounded, so that no accumulator can run away.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "codecs/jpeg_ls/bit_reader.h"
#include "codecs/jpeg_ls/parameters.h"

namespace slipring::codecs::jpeg_ls {

// A line of one component: sample 0 is at kLineMargin, one more stands at either side.
inline constexpr std::size_t kLineMargin = 1;
using Line = std::span<std::uint16_t>;  // columns + 2

class ScanDecoder {
 public:
  static constexpr std::size_t kComponentsMax = 4;

  // The quantisation table needs table_bytes(parameters) bytes, which must live as long.
  [[nodiscard]] static std::size_t table_bytes(const Parameters& parameters);
  ScanDecoder(const Parameters& parameters, std::size_t columns, MutableBytes table);

  // At the start of a scan and after each restart marker.
  void restart();

  // One line of component `component` (its number in this scan) from the line above it.
  void decode_line(BitReader& bits, std::size_t component, Line above, Line line);
  // One line of all components, interleaved by sample.
  void decode_samples(BitReader& bits, std::span<const Line> above, std::span<const Line> lines);

 private:
  struct Context {  // A.2.2
    std::uint32_t a = 0;
    std::int32_t b = 0;
    std::int32_t c = 0;
    std::int32_t n = 0;
  };
  struct RunContext {
    std::uint32_t a = 0;
    std::int32_t n = 0;
    std::int32_t negative = 0;  // Nn
  };
  static constexpr std::size_t kContexts = 365;

  [[nodiscard]] std::int32_t quantise(std::int32_t difference) const;
  [[nodiscard]] std::int32_t context_of(std::int32_t a, std::int32_t b, std::int32_t c,
                                        std::int32_t d) const;
  [[nodiscard]] std::uint16_t reconstruct(std::int32_t predicted, std::int32_t error) const;
  std::uint16_t decode_regular(BitReader& bits, std::int32_t context, std::int32_t a,
                               std::int32_t b, std::int32_t c);
  std::int32_t decode_interruption_error(BitReader& bits, int type, int run_index);
  void update(Context& context, std::int32_t error) const;
  std::size_t decode_run_length(BitReader& bits, int& run_index, std::size_t left);

  Parameters parameters_;
  std::size_t columns_;
  std::int32_t step_;  // 2 NEAR + 1
  std::int8_t* quantised_;
  std::array<Context, kContexts> contexts_;
  std::array<RunContext, 2> run_contexts_;
  std::array<int, kComponentsMax> run_index_ = {};
};

}  // namespace slipring::codecs::jpeg_ls
