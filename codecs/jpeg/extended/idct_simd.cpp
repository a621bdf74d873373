#include "codecs/jpeg/extended/idct.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg/extended/idct_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg::extended {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void inverse_row(const BlockRow& row) { inverse_dct_scalar(row); }

#else

namespace hn = hwy::HWY_NAMESPACE;
using namespace lines;

// Eight lines of a block, or of a pair of blocks side by side: no array, because the vectors of
// some instruction sets have no size.
template <class V>
struct Eight {
  V v0, v1, v2, v3, v4, v5, v6, v7;
};

template <class D, class V = hn::Vec<D> >
HWY_INLINE V times(D d, V v, std::int32_t constant) {
  return hn::Mul(v, hn::Set(d, constant));
}

// inverse_dct_scalar's transform(), a lane for each of several lines.
template <class D, class V = hn::Vec<D> >
HWY_INLINE void transform(D d, Eight<V>& x) {
  const V turn = times(d, hn::Add(x.v2, x.v6), kC6);
  const V even2 = hn::Sub(turn, times(d, x.v6, kC2PlusC6));
  const V even3 = hn::Add(turn, times(d, x.v2, kC2MinusC6));
  const V sum = hn::ShiftLeft<kFractionBits>(hn::Add(x.v0, x.v4));
  const V difference = hn::ShiftLeft<kFractionBits>(hn::Sub(x.v0, x.v4));
  const V sum73 = hn::Add(x.v7, x.v3);
  const V sum51 = hn::Add(x.v5, x.v1);
  const V all = times(d, hn::Add(sum73, sum51), kC3);
  const V with71 = times(d, hn::Add(x.v7, x.v1), k71);
  const V with53 = times(d, hn::Add(x.v5, x.v3), k53);
  const V with73 = hn::Sub(all, times(d, sum73, k73));
  const V with51 = hn::Sub(all, times(d, sum51, k51));
  const V odd0 = hn::Add(hn::Sub(times(d, x.v1, kOdd1), with71), with51);
  const V odd1 = hn::Add(hn::Sub(times(d, x.v3, kOdd3), with53), with73);
  const V odd2 = hn::Add(hn::Sub(times(d, x.v5, kOdd5), with53), with51);
  const V odd3 = hn::Add(hn::Sub(times(d, x.v7, kOdd7), with71), with73);
  const V low0 = hn::Add(sum, even3), low3 = hn::Sub(sum, even3);
  const V low1 = hn::Add(difference, even2), low2 = hn::Sub(difference, even2);
  x = {hn::Add(low0, odd0), hn::Add(low1, odd1), hn::Add(low2, odd2), hn::Add(low3, odd3),
       hn::Sub(low3, odd3), hn::Sub(low2, odd2), hn::Sub(low1, odd1), hn::Sub(low0, odd0)};
}

// The same where the upper four lines are zero: the products with them left out.
template <class D, class V = hn::Vec<D> >
HWY_INLINE void transform_half(D d, Eight<V>& x) {
  const V even2 = times(d, x.v2, kC6);
  const V even3 = times(d, x.v2, kC6 + kC2MinusC6);
  const V sum = hn::ShiftLeft<kFractionBits>(x.v0);
  const V all = times(d, hn::Add(x.v3, x.v1), kC3);
  const V with71 = times(d, x.v1, k71);
  const V with53 = times(d, x.v3, k53);
  const V with73 = hn::Sub(all, times(d, x.v3, k73));
  const V with51 = hn::Sub(all, times(d, x.v1, k51));
  const V odd0 = hn::Add(times(d, x.v1, kOdd1 - k71), with51);
  const V odd1 = hn::Add(times(d, x.v3, kOdd3 - k53), with73);
  const V odd2 = hn::Sub(with51, with53);
  const V odd3 = hn::Sub(with73, with71);
  const V low0 = hn::Add(sum, even3), low3 = hn::Sub(sum, even3);
  const V low1 = hn::Add(sum, even2), low2 = hn::Sub(sum, even2);
  x = {hn::Add(low0, odd0), hn::Add(low1, odd1), hn::Add(low2, odd2), hn::Add(low3, odd3),
       hn::Sub(low3, odd3), hn::Sub(low2, odd2), hn::Sub(low1, odd1), hn::Sub(low0, odd0)};
}

template <class V, class Function>
HWY_INLINE void each(Eight<V>& x, Function function) {
  x = {function(x.v0), function(x.v1), function(x.v2), function(x.v3),
       function(x.v4), function(x.v5), function(x.v6), function(x.v7)};
}

