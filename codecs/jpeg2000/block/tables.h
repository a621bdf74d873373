// What T.800 Annexes C and D tabulate: the states of the MQ coder and the contexts of decisions.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "codecs/jpeg2000/block/decode.h"

namespace slipring::codecs::jpeg2000 {

struct MqState {
  std::uint16_t qe;        // probability of the less probable symbol
  std::uint8_t after_mps;  // next index
  std::uint8_t after_lps;
  bool switches;  // the less probable symbol becomes the more probable one
};

// Table C.2.
inline constexpr std::array<MqState, 47> kMqStates{{
    {0x5601, 1, 1, true},    {0x3401, 2, 6, false},   {0x1801, 3, 9, false},
    {0x0AC1, 4, 12, false},  {0x0521, 5, 29, false},  {0x0221, 38, 33, false},
    {0x5601, 7, 6, true},    {0x5401, 8, 14, false},  {0x4801, 9, 14, false},
    {0x3801, 10, 14, false}, {0x3001, 11, 17, false}, {0x2401, 12, 18, false},
    {0x1C01, 13, 20, false}, {0x1601, 29, 21, false}, {0x5601, 15, 14, true},
    {0x5401, 16, 14, false}, {0x5101, 17, 15, false}, {0x4801, 18, 16, false},
    {0x3801, 19, 17, false}, {0x3401, 20, 18, false}, {0x3001, 21, 19, false},
    {0x2801, 22, 19, false}, {0x2401, 23, 20, false}, {0x2201, 24, 21, false},
    {0x1C01, 25, 22, false}, {0x1801, 26, 23, false}, {0x1601, 27, 24, false},
    {0x1401, 28, 25, false}, {0x1201, 29, 26, false}, {0x1101, 30, 27, false},
    {0x0AC1, 31, 28, false}, {0x09C1, 32, 29, false}, {0x08A1, 33, 30, false},
    {0x0521, 34, 31, false}, {0x0441, 35, 32, false}, {0x02A1, 36, 33, false},
    {0x0221, 37, 34, false}, {0x0141, 38, 35, false}, {0x0111, 39, 36, false},
    {0x0085, 40, 37, false}, {0x0049, 41, 38, false}, {0x0025, 42, 39, false},
    {0x0015, 43, 40, false}, {0x0009, 44, 41, false}, {0x0005, 45, 42, false},
    {0x0001, 45, 43, false}, {0x5601, 46, 46, false},
}};

// Contexts by the labels of Tables D.1 to D.5: 0 to 8 significance, 9 to 13 sign, 14 to 16
// refinement.
inline constexpr unsigned kFirstSignContext = 9;
inline constexpr unsigned kFirstRefinementContext = 14;
inline constexpr unsigned kRunLengthContext = 17;
inline constexpr unsigned kUniformContext = 18;
inline constexpr unsigned kContexts = 19;

inline constexpr unsigned kSegmentationSymbol = 0xA;  // D.5: 1010

// Table D.7: index into kMqStates at the start, of more probable symbol 0.
[[nodiscard]] constexpr std::uint8_t first_state(unsigned context) {
  if (context == 0) return 4;
  if (context == kRunLengthContext) return 3;
  if (context == kUniformContext) return 46;
  return 0;
}

// Table D.1, of a band whose detail runs across or along: `along` neighbours are left and right,
// `across` above and below.
[[nodiscard]] constexpr unsigned directed_context(unsigned along, unsigned across,
                                                  unsigned diagonal) {
  if (along == 2) return 8;
  if (along == 1) return across >= 1 ? 7 : diagonal >= 1 ? 6 : 5;
  if (across != 0) return across == 2 ? 4 : 3;
  return std::min(diagonal, 2U);
}

// Table D.1, of HH.
[[nodiscard]] constexpr unsigned diagonal_context(unsigned beside, unsigned diagonal) {
  if (diagonal >= 3) return 8;
  if (diagonal == 2) return beside >= 1 ? 7 : 6;
  return 3 * diagonal + std::min(beside, 2U);
}

// Table D.1: how many of the neighbours left and right, above and below, and at the corners are
// significant.
[[nodiscard]] constexpr unsigned significance_context(Band band, unsigned horizontal,
                                                      unsigned vertical, unsigned diagonal) {
  if (band == Band::HH) return diagonal_context(horizontal + vertical, diagonal);
  if (band == Band::HL) return directed_context(vertical, horizontal, diagonal);
  return directed_context(horizontal, vertical, diagonal);
}

struct SignContext {
  std::uint8_t context;
  std::uint8_t flip;  // the XORbit: sign is the decision or its opposite
};

// Tables D.2 and D.3: contributions are the sums of the signs (1, -1, 0 where insignificant) of
// two neighbours.
[[nodiscard]] constexpr SignContext sign_context(int horizontal, int vertical) {
  int h = std::clamp(horizontal, -1, 1);
  int v = std::clamp(vertical, -1, 1);
  const bool flip = h < 0 || (h == 0 && v < 0);
  if (flip) h = -h, v = -v;
  const int context = h == 0 ? 9 + v : 12 + v;
  return {static_cast<std::uint8_t>(context), static_cast<std::uint8_t>(flip ? 1 : 0)};
}

// Table D.4.
[[nodiscard]] constexpr unsigned refinement_context(bool refined_before, bool any_neighbour) {
  return kFirstRefinementContext + (refined_before ? 2U : any_neighbour ? 1U : 0U);
}

}  // namespace slipring::codecs::jpeg2000
