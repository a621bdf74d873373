// encode_tables: the code book from the encoder's side: for what a quad is, the code word to write.
// Built once from code_book.h and tables.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace slipring::codecs::htj2k::encode {

// What is written for a quad (T.814 7.3.5).
struct VlcCode {
  std::uint8_t codeword = 0;  // its first bit is bit 0
  std::uint8_t length = 0;    // 0: nothing is written, MEL has said it all
  std::uint8_t e_k = 0;       // samples that send one magnitude bit less
};

// By context << 8 | rho << 4 | epsilon. Bit i of epsilon: u is above 0 and sample i has the
// greatest exponent of its quad.
inline constexpr std::uint32_t kVlcIndices = 8 << 8;
using VlcCodes = std::array<VlcCode, kVlcIndices>;

struct EncodeTables {
  VlcCodes first_row;
  VlcCodes other_rows;
};
[[nodiscard]] const EncodeTables& encode_tables();

// The bits that tell u of a pair of quads, or of a lone quad with u1 0 (7.3.6).
struct UvlcCode {
  std::uint32_t bits = 0;  // the first bit is bit 0
  std::uint32_t length = 0;
};
// `biased`: both are in the first row of quads and have u above 0; a MEL event has told whether
// both are above kUvlcPairBias.
[[nodiscard]] UvlcCode uvlc_code(std::uint32_t u0, std::uint32_t u1, bool biased);

// The same, packed for the fast encoder, whose u are below kFastU.
inline constexpr std::uint32_t kFastU = 16;
struct FastEncodeTable {
  std::array<std::uint16_t, kVlcIndices> vlc;  // codeword | e_k << 8 | length << 12
  std::array<std::uint32_t, std::size_t{kFastU} * kFastU>
      uvlc;  // by u0 | u1 << 4: bits | length << 16
};
// Of the first row of quads, and of the others.
[[nodiscard]] const std::array<FastEncodeTable, 2>& fast_encode_tables();

}  // namespace slipring::codecs::htj2k::encode
