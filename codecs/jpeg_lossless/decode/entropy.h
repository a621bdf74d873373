// entropy: the differences of many samples from unstuffed bits (ITU-T T.81 F.2.2, H.2). The chain
// from one sample to the next is a shift, one load from a table and a shift, some 6 cycles; several
// lanes, each with bits of its own, fill each other's waiting. What the differences are is told
// afterwards, by vectors, from what each step left behind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/jpeg_lossless/huffman.h"

namespace slipring::codecs::jpeg_lossless {

// One load tells all that the next step needs: an entry is
//   bits 0-5    code and further bits together: how far to go on
//   bits 6-9    the code alone
//   bit  10     exceptional: a longer code, one of too many bits, none, or category 16
//   bits 11-15  the category
inline constexpr std::uint32_t kIndexBits = 12;
inline constexpr std::uint32_t kExceptional = 1U << 10;
inline constexpr std::uint32_t kCodeShift = 6;
inline constexpr std::uint32_t kCategoryShift = 11;

// The table of pairs has a smaller index, so that two of them lie in a core's first cache. Of an
// entry, the lower half is a symbol's as above, the upper one that of the symbol behind it, with
// kHasSecond, or zeros; but where the lower half's bits 0-5 tell how far both go, the upper half's
// tell how far the first goes.
inline constexpr std::uint32_t kPairIndexBits = 11;
inline constexpr std::uint32_t kSecondShift = 16;
inline constexpr std::uint32_t kHasSecond = 1U << 10;  // in its half

// A leap is all the symbols that lie whole in an index, eight at most, each a difference of a byte:
//   bits 0-5    how far they go, kIndexBits at most
//   bit  6      kLeapStop: not one symbol; bits 0-5 are 0
//   bits 8-15   how many they are
inline constexpr std::uint32_t kLeapBitsMask = 63;
inline constexpr std::uint32_t kLeapStop = 1U << 6;
inline constexpr std::uint32_t kLeapCountShift = 8;
inline constexpr std::uint32_t kLeapSymbolsMax = 8;

struct FastTable {
  std::array<std::uint16_t, std::size_t{1} << kIndexBits> entries;
  HuffmanCodes codes;       // for the exceptional
  std::uint32_t group = 2;  // lookups that one refill suffices for, 2 to 4
  bool paired = false;      // `pairs` is there
  std::array<std::uint32_t, std::size_t{1} << kPairIndexBits> pairs;
  bool leaps = false;  // the following are there
  std::array<std::uint16_t, std::size_t{1} << kIndexBits> leap_steps;
  std::array<std::uint64_t, std::size_t{1} << kIndexBits> leap_differences;  // the first lowest
};

// `group` 0: as many as suits the table; else 2 to 4.
void build_fast_table(const HuffmanSpec& spec, std::uint32_t group, FastTable& table);
// Adds the table of pairs where most lookups will give two symbols. Of a built table.
void pair_fast_table(const HuffmanSpec& spec, FastTable& table);
// Adds the leaps where they pay: where samples take few bits.
void leap_fast_table(const HuffmanSpec& spec, FastTable& table);

inline constexpr std::size_t kChunkSymbols = 384;  // a multiple of 2, 3 and 4
inline constexpr std::size_t kPairBlock = 24;      // lookups; a multiple of 2 and 3
// Symbols by pairs between two looks at where the bits end.
inline constexpr std::size_t kPairChunkSymbols = 1152;
// Zero bytes behind the bits of a lane: what a chunk may run over the end, and a load. A lookup
// takes 32 bits at most.
inline constexpr std::size_t kBitsPadding =
    (kChunkSymbols > kPairChunkSymbols / 2 ? kChunkSymbols : kPairChunkSymbols / 2) * 4 + 64;

// The bits of one scan or restart interval.
struct BitLane {
  const std::uint8_t* begin = nullptr;
  const std::uint8_t* end = nullptr;  // kBitsPadding zero bytes follow
  const std::uint8_t* at = nullptr;   // next byte to load
  std::uint64_t window = 0;           // bits from the top
  std::uint64_t held = 0;             // how many of them are valid
  // Symbol i is coded by tables[i % period].
  std::array<const FastTable*, 4> tables = {};
  std::uint32_t period = 1;
  bool leaps = false;   // period is 1, and the table has them: so in all lanes, or in none
  bool failed = false;  // no such code, or the bits ended long ago

  void start(const std::uint8_t* first, const std::uint8_t* last) {
    begin = at = first;
    end = last;
    window = held = 0;
  }
  // Bits read since start(), those behind the end too.
  [[nodiscard]] std::uint64_t position() const {
    return static_cast<std::uint64_t>(at - begin) * 8 - held;
  }
};

// What the steps leave behind: a symbol each, or one or two.
struct Steps {
  std::uint32_t windows[kChunkSymbols];  // the 32 bits from the symbol's first on
  std::uint16_t entries[kChunkSymbols];
  std::uint64_t pair_windows[2 * kPairBlock];  // of two blocks
  std::uint32_t pair_entries[2 * kPairBlock];
};

// `count` symbols of every lane: differences[i] gets lane i's. All lanes have the same period, and
// count is a multiple of it. One or two lanes; steps.size() == lanes.size(). Up to 32 differences
// behind the last are written.
void decode_differences(std::span<BitLane* const> lanes, std::size_t count,
                        std::span<std::uint16_t* const> differences, std::span<Steps> steps);

}  // namespace slipring::codecs::jpeg_lossless
