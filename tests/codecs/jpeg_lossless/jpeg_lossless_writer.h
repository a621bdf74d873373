// A small writer of lossless JPEG streams (ITU-T T.81 Annex H) for tests: everything that a file
// may hold and our encoder never writes. Sample by sample, with one table for all categories.
#pragma once

#include <cstdint>
#include <vector>

namespace slipring::codecs::fixture {

struct LosslessStream {
  std::uint32_t rows = 1;
  std::uint32_t columns = 1;
  std::uint32_t components = 1;
  std::uint32_t precision = 16;
  std::uint32_t predictor = 1;
  std::uint32_t point_transform = 0;
  std::uint32_t restart_interval = 0;  // samples of a component
  bool interleaved = true;             // else a scan for each component
  bool tables_differ = false;          // a table for each component
  bool tables_before_frame = false;
  bool lines_in_dnl = false;
  bool appended_bits = false;  // 16 bits after category 16
  bool end_marker = true;
  std::uint8_t spectral_end = 0;        // Se
  std::uint8_t approximation_high = 0;  // Ah
  std::uint32_t fill_bytes = 0;         // 0xFF before every marker but the first
  // What is reconstructed, component by component, row by row; each below 2^16. The point transform
  // has been applied.
  std::vector<std::vector<std::uint16_t>> samples = {};
};

[[nodiscard]] std::vector<std::uint8_t> write_lossless(const LosslessStream& stream);

}  // namespace slipring::codecs::fixture