template <class D, class V = hn::Vec<D> >
HWY_INLINE void descale(D d, Eight<V>& x) {
  const V half = hn::Set(d, 1 << (kFirstShift - 1));
  each(x, [half](V v) HWY_ATTR { return hn::ShiftRight<kFirstShift>(hn::Add(v, half)); });
}

template <class D, class V = hn::Vec<D> >
HWY_INLINE void to_samples(D d, Eight<V>& x) {
  constexpr int kUp = 32 - kSecondShift - kTakenBits;
  const V half = hn::Set(d, 1 << (kSecondShift - 1));
  const V level = hn::Set(d, kLevel);
  const V top = hn::Set(d, kSampleMax);
  each(x, [=](V v) HWY_ATTR {
    const V taken = hn::ShiftRight<kUp + kSecondShift>(hn::ShiftLeft<kUp>(hn::Add(v, half)));
    return hn::Min(hn::Max(hn::Add(taken, level), hn::Zero(D())), top);
  });
}

#if HWY_MAX_BYTES >= 32

inline constexpr hn::CappedTag<std::int32_t, 16> kTag;  // a block's row in eight lanes
using D32 = decltype(kTag);
using V32 = hn::Vec<D32>;

// Two rows of 128-bit parts: the lower of each pair of parts together, and the upper.
HWY_INLINE V32 lower_parts(V32 a, V32 b) { return hn::OddEvenBlocks(hn::SwapAdjacentBlocks(b), a); }
HWY_INLINE V32 upper_parts(V32 a, V32 b) { return hn::OddEvenBlocks(b, hn::SwapAdjacentBlocks(a)); }

struct Quad {
  V32 a, b, c, d;
};
// 4x4 within each 128-bit part.
HWY_INLINE Quad transpose_parts(V32 r0, V32 r1, V32 r2, V32 r3) {
  const hn::Repartition<std::int64_t, D32> d64;
  const auto low01 = hn::BitCast(d64, hn::InterleaveLower(kTag, r0, r1));
  const auto high01 = hn::BitCast(d64, hn::InterleaveUpper(kTag, r0, r1));
  const auto low23 = hn::BitCast(d64, hn::InterleaveLower(kTag, r2, r3));
  const auto high23 = hn::BitCast(d64, hn::InterleaveUpper(kTag, r2, r3));
  return {hn::BitCast(kTag, hn::InterleaveLower(d64, low01, low23)),
          hn::BitCast(kTag, hn::InterleaveUpper(d64, low01, low23)),
          hn::BitCast(kTag, hn::InterleaveLower(d64, high01, high23)),
          hn::BitCast(kTag, hn::InterleaveUpper(d64, high01, high23))};
}

// 8x8, of each block by itself.
HWY_INLINE void transpose(Eight<V32>& x) {
  const Quad top = transpose_parts(x.v0, x.v1, x.v2, x.v3);
  const Quad bottom = transpose_parts(x.v4, x.v5, x.v6, x.v7);
  x = {lower_parts(top.a, bottom.a), lower_parts(top.b, bottom.b), lower_parts(top.c, bottom.c),
       lower_parts(top.d, bottom.d), upper_parts(top.a, bottom.a), upper_parts(top.b, bottom.b),
       upper_parts(top.c, bottom.c), upper_parts(top.d, bottom.d)};
}

// Row `r` of the blocks that one vector holds, times its steps.
template <class D>
HWY_INLINE hn::Vec<D> load_row(D d, const std::int16_t* blocks, const std::int32_t* steps,
                               std::size_t r) {
  const hn::CappedTag<std::int16_t, 8> d16;
  const auto first = hn::LoadU(d16, blocks + r * kBlockSide);
  if constexpr (hn::MaxLanes(D()) == 16) {
    const hn::Twice<decltype(d16)> pair;
    const auto second = hn::LoadU(d16, blocks + kBlockSamples + r * kBlockSide);
    const hn::CappedTag<std::int32_t, 8> half;
    const auto step = hn::LoadU(half, steps + r * kBlockSide);
    return hn::Mul(hn::PromoteTo(d, hn::Combine(pair, second, first)), hn::Combine(d, step, step));
  } else {
    return hn::Mul(hn::PromoteTo(d, first), hn::LoadU(d, steps + r * kBlockSide));
  }
}

template <class D>
HWY_INLINE void store_row(D d, hn::Vec<D> samples, std::uint16_t* to) {
  const hn::Rebind<std::uint16_t, D> d16;
  hn::StoreU(hn::DemoteTo(d16, samples), d16, to);
  (void)d;
}

