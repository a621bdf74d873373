// What is fixed by the standard about the three streams of an HT cleanup pass besides the code
// book: the exponents of the MEL coder and the U-VLC codes. Encoder and decoder build their look-up
// tables from these. T.814 (ISO/IEC 15444-15), clause 7.3.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/htj2k/block/code_book.h"  // IWYU pragma: export

namespace slipring::codecs::htj2k {

// Limits of a code block (T.800 B.7, Table A.18) and of its lengths (T.814 7.1).
inline constexpr std::uint32_t kBlockAreaMax = 4096;
inline constexpr std::uint32_t kBlockSideMax = 1024;
inline constexpr std::uint32_t kSuffixBytesMin = 2;  // Scup: MEL and VLC bytes together
inline constexpr std::uint32_t kSuffixBytesMax = 4079;
inline constexpr std::uint32_t kBitPlanesMax = 30;  // what 32-bit lanes hold beside sign and half

// E(k): a run of 2^E(k) zero events is one bit in state k (7.3.3, Table 2).
inline constexpr std::array<std::uint8_t, 13> kMelExponents = {0, 0, 0, 1, 1, 1, 2,
                                                               2, 2, 3, 3, 4, 5};

// U-VLC (7.3.6, Table 3): prefix, suffix and extension bits; first bit of each is its bit 0.
//   u 1       "1"                     u 3, 4    "001" and 1 suffix bit,  u - 3
//   u 2       "01"                    u 5..32   "000" and 5 suffix bits, u - 5 < 28
//   u >= 33   "000", suffix 28 + (u - 33) % 4, and 4 extension bits, (u - 33) / 4
// so u is prefix value + suffix + 4 * extension. Of a pair of quads both prefixes come first, then
// both suffixes, then both extensions.
struct UvlcPrefix {
  std::uint8_t value;
  std::uint8_t codeword;
  std::uint8_t length;
  std::uint8_t suffix_length;
};
inline constexpr std::array<UvlcPrefix, 4> kUvlcPrefixes = {
    {{1, 1, 1, 0}, {2, 2, 2, 0}, {3, 4, 3, 1}, {5, 0, 3, 5}}};
inline constexpr std::uint32_t kUvlcExtendedSuffix = 28;  // suffixes from here on have an extension
inline constexpr std::uint32_t kUvlcExtensionBits = 4;

// A pair in the first row of quads where both have u_off 1 (7.3.6): a MEL event tells whether both
// u are above 2; if so, each is coded less 2. If not, and the first u is above 2 (prefix of three
// bits), the second is 1 or 2 and coded as one bit, u - 1, in its prefix's place.
inline constexpr std::uint32_t kUvlcPairBias = 2;

}  // namespace slipring::codecs::htj2k
