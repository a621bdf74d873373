#include "codecs/jpeg/extended/blocks.h"

namespace slipring::codecs::jpeg::extended {

namespace {

// The value bits behind a code, EXTENDed (T.81 F.2.2.1), without a branch: those of a negative
// value are complemented, shifted down and complemented back.
inline std::int32_t value_of(std::uint64_t bits, Code code) {
  const std::uint64_t behind = bits << code.code_bits;
  const std::uint64_t negative =
      ~static_cast<std::uint64_t>(static_cast<std::int64_t>(behind) >> 63);
  const std::uint64_t magnitude = (behind ^ negative) >> 1 >> (63 - code.value_bits);
  return static_cast<std::int32_t>((magnitude ^ negative) - negative);
}

// The next code and its value; total_bits 0 when there is none.
struct Step {
  Code code;
  std::int32_t value;
};
inline Step step(Window& window, const Codes& codes, Codes::Use use) {
  window.refill();
  Code code = codes.quick()[window.bits >> (64 - Codes::kLookUpBits)];
  if (code.total_bits == 0) [[unlikely]]
    code = codes.find_quick(window.bits, use);
  const Step found{code, value_of(window.bits, code)};
  window.drop(code.total_bits);
  return found;
}

// One block into zeros; false: not a block. At most 64 steps of 31 bits.
inline bool read_block(Window& window, const Codes& dc, const Codes& ac, std::int32_t& prediction,
                       std::int16_t* to, std::uint8_t& end) {
  const Step first = step(window, dc, Codes::Use::Dc);
  if (first.code.total_bits == 0) return false;
  prediction = wrapping_sum(prediction, first.value);
  to[0] = static_cast<std::int16_t>(prediction);
  unsigned k = 1;
  while (k < kBlockSamples) {
    const Step next = step(window, ac, Codes::Use::Ac);
    const unsigned place = k + next.code.run;
    if (next.code.total_bits == 0) return false;
    if (place >= kBlockSamples) {
      if (next.code.run != kEndOfBlock) return false;
      break;
    }
    to[kZigzag[place]] = static_cast<std::int16_t>(next.value);
    k = place + 1;
  }
  end = static_cast<std::uint8_t>(k - 1);
  return true;
}

}  // namespace

void QuickSequential::run(std::uint32_t i, std::uint32_t row, std::uint32_t column,
                          std::uint32_t count) {
  const Grid& grid = grids_[scan_.which[i]];
  const Codes& dc = *codes_.dc[i];
  const Codes& ac = *codes_.ac[i];
  const std::size_t first = grid.index(row, column);
  std::int16_t* block = grid.blocks + first * kBlockSamples;
  std::uint8_t* end = grid.ends + first;
  const std::uint8_t* const last_start = reader_.last_start();
  Window window = reader_.window();
  std::int32_t prediction = prediction_[i];
  bool good = true;
  for (; count > 0 && good; --count, block += kBlockSamples, ++end) {
    std::memset(block, 0, kBlockSamples * sizeof(std::int16_t));
    good = window.at <= last_start && read_block(window, dc, ac, prediction, block, *end);
  }
  prediction_[i] = prediction;
  reader_.set_window(window);
  if (!good) reader_.stop(ErrorCode::Malformed, {});
}

}  // namespace slipring::codecs::jpeg::extended
