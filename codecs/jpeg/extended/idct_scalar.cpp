#include <algorithm>

#include "codecs/jpeg/extended/idct.h"

namespace slipring::codecs::jpeg::extended {

namespace {

using namespace lines;
using Line = std::array<std::uint32_t, kBlockSide>;  // two's complement, so that sums wrap

// One line of eight coefficients to eight values, 2^13 times too large.
Line transform(const Line& x) {
  const std::uint32_t turn = (x[2] + x[6]) * kC6;
  const std::uint32_t even2 = turn - x[6] * kC2PlusC6;
  const std::uint32_t even3 = turn + x[2] * kC2MinusC6;
  const std::uint32_t sum = (x[0] + x[4]) << kFractionBits;
  const std::uint32_t difference = (x[0] - x[4]) << kFractionBits;
  const Line even = {sum + even3, difference + even2, difference - even2, sum - even3};

  const std::uint32_t all = (x[7] + x[3] + x[5] + x[1]) * kC3;
  const std::uint32_t with71 = (x[7] + x[1]) * k71;
  const std::uint32_t with53 = (x[5] + x[3]) * k53;
  const std::uint32_t with73 = all - (x[7] + x[3]) * k73;
  const std::uint32_t with51 = all - (x[5] + x[1]) * k51;
  const Line odd = {x[1] * kOdd1 - with71 + with51, x[3] * kOdd3 - with53 + with73,
                    x[5] * kOdd5 - with53 + with51, x[7] * kOdd7 - with71 + with73};
  Line out{};
  for (std::size_t i = 0; i < 4; ++i) {
    out[i] = even[i] + odd[i];
    out[7 - i] = even[i] - odd[i];
  }
  return out;
}

std::uint32_t descaled(std::uint32_t value, int shift) {
  const std::uint32_t rounded = value + (1U << (shift - 1));
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(rounded) >> shift);
}

std::uint16_t sample_of(std::uint32_t value) {
  const std::uint32_t rounded = value + (1U << (kSecondShift - 1));
  constexpr int kUp = 32 - kSecondShift - kTakenBits;
  const std::int32_t taken = static_cast<std::int32_t>(rounded << kUp) >> (kUp + kSecondShift);
  return static_cast<std::uint16_t>(std::clamp(taken + kLevel, 0, kSampleMax));
}

void inverse_block(const std::int16_t* block, const std::int32_t* steps, std::uint16_t* to,
                   std::size_t stride) {
  std::array<Line, kBlockSide> between{};  // [row][column]
  for (std::size_t column = 0; column < kBlockSide; ++column) {
    Line line{};
    for (std::size_t row = 0; row < kBlockSide; ++row) {
      const std::size_t at = row * kBlockSide + column;
      line[row] = static_cast<std::uint32_t>(block[at]) * static_cast<std::uint32_t>(steps[at]);
    }
    line = transform(line);
    for (std::size_t row = 0; row < kBlockSide; ++row)
      between[row][column] = descaled(line[row], kFirstShift);
  }
  for (std::size_t row = 0; row < kBlockSide; ++row) {
    const Line line = transform(between[row]);
    for (std::size_t column = 0; column < kBlockSide; ++column)
      to[row * stride + column] = sample_of(line[column]);
  }
}

}  // namespace

void inverse_dct_scalar(const BlockRow& row) {
  for (std::size_t n = 0; n < row.count; ++n)
    inverse_block(row.blocks + n * kBlockSamples, row.steps, row.to + n * kBlockSide, row.stride);
}

}  // namespace slipring::codecs::jpeg::extended
