// idct: quantised coefficients of 12-bit blocks to samples (ITU-T T.81 A.3.3, A.3.1, F.2.1.5). The
// standard leaves the arithmetic open; this is the one of the widely used integer decoders, so that
// the samples are theirs bit for bit: the factorisation of Loeffler, Ligtenberg and Moschytz
// (ICASSP 1989) in 13-bit fixed point, columns first, kept with one fractional bit between the
// passes. Sums wrap at 32 bits; a sample is taken at 14 bits before it is limited to 0..4095.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/jpeg/extended/frame.h"

namespace slipring::codecs::jpeg::extended {

struct BlockRow {
  const std::int16_t* blocks = nullptr;  // of 64, each row by row; one block more is readable
  // Of each block the zigzag position behind which all is zero; one more is readable.
  const std::uint8_t* ends = nullptr;
  std::size_t count = 0;
  const std::int32_t* steps = nullptr;  // 64 quantiser steps, row by row
  std::uint16_t* to = nullptr;          // 8 rows; block n goes to columns 8 n to 8 n + 7
  std::size_t stride = 0;  // samples from row to row; an odd count writes 8 columns more
};

void inverse_dct(const BlockRow& row);

// The definition of right.
void inverse_dct_scalar(const BlockRow& row);

namespace lines {  // the constants of the factorisation, scaled by 2^13
constexpr int kFractionBits = 13;
constexpr int kBetweenBits = 1;
constexpr int kFirstShift = kFractionBits - kBetweenBits;
constexpr int kSecondShift = kFractionBits + kBetweenBits + 3;  // and the 1/8 of A.3.3
constexpr int kTakenBits = 14;
constexpr std::int32_t kLevel = 2048;  // A.3.1
constexpr std::int32_t kSampleMax = 4095;
constexpr std::int32_t fixed(double value) {
  return (static_cast<std::int32_t>(value * (2 << kFractionBits)) + 1) / 2;
}
// With c(n) = sqrt(2) cos(n pi / 16), s(n) = sqrt(2) sin(n pi / 16).
constexpr std::int32_t kC6 = fixed(0.541196100);
constexpr std::int32_t kC2MinusC6 = fixed(0.765366865);
constexpr std::int32_t kC2PlusC6 = fixed(1.847759065);
constexpr std::int32_t kC3 = fixed(1.175875602);
constexpr std::int32_t kOdd7 = fixed(0.298631336);  // -c1 + c3 + c5 - c7
constexpr std::int32_t kOdd5 = fixed(2.053119869);  //  c1 + c3 - c5 + c7
constexpr std::int32_t kOdd3 = fixed(3.072711026);  //  c1 + c3 + c5 - c7
constexpr std::int32_t kOdd1 = fixed(1.501321110);  //  c1 + c3 - c5 - c7
constexpr std::int32_t k71 = fixed(0.899976223);    //  c3 - c7
constexpr std::int32_t k53 = fixed(2.562915447);    //  c1 + c3
constexpr std::int32_t k73 = fixed(1.961570560);    //  c3 + c5
constexpr std::int32_t k51 = fixed(0.390180644);    //  c3 - c5
}  // namespace lines

}  // namespace slipring::codecs::jpeg::extended
