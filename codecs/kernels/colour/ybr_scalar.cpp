#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/kernels/colour/ybr.h"

namespace slipring::codecs::kernels {

namespace {

using namespace ybr_factors;

// factor * chroma, in multiples of 2^-7.
int product(int chroma, int factor) {
  return ((chroma << kProductBits) * factor + (1 << (kFactorBits - 1))) >> kFactorBits;
}

int rounded(int value) { return (value + (1 << (kProductBits - 1))) >> kProductBits; }

std::uint8_t limited(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

void to_rgb(int y, int cb, int cr, std::uint8_t* rgb) {
  rgb[0] = limited(y + cr + rounded(product(cr, kRedCr)));
  rgb[1] = limited(y - rounded(product(cb, kGreenCb) + product(cr, kGreenCr)));
  rgb[2] = limited(y + 2 * cb - rounded(product(cb, kBlueCb)));
}

}  // namespace

void ybr_full_to_rgb_scalar(Bytes ybr, MutableBytes rgb) {
  EXPECTS(ybr.size() == rgb.size() && ybr.size() % 3 == 0);
  for (std::size_t at = 0; at < ybr.size(); at += 3)
    to_rgb(ybr[at], ybr[at + 1] - 128, ybr[at + 2] - 128, &rgb[at]);
}

void ybr_full_422_to_rgb_scalar(Bytes ybr, MutableBytes rgb) {
  EXPECTS(ybr.size() % 4 == 0 && rgb.size() == ybr.size() / 4 * 6);
  for (std::size_t pair = 0; pair < ybr.size() / 4; ++pair) {
    const std::uint8_t* from = &ybr[4 * pair];
    to_rgb(from[0], from[2] - 128, from[3] - 128, &rgb[6 * pair]);
    to_rgb(from[1], from[2] - 128, from[3] - 128, &rgb[6 * pair + 3]);
  }
}

}  // namespace slipring::codecs::kernels
