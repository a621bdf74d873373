// Writes 12-bit sequential JPEG streams (ITU-T T.81 SOF1) from coefficients that are drawn or
// given: no library here can. Huffman tables hold every symbol, so that codes of all lengths occur.
#pragma once

#include <functional>

#include "tests/codecs/frames.h"

namespace slipring::codecs::fixture {

struct Factors {
  std::uint8_t horizontal = 1;
  std::uint8_t vertical = 1;
};

struct TwelveBitWriter {
  std::uint16_t rows = 16;
  std::uint16_t columns = 16;
  std::vector<Factors> components = {{}};
  unsigned restart_interval = 0;  // MCUs
  bool separate_scans = false;    // one scan a component
  bool wide_steps = false;        // 16-bit quantiser steps
  std::uint16_t step = 1;
  int dc_max = 4000;  // of drawn coefficients
  int ac_max = 300;
  double density = 0.2;  // of drawn coefficients that are not zero
  bool ends = true;      // EOI
  unsigned seed = 1;
  // Coefficient k (row by row) of a block; drawn where this is empty.
  std::function<int(unsigned component, unsigned row, unsigned column, unsigned k)> coefficient =
      {};
};

[[nodiscard]] Pixels write_twelve_bit(const TwelveBitWriter& how);

// 12-bit samples of one component (16 allocated) by the defining sums of T.81 A.3.3 and steps of 1.
[[nodiscard]] Pixels write_samples(const Pixels& samples, const pixel::Layout& l);

// An 8-bit DCT stream of libjpeg that says it has 12 bits: SOF1 or SOF2.
[[nodiscard]] Pixels as_twelve_bit(Pixels stream);

[[nodiscard]] std::size_t find_marker(const Pixels& stream, std::uint8_t marker);

}  // namespace slipring::codecs::fixture
