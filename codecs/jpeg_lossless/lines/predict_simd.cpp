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

// Vectors of one block of 8 samples; of four where blocks of 64 bits move across them for little.
using Block = hn::CappedTag<std::uint16_t, 8>;
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
using Samples = hn::ScalableTag<std::uint16_t>;
#else
using Samples = Block;
#endif
using V = hn::Vec<Samples>;

// In each block, lane i: the sum of its lanes 0 to i.
HWY_INLINE V sums_of_blocks(V v) {
  const Samples d;
  v = hn::Add(v, hn::ShiftLeftLanes<1>(d, v));
  v = hn::Add(v, hn::ShiftLeftLanes<2>(d, v));
  return hn::Add(v, hn::ShiftLeftLanes<4>(d, v));
}

// The last lane of each block in all of its lanes.
HWY_INLINE V last_of_blocks(V v) {
  const hn::Repartition<std::uint8_t, Samples> bytes;
  alignas(16) static constexpr std::uint8_t kLast[16] = {14, 15, 14, 15, 14, 15, 14, 15,
                                                         14, 15, 14, 15, 14, 15, 14, 15};
  return hn::BitCast(Samples(),
                     hn::TableLookupBytes(hn::BitCast(bytes, v), hn::LoadDup128(bytes, kLast)));
}

#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
// Sums that go on from vector to vector.
class RunningSum {
 public:
  explicit RunningSum(std::uint16_t first)
      : carry_(hn::Set(Samples(), first)),
        one_up_(hn::SetTableIndices(longs_, kOneUp)),
        two_up_(hn::SetTableIndices(longs_, kTwoUp)),
        last_(hn::SetTableIndices(longs_, kLastBlock)),
        behind_one_(hn::Not(hn::FirstN(longs_, 2))),
        behind_two_(hn::Not(hn::FirstN(longs_, 4))) {}

  HWY_INLINE V operator()(V v) {
    const Samples d;
    v = sums_of_blocks(v);
    const V own = last_of_blocks(v);
    V before = move(own, one_up_, behind_one_);  // the sum of the block before
    before = hn::Add(before, move(before, one_up_, behind_one_));
    before = hn::Add(before, move(before, two_up_, behind_two_));
    const V sum = hn::Add(hn::Add(v, before), carry_);
    const auto all = hn::BitCast(longs_, hn::Add(before, own));
    carry_ = hn::Add(carry_, hn::BitCast(d, hn::TableLookupLanes(all, last_)));
    return sum;
  }

 private:
  // Blocks are moved as two halves.
  using Longs = hn::Repartition<std::uint64_t, Samples>;
  using Places = decltype(hn::SetTableIndices(Longs(), static_cast<const std::int64_t*>(nullptr)));
  using Mask = hn::Mask<Longs>;
  static constexpr Longs longs_ = {};
  static constexpr std::int64_t kOneUp[8] = {0, 0, 0, 1, 2, 3, 4, 5};
  static constexpr std::int64_t kTwoUp[8] = {0, 0, 0, 0, 0, 1, 2, 3};
  static constexpr std::int64_t kLastBlock[8] = {6, 7, 6, 7, 6, 7, 6, 7};

  HWY_INLINE static V move(V v, Places from, Mask there) {
    const auto moved = hn::TableLookupLanes(hn::BitCast(longs_, v), from);
    return hn::BitCast(Samples(), hn::IfThenElseZero(there, moved));
  }

  V carry_;
  Places one_up_, two_up_, last_;
  Mask behind_one_, behind_two_;
};
#else
class RunningSum {
 public:
  explicit RunningSum(std::uint16_t first) : carry_(hn::Set(Samples(), first)) {}
  HWY_INLINE V operator()(V v) {
    v = sums_of_blocks(v);
    const V sum = hn::Add(v, carry_);
    carry_ = hn::Add(carry_, last_of_blocks(v));
    return sum;
  }

 private:
  V carry_;
};
#endif

// Only the lanes of samples that are there count.
HWY_INLINE V valid(V v, std::size_t left) {
  const Samples d;
  return left >= hn::Lanes(d) ? v : hn::IfThenElseZero(hn::FirstN(d, left), v);
}

template <class D>
HWY_INLINE hn::Vec<Block> to_block(D d, hn::Vec<D> v) {
  if constexpr (sizeof(hn::Vec<D>) == sizeof(hn::Vec<Block>)) {
    return v;
  } else {
    const hn::Half<D> half;
    return to_block(half, hn::Or(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  }
}

HWY_INLINE std::uint16_t or_of(V v) {
  const hn::Repartition<std::uint64_t, Block> wide;
  const auto pairs = hn::BitCast(wide, to_block(Samples(), v));
  std::uint64_t all = hn::GetLane(pairs) | hn::GetLane(hn::ShiftRightBytes<8>(wide, pairs));
  all |= all >> 32;
  return static_cast<std::uint16_t>(all | all >> 16);
}

// now = running sum of (difference + term(x)) from `left`, plus base(x).
template <class Term, class Base>
HWY_INLINE std::uint16_t running(const Line& line, std::uint16_t left, Term term, Base base) {
  const Samples d;
  RunningSum sum(left);
  V all = hn::Zero(d);
  for (std::size_t x = 0; x < line.count; x += hn::Lanes(d)) {
    const V value = hn::Add(sum(hn::Add(hn::LoadU(d, line.differences + x), term(x))), base(x));
    hn::StoreU(value, d, line.now + x);
    all = hn::Or(all, valid(value, line.count - x));
  }
  return or_of(all);
}

// now = difference + above[x + offset]
HWY_INLINE std::uint16_t from_above(const Line& line, std::ptrdiff_t offset) {
  const Samples d;
  V all = hn::Zero(d);
  const std::uint16_t* above = line.above + offset;
  for (std::size_t x = 0; x < line.count; x += hn::Lanes(d)) {
    const V value = hn::Add(hn::LoadU(d, line.differences + x), hn::LoadU(d, above + x));
    hn::StoreU(value, d, line.now + x);
    all = hn::Or(all, valid(value, line.count - x));
  }
  return or_of(all);
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
  const Samples d;
  const auto none = [](std::size_t) HWY_ATTR { return hn::Zero(Samples()); };
  const auto above = [&line](std::size_t x)
                         HWY_ATTR { return hn::LoadU(Samples(), line.above + x); };
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
      const auto half_step = [&](std::size_t x) HWY_ATTR {
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
  const auto none = [](std::size_t) HWY_ATTR { return hn::Zero(Samples()); };
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
