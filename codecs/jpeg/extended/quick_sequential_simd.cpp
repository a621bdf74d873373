// No vectors here but the zeroing of blocks: compiled for each target because shifts by a variable
// are on the loop's critical path, and newer instruction sets have better ones.
#include "codecs/jpeg/extended/blocks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg/extended/quick_sequential_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg::extended {
namespace HWY_NAMESPACE {

// The value bits behind a code, EXTENDed (T.81 F.2.2.1), without a branch: those of a negative
// value are complemented, shifted down and complemented back.
HWY_INLINE std::int32_t value_of(std::uint64_t bits, QuickCode code) {
  const std::uint64_t behind = bits << (code >> kCodeBitsAt & 63);
  const auto negative = ~static_cast<std::uint64_t>(static_cast<std::int64_t>(behind) >> 63);
  const std::uint64_t magnitude = (behind ^ negative) >> 1 >> (63 - (code >> kValueBitsAt & 15));
  return static_cast<std::int32_t>((magnitude ^ negative) - negative);
}

// What the next code is as far as the table knows, which looks at bits that are there before the
// window is filled up: filling up then is no part of the chain from one code to the next.
HWY_INLINE QuickCode peek(const Window& window, const QuickCode* quick) {
  return quick[window.bits >> (64 - Codes::kLookUpBits)];
}

HWY_INLINE void drop(Window& window, QuickCode code) {
  window.bits <<= code & 63;
  window.count -= code & 63;
}

// The code of which `peeked` was known; its value is in the window then, and once it is dropped
// there are bits enough to peek again. 0: no code.
HWY_INLINE QuickCode complete(Window& window, QuickCode peeked, const Codes& codes,
                              Codes::Use use) {
  window.refill();
  if (peeked == 0) [[unlikely]]
    return codes.find_quick(window.bits, use);
  return peeked;
}

// One block into zeros; false: not a block. At most 64 codes of 31 bits. Before and after, the
// window has the bits of a look-up.
HWY_INLINE bool read_block(Window& window, const Codes& dc, const Codes& ac,
                           std::int32_t& prediction, std::int16_t* to, std::uint8_t& end) {
  QuickCode code = complete(window, peek(window, dc.quick()), dc, Codes::Use::Dc);
  if (code == 0) return false;
  prediction = wrapping_sum(prediction, value_of(window.bits, code));
  to[0] = static_cast<std::int16_t>(prediction);
  drop(window, code);
  const QuickCode* const quick = ac.quick();
  QuickCode next = peek(window, quick);
  unsigned k = 1;
  while (k < kBlockSamples) {
    code = complete(window, next, ac, Codes::Use::Ac);
    const std::int32_t value = value_of(window.bits, code);
    const unsigned place = k + (code >> kRunAt);
    drop(window, code);
    next = peek(window, quick);
    if (place >= kBlockSamples) {
      if (code >> kRunAt != kEndOfBlock) return false;
      break;
    }
    if (code == 0) return false;
    to[kZigzag[place]] = static_cast<std::int16_t>(value);
    k = place + 1;
  }
  end = static_cast<std::uint8_t>(k - 1);
  return true;
}

HWY_INLINE void clear(std::int16_t* block) {
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
  std::memset(block, 0, kBlockSamples * sizeof(std::int16_t));
#else
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::CappedTag<std::int16_t, 32> d;
  for (std::size_t i = 0; i < kBlockSamples; i += hn::Lanes(d))
    hn::StoreU(hn::Zero(d), d, block + i);
#endif
}

bool read_blocks(Window& window, const std::uint8_t* last_start, const Codes& dc, const Codes& ac,
                 std::int32_t& prediction, const BlockRun& to) {
  Window here = window;
  here.refill();
  std::int32_t predicted = prediction;
  bool good = true;
  for (std::uint32_t n = 0; n < to.count && good; ++n) {
    std::int16_t* block = to.blocks + std::size_t{n} * kBlockSamples;
    clear(block);
    good = here.at <= last_start && read_block(here, dc, ac, predicted, block, to.ends[n]);
  }
  window = here;
  prediction = predicted;
  return good;
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg::extended
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg::extended {

HWY_EXPORT(read_blocks);

void QuickSequential::run(std::uint32_t i, std::uint32_t row, std::uint32_t column,
                          std::uint32_t count) {
  const Grid& grid = grids_[scan_.which[i]];
  const std::size_t first = grid.index(row, column);
  const BlockRun to = {grid.blocks + first * kBlockSamples, grid.ends + first, count};
  Window window = reader_.window();
  if (!HWY_DYNAMIC_DISPATCH(read_blocks)(window, reader_.last_start(), *codes_.dc[i], *codes_.ac[i],
                                         prediction_[i], to))
    reader_.stop(ErrorCode::Malformed, {});
  reader_.set_window(window);
}

}  // namespace slipring::codecs::jpeg::extended
#endif