HWY_INLINE void store_rows(const Eight<V32>& x, std::uint16_t* to, std::size_t stride) {
  store_row(kTag, x.v0, to);
  store_row(kTag, x.v1, to + stride);
  store_row(kTag, x.v2, to + 2 * stride);
  store_row(kTag, x.v3, to + 3 * stride);
  store_row(kTag, x.v4, to + 4 * stride);
  store_row(kTag, x.v5, to + 5 * stride);
  store_row(kTag, x.v6, to + 6 * stride);
  store_row(kTag, x.v7, to + 7 * stride);
}

// The 16-lane form takes a pair of blocks.
HWY_INLINE void inverse_blocks(const std::int16_t* from, const std::int32_t* steps,
                               std::uint16_t* to, std::size_t stride) {
  Eight<V32> x = {load_row(kTag, from, steps, 0), load_row(kTag, from, steps, 1),
                  load_row(kTag, from, steps, 2), load_row(kTag, from, steps, 3),
                  load_row(kTag, from, steps, 4), load_row(kTag, from, steps, 5),
                  load_row(kTag, from, steps, 6), load_row(kTag, from, steps, 7)};
  transform(kTag, x);
  descale(kTag, x);
  transpose(x);
  transform(kTag, x);
  to_samples(kTag, x);
  transpose(x);
  store_rows(x, to, stride);
}

// Where nothing lies outside of the first four rows and columns.
HWY_INLINE void inverse_quarters(const std::int16_t* from, const std::int32_t* steps,
                                 std::uint16_t* to, std::size_t stride) {
  const V32 zero = hn::Zero(kTag);
  Eight<V32> x = {load_row(kTag, from, steps, 0),
                  load_row(kTag, from, steps, 1),
                  load_row(kTag, from, steps, 2),
                  load_row(kTag, from, steps, 3),
                  zero,
                  zero,
                  zero,
                  zero};
  transform_half(kTag, x);
  descale(kTag, x);
  const Quad top = transpose_parts(x.v0, x.v1, x.v2, x.v3);
  const Quad bottom = transpose_parts(x.v4, x.v5, x.v6, x.v7);
  x.v0 = lower_parts(top.a, bottom.a), x.v1 = lower_parts(top.b, bottom.b);
  x.v2 = lower_parts(top.c, bottom.c), x.v3 = lower_parts(top.d, bottom.d);
  transform_half(kTag, x);
  to_samples(kTag, x);
  transpose(x);
  store_rows(x, to, stride);
}

#else  // four lanes: a block in halves

inline constexpr hn::FixedTag<std::int32_t, 4> kTag;
using V32 = hn::Vec<decltype(kTag)>;

HWY_INLINE void transpose4(V32& r0, V32& r1, V32& r2, V32& r3) {
  const hn::Repartition<std::int64_t, decltype(kTag)> d64;
  const auto low01 = hn::BitCast(d64, hn::InterleaveLower(kTag, r0, r1));
  const auto high01 = hn::BitCast(d64, hn::InterleaveUpper(kTag, r0, r1));
  const auto low23 = hn::BitCast(d64, hn::InterleaveLower(kTag, r2, r3));
  const auto high23 = hn::BitCast(d64, hn::InterleaveUpper(kTag, r2, r3));
  r0 = hn::BitCast(kTag, hn::InterleaveLower(d64, low01, low23));
  r1 = hn::BitCast(kTag, hn::InterleaveUpper(d64, low01, low23));
  r2 = hn::BitCast(kTag, hn::InterleaveLower(d64, high01, high23));
  r3 = hn::BitCast(kTag, hn::InterleaveUpper(d64, high01, high23));
}

HWY_INLINE V32 load_row(const std::int16_t* block, const std::int32_t* steps, std::size_t at) {
  const hn::Rebind<std::int16_t, decltype(kTag)> d16;
  return hn::Mul(hn::PromoteTo(kTag, hn::LoadU(d16, block + at)), hn::LoadU(kTag, steps + at));
}

HWY_INLINE void store_row(V32 left, V32 right, std::uint16_t* to) {
  const hn::Rebind<std::uint16_t, decltype(kTag)> d16;
  hn::StoreU(hn::DemoteTo(d16, left), d16, to);
  hn::StoreU(hn::DemoteTo(d16, right), d16, to + 4);
}

