// Coded blocks by another encoder, and what another decoder makes of them (both by OpenJPH's block
// coder; the refinement bytes are random within the rules of stuffing).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "codecs/htj2k/block/decode.h"

namespace slipring::codecs::htj2k {

struct GoldenBlock {
  std::string_view name;
  std::uint32_t width;
  std::uint32_t height;
  CodedBlock coded;  // without its bytes
  std::string_view hex;
  std::vector<std::int32_t> samples;

  [[nodiscard]] std::vector<std::uint8_t> bytes() const {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
    std::vector<std::uint8_t> all;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      all.push_back(static_cast<std::uint8_t>(digit(hex[i]) * 16 + digit(hex[i + 1])));
    return all;
  }
};

inline const std::vector<GoldenBlock>& golden_blocks() {
  static const std::vector<GoldenBlock> blocks = {
      {"lossless",
       9,
       7,
       {nullptr, 54, 0, 1, 8, 9, false},
       "413651E8154E2767A3A3942A7DCBBF6253A8D1233CCF1380951D0691B100E219FC400FB9C9B20A4D"
       "217AF85A44202A3F4816698CB701",
       {0, -45, -3,  0,   -4, 13, -31, 3, 0,  -33, -5, 0,  11, -3, -2, 0,  -4, -6, -18, 8,  -3,
        6, -16, 2,   -24, 12, -9, 0,   6, 6,  3,   -7, -8, -3, -5, 0,  22, -8, 34, 0,   -8, -33,
        6, 0,   -10, -9,  0,  -8, -8,  0, 49, 28,  -2, 5,  5,  12, 87, 1,  0,  0,  0,   0,  -9}},
      {"of sparse samples",
       13,
       5,
       {nullptr, 10, 0, 1, 5, 6, false},
       "B5E2F66710E27F277900",
       {0, 0,  0, 0, 0, 0, -3, 0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0,
        0, -7, 0, 0, 0, 0, 0,  -3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0,
        0, 0,  0, 0, 0, 0, 0,  0,  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -2, 0, 0}},
      {"of 17 bits",
       4,
       3,
       {nullptr, 32, 0, 1, 17, 18, false},
       "E7CC8CC9C237A879EF7AACAA73268725C2E24A10251391D9B707D72540199700",
       {-26228, 33661, -45548, -40090, -88370, 31694, -52907, 34967, 11148, -18977, 37140, -47066}},
      {"without its lowest planes",
       6,
       5,
       {nullptr, 27, 0, 1, 8, 12, false},
       "6FF00AC49D00C7F01B14C031B52F9100BDA37FFA0D900524B4BC00",
       {0, 36,  -52, 156, -164, 76, -132, 108, -12, 196, -140, -20, 0,  60,  36,
        0, -12, -36, -20, -68,  44, 0,    12,  36,  -92, -52,  -68, 84, -44, 20}},
      {"with two passes",
       8,
       6,
       {nullptr, 12, 8, 2, 5, 8, false},
       "B363FE8005079D34E21D89000827086F47000710",
       {0, 0, 0, 0, 3, 0, 0, 0, 0,   0, -6, 3,  -22, 0, 0, 0, 0,  -3, -10, -18, 6, 0, 3, 0,
        0, 0, 0, 3, 0, 0, 6, 6, -26, 3, -3, 18, 0,   0, 3, 0, -3, -3, 0,   -3,  0, 0, 0, 0}},
      {"with three passes",
       7,
       9,
       {nullptr, 29, 10, 3, 6, 10, false},
       "998E06E72D400446A1EE4010AD85B7499DF2C47F66AA32BE0F4E7773016D0CB90F01565F0E810D",
       {-22, 6,   -6, -42, 0, -18, 0,  6,   -6, 30, -26, 0,   6,   -6, 0,   38, 6, 42, -70, 0,  -6,
        -74, 0,   0,  -18, 0, 34,  -6, -10, 6,  0,  0,   -14, -10, 18, 10,  0,  0, 18, 14,  10, 6,
        26,  -10, 54, 0,   0, 0,   22, 6,   0,  6,  14,  0,   -58, -6, -38, 38, 0, 6,  -6,  -6, 6}},
      {"with causal passes",
       6,
       11,
       {nullptr, 18, 11, 3, 5, 9, true},
       "00D0BCE2620DB543D17E7B7EBA327C815E004548278388A515362B8DBE",
       {6,  42, 6, 0,   0, 0, 0, 14, 0, 0, -6, 6, -6, 0,  0,   -6,  -6, 0,  0,  0,   22, 0,
        0,  0,  0, 0,   0, 0, 0, 10, 0, 0, 0,  0, -6, 30, -14, -22, 0,  30, 0,  -22, 0,  -6,
        -6, 0,  0, -34, 0, 6, 0, 0,  0, 0, 54, 0, -6, 0,  6,   -26, 6,  -6, 14, 10,  -6, -18}},
      {"one row high",
       19,
       1,
       {nullptr, 15, 0, 1, 7, 8, false},
       "C90572C2102D85D7376008CA6D3B00",
       {0, -13, 15, 0, 0, 0, -3, 21, 0, 1, -4, 0, 0, -5, 0, -3, 0, 5, 0}},
      {"one column wide",
       1,
       17,
       {nullptr, 16, 0, 1, 7, 8, false},
       "9B2FFA9904FF8FE7E5D67E8BA4F77C00",
       {-2, 0, -7, 0, 0, -5, -16, -3, 1, 0, 0, -3, 0, -2, -16, -13, 7}},
  };
  return blocks;
}

}  // namespace slipring::codecs::htj2k
