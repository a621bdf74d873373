#include "codecs/jpeg_ls/parameters.h"

#include <algorithm>
#include <bit>

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::int32_t kBasicT1 = 3;  // C.2.4.1.1.1
constexpr std::int32_t kBasicT2 = 7;
constexpr std::int32_t kBasicT3 = 21;
constexpr std::int32_t kDefaultReset = 64;
constexpr std::int32_t kMaximumForThresholds = 4095;

std::int32_t bits_for(std::int32_t values) {
  return static_cast<std::int32_t>(std::bit_width(static_cast<std::uint32_t>(values - 1)));
}

// CLAMP of C.2.4.1.1.1: the lower bound also for what exceeds MAXVAL.
std::int32_t clamp_or_low(std::int32_t value, std::int32_t low, std::int32_t maximum) {
  return value > maximum || value < low ? low : value;
}

void default_thresholds(Parameters& p, Thresholds thresholds) {
  const std::int32_t near = p.near;
  if (p.maximum >= 128) {
    const std::int32_t top =
        thresholds == Thresholds::Standard ? std::min(p.maximum, kMaximumForThresholds) : p.maximum;
    const std::int32_t factor = (top + 128) / 256;
    p.t1 = clamp_or_low(factor * (kBasicT1 - 2) + 2 + 3 * near, near + 1, p.maximum);
    p.t2 = clamp_or_low(factor * (kBasicT2 - 3) + 3 + 5 * near, p.t1, p.maximum);
    p.t3 = clamp_or_low(factor * (kBasicT3 - 4) + 4 + 7 * near, p.t2, p.maximum);
    return;
  }
  const std::int32_t factor = 256 / (p.maximum + 1);
  p.t1 = clamp_or_low(std::max(2, kBasicT1 / factor + 3 * near), near + 1, p.maximum);
  p.t2 = clamp_or_low(std::max(3, kBasicT2 / factor + 5 * near), p.t1, p.maximum);
  p.t3 = clamp_or_low(std::max(4, kBasicT3 / factor + 7 * near), p.t2, p.maximum);
}

}  // namespace

Result<Preset> read_preset(Bytes payload, std::uint64_t offset) {
  if (payload.size() < 11)
    return fail(ErrorCode::Malformed, offset, "the preset parameters (LSE) are too short", 11,
                payload.size());
  const auto word = [&](std::size_t at) {
    return static_cast<std::int32_t>(load_be<std::uint16_t>(&payload[at]));
  };
  return Preset{word(1), word(3), word(5), word(7), word(9)};
}

Result<Parameters> make_parameters(std::uint8_t precision_bits, std::uint8_t near,
                                   const Preset& preset, Thresholds thresholds) {
  const std::int32_t top = (1 << precision_bits) - 1;
  Parameters p;
  p.maximum = preset.maximum == 0 ? top : preset.maximum;
  p.near = near;
  if (p.maximum > top)
    return fail(ErrorCode::Malformed, kNoOffset, "MAXVAL exceeds the precision",
                static_cast<std::uint64_t>(top), static_cast<std::uint64_t>(p.maximum));
  if (near > p.maximum / 2)
    return fail(ErrorCode::Malformed, kNoOffset, "NEAR exceeds half of MAXVAL",
                static_cast<std::uint64_t>(p.maximum / 2), near);
  default_thresholds(p, thresholds);
  if (preset.t1 != 0) p.t1 = preset.t1;
  if (preset.t2 != 0) p.t2 = preset.t2;
  if (preset.t3 != 0) p.t3 = preset.t3;
  p.reset = preset.reset == 0 ? kDefaultReset : preset.reset;
  if (p.t1 < near + 1 || p.t2 < p.t1 || p.t3 < p.t2 || p.t3 > p.maximum)
    return fail(ErrorCode::Malformed, kNoOffset, "the JPEG-LS thresholds are out of order");
  if (p.reset < 3 || p.reset > std::max(255, p.maximum))
    return fail(ErrorCode::Malformed, kNoOffset, "the JPEG-LS RESET is out of its range");
  const std::int32_t bits = std::max(2, bits_for(p.maximum + 1));
  p.range = (p.maximum + 2 * near) / (2 * near + 1) + 1;
  p.quantised_bits = bits_for(p.range);
  p.limit = 2 * (bits + std::max(8, bits));
  return p;
}

}  // namespace slipring::codecs::jpeg_ls
