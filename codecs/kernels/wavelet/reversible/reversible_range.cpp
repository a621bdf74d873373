// The range rule: worst-case gains of the 5/3 analysis from the samples to the bands of each level.
// Along one dimension the largest |band sample| over all signals within [-1, 1] is the sum of the
// absolute taps of the filters in sequence; over both dimensions it is the product, and the high
// band's gain is the larger one at each level.
#include <array>

#include "codecs/kernels/wavelet/reversible.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

// The high band's worst gain after 1, 2, ... levels, in 2^-16, rounded up, and what it never
// reaches. tests/codecs/kernels/wavelet/reversible_range_test.cpp derives them.
constexpr std::array<std::uint64_t, 8> kGain = {131072, 163840, 180224, 183808,
                                                184800, 186189, 187158, 187437};
constexpr std::uint64_t kGainLimit = 188416;
// A level's steps are off by at most 1/2 each: 1.875 in its LL, which later levels amplify by less
// than the square of the limit, 8.27.
constexpr std::uint64_t kRoundingOfLevel = 16;

// Whether magnitudes up to 2^(bits - 1) times the gain of both dimensions stay below 2^(width - 1).
bool fits(std::uint32_t bits, std::uint32_t levels, bool with_rct, std::uint32_t width) {
  const std::uint32_t magnitude_bits = bits - 1 + (with_rct ? 1 : 0);
  // Without levels nothing is left of the gain in which the sums of the component transform fit.
  if (levels == 0) return magnitude_bits + (with_rct ? 1 : 0) < width;
  if (magnitude_bits >= width - 1) return false;
  const std::uint64_t gain = levels <= kGain.size() ? kGain[levels - 1] : kGainLimit;
  const std::uint64_t both = (gain * gain) >> 16;  // 2^-16 still; below 2^20
  const std::uint64_t worst =
      (((both + 1) << magnitude_bits) >> 16) + 1 + kRoundingOfLevel * levels;
  return worst < std::uint64_t{1} << (width - 1);
}

}  // namespace

bool fits_int16(std::uint32_t bits, std::uint32_t levels, bool with_rct) {
  return fits(bits, levels, with_rct, 16);
}

bool fits_int32(std::uint32_t bits, std::uint32_t levels, bool with_rct) {
  return fits(bits, levels, with_rct, 32);
}

}  // namespace slipring::codecs::kernels::wavelet
