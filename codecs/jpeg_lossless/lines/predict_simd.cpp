// Lines by vectors. What depends on the left (Ra) is a running sum: of the differences alone
// (predictor 1), of sample minus the one above (4), or of differences plus a term of the line above
// (5). Predictors 6 and 7 halve what depends on the left: one sample after the other.
#include "codecs/jpeg_lossless/lines/predict.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_lossless/lines/predict_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/base/contract.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

std::uint16_t line(const Line& line, std::uint32_t predictor) {
  return reconstruct_line_scalar(line, predictor);
}

std::uint16_t first_line(const Line& line, std::uint16_t start) {
  return reconstruct_first_line_scalar(line, start);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// Running sums go from block to block of 8 samples, whatever the vector's size.
using Block = hn::CappedTag<std::uint16_t, 8>;
using V = hn::Vec<Block>;

// Lane i: the sum of lanes 0 to i.
HWY_INLINE V sums(Block d, V v) {
  v = hn::Add(v, hn::ShiftLeftLanes<1>(d, v));
  v = hn::Add(v, hn::ShiftLeftLanes<2>(d, v));
  return hn::Add(v, hn::ShiftLeftLanes<4>(d, v));
}

// The last lane in every lane.
HWY_INLINE V last(Block, V v) {
  const hn::Repartition<std::uint8_t, Block> bytes;
  alignas(16) static constexpr std::uint8_t kLast[16] = {14, 15, 14, 15, 14, 15, 14, 15,
                                                         14, 15, 14, 15, 14, 15, 14, 15};
  return hn::BitCast(Block(), hn::TableLookupBytes(hn::BitCast(bytes, v), hn::Load(bytes, kLast)));
}

// Only the lanes of samples that are there count.
HWY_INLINE V valid(Block d, V v, std::size_t left) {
  return left >= hn::Lanes(d) ? v : hn::IfThenElseZero(hn::FirstN(d, left), v);
}

HWY_INLINE std::uint16_t or_of(Block, V v) {
  const hn::Repartition<std::uint64_t, Block> wide;
  const auto pairs = hn::BitCast(wide, v);
  std::uint64_t all = hn::GetLane(pairs) | hn::GetLane(hn::ShiftRightBytes<8>(wide, pairs));
  all |= all >> 32;
  return static_cast<std::uint16_t>(all | all >> 16);
}

// now = running sum of (difference + term(x)) from `left`, plus base(x).
template <class Term, class Base>
HWY_INLINE std::uint16_t running(const Line& line, std::uint16_t left, Term term, Base base) {
  const Block d;
  V carry = hn::Set(d, left);
  V all = hn::Zero(d);
  for (std::size_t x = 0; x < line.count; x += 8) {
    const V sum = sums(d, hn::Add(hn::LoadU(d, line.differences + x), term(x)));
    const V value = hn::Add(hn::Add(sum, carry), base(x));
    carry = hn::Add(carry, last(d, sum));
    hn::StoreU(value, d, line.now + x);
    all = hn::Or(all, valid(d, value, line.count - x));
  }
  return or_of(d, all);
}

// now = difference + above[x + offset]
HWY_INLINE std::uint16_t from_above(const Line& line, std::ptrdiff_t offset) {
  const Block d;
  V all = hn::Zero(d);
  const std::uint16_t* above = line.above + offset;
  for (std::size_t x = 0; x < line.count; x += 8) {
    const V value = hn::Add(hn::LoadU(d, line.differences + x), hn::LoadU(d, above + x));
    hn::StoreU(value, d, line.now + x);
    all = hn::Or(all, valid(d, value, line.count - x));
  }
  return or_of(d, all);
}

// The neighbours outside of the line are set so that the first sample's prediction is Rb.
std::uint16_t recursive_6(const Line& line) {
  std::uint16_t all = 0;
  std::int32_t left = line.above[0];
  std::int32_t corner = line.above[0];
  for (std::size_t x = 0; x < line.count; ++x) {
    const std::int32_t above = line.above[x];
    left = static_cast<std::uint16_t>(line.differences[x] + above + ((left - corner) >> 1));
    corner = above;
    line.now[x] = static_cast<std::uint16_t>(left);
    all |= line.now[x];
  }
  return all;
}

std::uint16_t recursive_7(const Line& line) {
  std::uint16_t all = 0;
  std::uint32_t left = line.above[0];
  for (std::size_t x = 0; x < line.count; ++x) {
    left = static_cast<std::uint16_t>(line.differences[x] + ((left + line.above[x]) >> 1));
    line.now[x] = static_cast<std::uint16_t>(left);
    all |= line.now[x];
  }
  return all;
}

std::uint16_t line(const Line& line, std::uint32_t predictor) {
  const Block d;
  const auto none = [](std::size_t) { return hn::Zero(Block()); };
  const auto above = [&line](std::size_t x) { return hn::LoadU(Block(), line.above + x); };
  line.above[-1] = line.above[0];
  switch (predictor) {
    case 1:
      return running(line, line.above[0], none, none);
    case 2:
      return from_above(line, 0);
    case 3:
      return from_above(line, -1);
    case 4:
      return running(line, 0, none, above);
    case 5: {
      // (Rb - Rc) >> 1 of 17 bits: the rounded mean of Rb and ~Rc is 32,768 more.
      const auto half_step = [&](std::size_t x) {
        const V corner = hn::LoadU(d, line.above + x - 1);
        return hn::Sub(hn::AverageRound(above(x), hn::Not(corner)), hn::Set(d, 0x8000));
      };
      return running(line, line.above[0], half_step, none);
    }
    case 6:
      return recursive_6(line);
    default:
      return recursive_7(line);
  }
}

std::uint16_t first_line(const Line& line, std::uint16_t start) {
  const auto none = [](std::size_t) { return hn::Zero(Block()); };
  return running(line, start, none, none);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_lossless {

HWY_EXPORT(line);
HWY_EXPORT(first_line);

std::uint16_t reconstruct_line(const Line& line, std::uint32_t predictor) {
  EXPECTS(predictor >= 1 && predictor <= 7 && line.count != 0);
  return HWY_DYNAMIC_DISPATCH(line)(line, predictor);
}

std::uint16_t reconstruct_first_line(const Line& line, std::uint16_t start) {
  EXPECTS(line.count != 0);
  return HWY_DYNAMIC_DISPATCH(first_line)(line, start);
}

}  // namespace slipring::codecs::jpeg_lossless
#endif
