// The decoder's tables, built from code_book.h and tables.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "codecs/htj2k/block/tables.h"

namespace slipring::codecs::htj2k {

// Index: context << 7 | the next 7 bits of VLC. An entry:
//   bits 0-5    length of the code word
//   bits 7-9    what the quad gives to the context of the next one, at its place in the index
//   bits 10-11  u_off, twice
//   bits 16-27  rho, e_k, e_1
//   bit 28      two samples or more are significant
inline constexpr std::uint32_t kCodeMask = 0x7F;
inline constexpr std::uint32_t kContextShift = 7;
inline constexpr std::uint32_t kFirstRowContext = 7U << kContextShift;
inline constexpr std::uint32_t kOtherRowContext = 2U << kContextShift;
inline constexpr std::uint32_t kFirstUOff = 1U << 10;
inline constexpr std::uint32_t kSecondUOff = 1U << 11;
using CodeTable = std::array<std::uint32_t, std::size_t{8} * 128>;
extern const CodeTable kFirstRowTable;
extern const CodeTable kOtherRowTable;

// Of a pair, not in the first row of quads. Index: u_off of the first, then of the second quad
// from bit 10 on, and the next 10 bits of VLC. An entry: bits 0-5 length of both codes, bits 8-15 u
// of the first quad plus 1, bits 16-23 u of the second plus 1; kLongUvlc where 10 bits do not hold
// both.
inline constexpr std::uint32_t kUvlcMask = 0x3FF;
inline constexpr std::uint32_t kBoundShift = 8;
inline constexpr std::uint32_t kLongUvlc = 1U << 31;
using UvlcTable = std::array<std::uint32_t, std::size_t{4} * 1024>;
extern const UvlcTable kUvlcTable;

struct PairOfU {
  std::uint32_t length;
  std::uint32_t u[2];
};
// What `bits` begin with. `bias` and `is_short`: first row of quads alone, see kUvlcPairBias.
// `is_short` makes the second code one bit when the first is above 2.
PairOfU read_pair(std::uint64_t bits, bool first, bool second, std::uint32_t bias, bool is_short);

}  // namespace slipring::codecs::htj2k
