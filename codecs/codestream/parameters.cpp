#include "codecs/codestream/parameters.h"

#include <algorithm>
#include <cmath>

#include "codecs/base/contract.h"

namespace slipring::codecs::codestream {

namespace {

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>((std::uint64_t{a} + b - 1) / b);
}

// Bits that the reversible 5/3 adds to a sample's magnitude, at most, in a band of decomposition
// level `level` (1 is the finest): the logarithm, rounded up, of the sums of the absolute values of
// the analysis filters. Those of one dimension are 1.5 to 1.72 (low), 2, 2.5, 2.75, ... 2.87
// (high).
unsigned bits_added(unsigned band, unsigned level) {
  if (band == 0) return level == 0 ? 1 : 2;      // LL: 2^(precision - 1) has a bit more itself
  if (band % 3 != 0) return level == 1 ? 2 : 3;  // HL, LH
  if (level == 1) return 2;                      // HH
  return level <= 5 ? 3 : 4;
}

// L2 norms of what one coefficient of a level's low-pass band makes of a line, T.800 F.3.8; of the
// high-pass band twice the norm: its nominal range is one bit wider (T.800 Table E.1). Beyond the
// table they grow by the square root of 2 a level.
constexpr std::array<double, 9> kLowGain = {1.0,      1.402108, 2.030372,  2.901163, 4.115285,
                                            5.824511, 8.238760, 11.651955, 16.478561};
constexpr std::array<double, 9> kHighGain = {1.0,      1.442522, 1.966942,  2.883924, 4.147520,
                                             5.894650, 8.347178, 11.808604, 16.701278};

double gain(const std::array<double, 9>& table, unsigned level) {
  if (level < table.size()) return table[level];
  return table.back() * std::exp2(0.5 * (level - 8));
}

double gain_of_band(unsigned band, unsigned level) {
  if (band == 0) return gain(kLowGain, level) * gain(kLowGain, level);
  if (band % 3 != 0) return gain(kLowGain, level) * gain(kHighGain, level);
  return gain(kHighGain, level) * gain(kHighGain, level);
}

// The decomposition level of band `band` in the order of QCD.
unsigned level_of_band(unsigned band, unsigned levels) {
  return band == 0 ? levels : levels - (band - 1) / 3;
}

constexpr unsigned kExponentMax = 31;  // five bits, T.800 Tables A.29, A.30

}  // namespace

Rect Siz::component(std::size_t c) const {
  const ComponentSize& size = components[c];
  return {ceil_div(image.x0, size.dx), ceil_div(image.y0, size.dy), ceil_div(image.x1, size.dx),
          ceil_div(image.y1, size.dy)};
}

std::uint8_t magb_bits(unsigned magnitude_bits) {
  if (magnitude_bits <= 8) return 0;
  if (magnitude_bits < 28) return static_cast<std::uint8_t>(magnitude_bits - 8);
  return static_cast<std::uint8_t>(std::min(13 + magnitude_bits / 4, 31U));
}

unsigned magnitude_bits_of(std::uint8_t magb) {
  if (magb < 20) return magb + 8U;
  return magb == 31 ? 74U : 4U * (magb - 19U) + 27U;
}

unsigned magnitude_bits(const Coding& coding) {
  unsigned most = 0;
  for (const ComponentCoding& component : coding.components) {
    const Quantization& q = component.quantization;
    const unsigned bands = 3U * component.style.levels + 1;
    for (unsigned b = 0; b < bands; ++b) {
      unsigned bits = q.guard_bits + q.exponent[b];
      if (component.style.reversible) {
        bits -= bits != 0;
      } else {  // T.814 8.7.3: the synthesis gains up to this level are taken off
        const unsigned level = level_of_band(b, component.style.levels);
        bits = bits > level ? bits - level : 0;
      }
      most = std::max(most, bits);
    }
  }
  return most;
}

Quantization reversible_quantization(unsigned levels, unsigned precision_bits,
                                     bool colour_transform) {
  EXPECTS(levels <= kLevelsMax && precision_bits <= kPrecisionMax);
  Quantization q;
  q.bands = static_cast<std::uint8_t>(3 * levels + 1);
  const unsigned depth = precision_bits + (colour_transform ? 1 : 0);
  unsigned most = 0;
  for (unsigned b = 0; b < q.bands; ++b) {
    const unsigned bits = depth + bits_added(b, level_of_band(b, levels));
    q.exponent[b] = static_cast<std::uint8_t>(bits);
    most = std::max(most, bits);
  }
  // A sample has depth - 1 bits of magnitude: Mb = guard + exponent - 1 = depth - 1 + added.
  const unsigned guard = most > kExponentMax + 1 ? most - kExponentMax : 1;
  EXPECTS(guard <= 7);
  q.guard_bits = static_cast<std::uint8_t>(guard);
  for (unsigned b = 0; b < q.bands; ++b)
    q.exponent[b] = static_cast<std::uint8_t>(q.exponent[b] > guard ? q.exponent[b] - guard : 0);
  return q;
}

Quantization irreversible_quantization(unsigned levels, double base_step) {
  EXPECTS(levels <= kLevelsMax && base_step > 0 && base_step <= 1);
  Quantization q;
  q.style = QuantizationStyle::Expounded;
  q.bands = static_cast<std::uint8_t>(3 * levels + 1);
  q.guard_bits = 1;
  for (unsigned b = 0; b < q.bands; ++b) {
    double step = base_step / gain_of_band(b, level_of_band(b, levels));
    unsigned exponent = 0;
    for (; step < 1.0 && exponent < kExponentMax; ++exponent) step *= 2;
    // T.800 E-3: step = 2^-exponent * (1 + mantissa / 2048)
    const long mantissa = std::lround(step * 2048) - 2048;
    q.exponent[b] = static_cast<std::uint8_t>(exponent);
    q.mantissa[b] = static_cast<std::uint16_t>(std::clamp(mantissa, 0L, 2047L));
  }
  return q;
}

}  // namespace slipring::codecs::codestream
