// ybr: YBR_FULL and YBR_FULL_422 to RGB, 8 bits a sample (PS3.3 C.7.6.3.1.2), for who asks for RGB:
// decoders leave YCbCr as it is coded. Takes and gives memory; knows nothing of frames.
//
//   R = Y + 1.402 Cr'                        with Cb' = Cb - 128, Cr' = Cr - 128,
//   G = Y - 0.344136 Cb' - 0.714136 Cr'      limited to 0..255
//   B = Y + 1.772 Cb'
//
// in fixed point: factors are multiples of 2^-15, each product is rounded to a multiple of 2^-7,
// the sum to a whole, halves upwards. At most 1 from the exact value.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::kernels {

// Pixels of three bytes, Y Cb Cr to R G B; equal sizes, a multiple of 3; in place or apart.
void ybr_full_to_rgb(Bytes ybr, MutableBytes rgb);

// Pairs of pixels in four bytes, Y Y Cb Cr, whose chrominance both pixels have (PS3.3 C.7.6.3.1.2
// as native pixel data holds it, PS3.5 8.2); ybr.size() is a multiple of 4, rgb.size() 6/4 of it.
void ybr_full_422_to_rgb(Bytes ybr, MutableBytes rgb);

// The definition of right.
void ybr_full_to_rgb_scalar(Bytes ybr, MutableBytes rgb);
void ybr_full_422_to_rgb_scalar(Bytes ybr, MutableBytes rgb);

namespace ybr_factors {
constexpr int kFactorBits = 15;
constexpr int kProductBits = 7;
constexpr std::int16_t factor(double value) {
  return static_cast<std::int16_t>((static_cast<int>(value * (2 << kFactorBits)) + 1) / 2);
}
// Of factors above 1 only what lies beside the whole number, so that they fit 16 bits.
constexpr std::int16_t kRedCr = factor(1.402 - 1);
constexpr std::int16_t kGreenCb = factor(0.344136);
constexpr std::int16_t kGreenCr = factor(0.714136);
constexpr std::int16_t kBlueCb = factor(2 - 1.772);
}  // namespace ybr_factors

}  // namespace slipring::codecs::kernels
