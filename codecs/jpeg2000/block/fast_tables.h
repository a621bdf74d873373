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

// Neighbourhoods as an index of a table: the bits picked out, lowest first, where a processor does
// that at once; elsewhere folded to nine bits, or with the signs of four sides to ten.
inline constexpr std::uint64_t kEightAround = kNeighbourhood & ~(1ULL << kFirstBit);

[[nodiscard]] constexpr unsigned fold(std::uint64_t around) {
  return static_cast<unsigned>((around | around >> 9) & 0x1FF);
}
[[nodiscard]] constexpr unsigned fold_signs(std::uint64_t around, std::uint64_t negative) {
  const std::uint64_t both = (around & kFourSides) | (negative & kFourSides) << 1;
  return static_cast<unsigned>((both | both >> 9) & 0x3FF);
}
// The bits of `index`, lowest first, back at the places of `mask`.
[[nodiscard]] constexpr std::uint64_t put_back(unsigned index, std::uint64_t mask) {
  std::uint64_t bits = 0;
  for (; mask != 0; mask &= mask - 1, index >>= 1)
    if ((index & 1) != 0) bits |= mask & (~mask + 1);
  return bits;
}

// A context's place in an array of the decoder's, counted in bytes, fits a byte with room for the
// sign to flip in bit 0.
inline constexpr unsigned kContextBytes = 8;

[[nodiscard]] constexpr std::uint8_t significance_entry(Band band, std::uint64_t around) {
  const auto bit = [&](unsigned at) { return static_cast<unsigned>(around >> at & 1); };
  const unsigned context =
      significance_context(band, bit(kLeft) + bit(kRight), bit(kAbove) + bit(kBelow),
                           bit(kLeft - 1) + bit(kLeft + 1) + bit(kRight - 1) + bit(kRight + 1));
  return static_cast<std::uint8_t>(context * kContextBytes);
}

[[nodiscard]] constexpr std::uint8_t sign_entry(std::uint64_t around, std::uint64_t negative) {
  const auto side = [&](unsigned at) {
    return (around >> at & 1) == 0 ? 0 : (negative >> at & 1) != 0 ? -1 : 1;
  };
  const SignContext cx = sign_context(side(kLeft) + side(kRight), side(kAbove) + side(kBelow));
  return static_cast<std::uint8_t>(cx.context * kContextBytes | cx.flip);
}

struct SignificanceTable {
  std::array<std::uint8_t, 256> picked{};
  std::array<std::uint8_t, 512> folded{};
};

[[nodiscard]] constexpr SignificanceTable significance_table(Band band) {
  SignificanceTable table;
  for (unsigned index = 0; index < 256; ++index) {
    const std::uint64_t around = put_back(index, kEightAround);
    table.picked[index] = significance_entry(band, around);
    table.folded[fold(around)] = table.picked[index];
  }
  return table;
}

inline constexpr std::array<SignificanceTable, 4> kSignificanceTables = {
    significance_table(Band::LL), significance_table(Band::HL), significance_table(Band::LH),
    significance_table(Band::HH)};

struct SignTable {
  std::array<std::uint8_t, 256> picked{};
  std::array<std::uint8_t, 1024> folded{};
};

[[nodiscard]] constexpr SignTable sign_table() {
  SignTable table;
  for (unsigned index = 0; index < 256; ++index) {
    const std::uint64_t around = put_back(index & 15, kFourSides);
    const std::uint64_t negative = put_back(index >> 4, kFourSides);
    table.picked[index] = sign_entry(around, negative);
    table.folded[fold_signs(around, negative)] = table.picked[index];
  }
  return table;
}

inline constexpr SignTable kSignTable = sign_table();

// A state of the coder, which knows where to go from it. Each one of the standard is there four
// times: the more probable symbol is part of it, and so is the decision that led to it, so that
// the address alone says both.
struct FastState {
  std::uint64_t qe = 0;  // in the upper 16 bits, where the code register is compared with it
  const FastState* after_mps = nullptr;
  const FastState* after_lps = nullptr;
  std::uint64_t padding = 0;
};
inline constexpr std::uintptr_t kDecisionInAddress = sizeof(FastState);
inline constexpr std::uintptr_t kMpsInAddress = 2 * sizeof(FastState);
static_assert(kDecisionInAddress == 32);

using FastContext = const FastState*;
static_assert(sizeof(FastContext) <= kContextBytes);

[[nodiscard]] constexpr unsigned fast_index(unsigned state, unsigned mps, unsigned decision) {
  return 4 * state + 2 * mps + decision;
}

class FastStates {
 public:
  constexpr FastStates() {
    for (unsigned i = 0; i < all_.size(); ++i) {
      const MqState& state = kMqStates[i / 4];
      const unsigned mps = i / 2 % 2;
      const unsigned mps_after_lps = state.switches ? 1 - mps : mps;
      all_[i].qe = std::uint64_t{state.qe} << 48;
      all_[i].after_mps = &all_[fast_index(state.after_mps, mps, mps)];
      all_[i].after_lps = &all_[fast_index(state.after_lps, mps_after_lps, 1 - mps)];
    }
  }
  // Of more probable symbol 0.
  [[nodiscard]] FastContext first(unsigned state) const { return &all_[fast_index(state, 0, 0)]; }

 private:
  std::array<FastState, 4 * kMqStates.size()> all_{};
};

alignas(128) inline constexpr FastStates kFastStates;

[[nodiscard]] inline std::uint64_t more_probable(FastContext context) {
  return reinterpret_cast<std::uintptr_t>(context) / kMpsInAddress % 2;
}

}  // namespace slipring::codecs::jpeg2000