HWY_INLINE void inverse_blocks(const std::int16_t* from, const std::int32_t* steps,
                               std::uint16_t* to, std::size_t stride) {
  alignas(16) std::int32_t between[kBlockSamples];
  for (std::size_t half = 0; half < kBlockSide; half += 4) {
    Eight<V32> x = {load_row(from, steps, half),      load_row(from, steps, half + 8),
                    load_row(from, steps, half + 16), load_row(from, steps, half + 24),
                    load_row(from, steps, half + 32), load_row(from, steps, half + 40),
                    load_row(from, steps, half + 48), load_row(from, steps, half + 56)};
    transform(kTag, x);
    descale(kTag, x);
    transpose4(x.v0, x.v1, x.v2, x.v3);
    transpose4(x.v4, x.v5, x.v6, x.v7);
    const auto keep = [&](V32 v, std::size_t column, std::size_t row)
                          HWY_ATTR { hn::Store(v, kTag, between + column * kBlockSide + row); };
    keep(x.v0, half, 0), keep(x.v1, half + 1, 0), keep(x.v2, half + 2, 0), keep(x.v3, half + 3, 0);
    keep(x.v4, half, 4), keep(x.v5, half + 1, 4), keep(x.v6, half + 2, 4), keep(x.v7, half + 3, 4);
  }
  for (std::size_t half = 0; half < kBlockSide; half += 4) {  // four rows
    const std::int32_t* at = between + half;
    Eight<V32> x = {hn::Load(kTag, at),      hn::Load(kTag, at + 8),  hn::Load(kTag, at + 16),
                    hn::Load(kTag, at + 24), hn::Load(kTag, at + 32), hn::Load(kTag, at + 40),
                    hn::Load(kTag, at + 48), hn::Load(kTag, at + 56)};
    transform(kTag, x);
    to_samples(kTag, x);
    transpose4(x.v0, x.v1, x.v2, x.v3);
    transpose4(x.v4, x.v5, x.v6, x.v7);
    std::uint16_t* rows = to + half * stride;
    store_row(x.v0, x.v4, rows);
    store_row(x.v1, x.v5, rows + stride);
    store_row(x.v2, x.v6, rows + 2 * stride);
    store_row(x.v3, x.v7, rows + 3 * stride);
  }
}

HWY_INLINE void inverse_quarters(const std::int16_t* from, const std::int32_t* steps,
                                 std::uint16_t* to, std::size_t stride) {
  inverse_blocks(from, steps, to, stride);
}

#endif

// The last place in zigzag order before the first that is in the fifth row or column.
inline constexpr unsigned kQuarterEnd = 9;

// Blocks of a first coefficient alone: one value, as transform() would give it.
std::uint16_t flat_value(std::int16_t coefficient, std::int32_t step) {
  const std::uint32_t value =
      static_cast<std::uint32_t>(coefficient) * static_cast<std::uint32_t>(step);
  const auto first =
      static_cast<std::int32_t>((value << kFractionBits) + (1U << (kFirstShift - 1)));
  const auto second = (static_cast<std::uint32_t>(first >> kFirstShift) << kFractionBits) +
                      (1U << (kSecondShift - 1));
  constexpr int kUp = 32 - kSecondShift - kTakenBits;
  const std::int32_t taken = static_cast<std::int32_t>(second << kUp) >> (kUp + kSecondShift);
  return static_cast<std::uint16_t>(HWY_MIN(HWY_MAX(taken + kLevel, 0), kSampleMax));
}

HWY_INLINE void fill_block(std::uint16_t value, std::uint16_t* to, std::size_t stride) {
  const hn::FixedTag<std::uint16_t, 8> d;
  const auto all = hn::Set(d, value);
  for (std::size_t row = 0; row < kBlockSide; ++row) hn::StoreU(all, d, to + row * stride);
}

void inverse_row(const BlockRow& row) {
  const std::size_t at_once = HWY_MAX(std::size_t{1}, hn::Lanes(kTag) / kBlockSide);
  for (std::size_t n = 0; n < row.count; n += at_once) {
    const std::int16_t* from = row.blocks + n * kBlockSamples;
    std::uint16_t* to = row.to + n * kBlockSide;
    unsigned end = row.ends[n];
    for (std::size_t k = 1; k < at_once; ++k) end = HWY_MAX(end, unsigned{row.ends[n + k]});
    if (end > kQuarterEnd) {
      inverse_blocks(from, row.steps, to, row.stride);
    } else if (end != 0) {
      inverse_quarters(from, row.steps, to, row.stride);
    } else {
      for (std::size_t k = 0; k < at_once; ++k)
        fill_block(flat_value(from[k * kBlockSamples], row.steps[0]), to + k * kBlockSide,
                   row.stride);
    }
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg::extended
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg::extended {

HWY_EXPORT(inverse_row);

void inverse_dct(const BlockRow& row) { HWY_DYNAMIC_DISPATCH(inverse_row)(row); }

}  // namespace slipring::codecs::jpeg::extended
#endif
