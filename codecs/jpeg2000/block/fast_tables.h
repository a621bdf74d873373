// Tables of the fast decoder, computed from those of the standard (tables.h).
//
// A group is what it works on: eight columns of a stripe (four rows) in a word, six bits a column:
// the sample above, four of its own, the sample below. The columns left and right of the eight are
// in the word too, so that a shift brings a sample and its eight neighbours to the same place.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/jpeg2000/block/tables.h"

namespace slipring::codecs::jpeg2000 {

inline constexpr unsigned kColumnBits = 6;
inline constexpr unsigned kGroupColumns = 8;
inline constexpr unsigned kGroupRows = 4;
inline constexpr unsigned kFirstBit = kColumnBits + 1;  // of column 0, row 0
// From a group's column 7 to the column left of its right neighbour.
inline constexpr unsigned kGroupShift = kColumnBits * kGroupColumns;

// The same row of every column.
inline constexpr std::uint64_t kTopRow = 0x0041'0410'4104'1041ULL;  // above, where bit 0 is
inline constexpr std::uint64_t kBottomRow = kTopRow << 5;           // below
inline constexpr std::uint64_t kOwnColumns = (1ULL << (kColumnBits * 9)) - (1ULL << kColumnBits);

[[nodiscard]] constexpr std::uint64_t own_bits(unsigned columns, unsigned rows) {
  std::uint64_t bits = 0;
  for (unsigned column = 0; column < columns; ++column)
    bits |= ((1ULL << rows) - 1) << (kFirstBit + kColumnBits * column);
  return bits;
}

// Where neighbours are when a sample's own bit is bit 7.
inline constexpr unsigned kLeft = 1, kRight = 13, kAbove = 6, kBelow = 8;
inline constexpr std::uint64_t kNeighbourhood = 0x71C7;
inline constexpr std::uint64_t kFourSides =
    1U << kLeft | 1U << kRight | 1U << kAbove | 1U << kBelow;
// Those that come later in the stripe.
inline constexpr std::uint64_t kLaterNeighbours = 0x7100;

// Neighbourhoods, folded to nine bits.
[[nodiscard]] constexpr unsigned fold(std::uint64_t around) {
  return static_cast<unsigned>((around | around >> 9) & 0x1FF);
}

// Four sides and their signs, folded to ten bits.
[[nodiscard]] constexpr unsigned fold_signs(std::uint64_t around, std::uint64_t negative) {
  const std::uint64_t both = (around & kFourSides) | (negative & kFourSides) << 1;
  return static_cast<unsigned>((both | both >> 9) & 0x3FF);
}

// A context's place in an array of the decoder's, counted in bytes, fits a byte with room for the
// sign to flip in bit 0.
inline constexpr unsigned kContextBytes = 16;

using SignificanceTable = std::array<std::uint8_t, 512>;

[[nodiscard]] constexpr SignificanceTable significance_table(Band band) {
  SignificanceTable table{};
  for (unsigned around = 0; around < 512; ++around) {
    const auto bit = [&](unsigned at) { return around >> at & 1; };
    // Folded: left column in bits 0 to 2, right one in 3 to 5, above in 6, below in 8.
    const unsigned context = significance_context(band, bit(1) + bit(4), bit(6) + bit(8),
                                                  bit(0) + bit(2) + bit(3) + bit(5));
    table[around] = static_cast<std::uint8_t>(context * kContextBytes);
  }
  return table;
}

inline constexpr std::array<SignificanceTable, 4> kSignificanceTables = {
    significance_table(Band::LL), significance_table(Band::HL), significance_table(Band::LH),
    significance_table(Band::HH)};

using SignTable = std::array<std::uint8_t, 1024>;

[[nodiscard]] constexpr SignTable sign_table() {
  SignTable table{};
  for (unsigned index = 0; index < table.size(); ++index) {
    const auto side = [&](unsigned at) {
      return (index >> at & 1) == 0 ? 0 : (index >> (at + 1) & 1) != 0 ? -1 : 1;
    };
    const SignContext cx =
        sign_context(side(kLeft) + side(kRight - 9), side(kAbove) + side(kBelow));
    table[index] = static_cast<std::uint8_t>(cx.context * kContextBytes | cx.flip);
  }
  return table;
}

inline constexpr SignTable kSignTable = sign_table();

// What a context is.
struct alignas(kContextBytes) FastContext {
  std::uint64_t qe = 0;     // in the upper 16 bits
  std::uint64_t state = 0;  // bytes into kFastStates
};
static_assert(sizeof(FastContext) == kContextBytes);

// A state knows the probabilities of those that may follow it, so that the next decision need not
// wait for a look-up. Each state of the standard is here twice, as the MPS is part of it.
struct FastState {
  std::uint64_t qe_after_mps = 0;
  std::uint64_t qe_after_lps = 0;
  std::uint64_t after_mps = 0;
  std::uint64_t after_lps = 0;
  std::uint64_t mps = 0;
  std::uint64_t qe = 0;
};

using FastStates = std::array<FastState, 2 * kMqStates.size()>;

[[nodiscard]] constexpr FastStates fast_states() {
  FastStates states{};
  for (unsigned i = 0; i < states.size(); ++i) {
    const MqState& state = kMqStates[i / 2];
    const unsigned mps = i % 2;
    const unsigned other = state.switches ? 1 - mps : mps;
    const auto qe = [](unsigned index) { return std::uint64_t{kMqStates[index].qe} << 48; };
    states[i] = {.qe_after_mps = qe(state.after_mps),
                 .qe_after_lps = qe(state.after_lps),
                 .after_mps = (2U * state.after_mps + mps) * sizeof(FastState),
                 .after_lps = (2U * state.after_lps + other) * sizeof(FastState),
                 .mps = mps,
                 .qe = qe(i / 2)};
  }
  return states;
}

alignas(64) inline constexpr FastStates kFastStates = fast_states();

}  // namespace slipring::codecs::jpeg2000
