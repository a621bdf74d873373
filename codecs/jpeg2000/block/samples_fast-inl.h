// From bit planes to samples.
#if defined(SLIPRING_JPEG2000_SAMPLES_FAST_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG2000_SAMPLES_FAST_INL_H_
#undef SLIPRING_JPEG2000_SAMPLES_FAST_INL_H_
#else
#define SLIPRING_JPEG2000_SAMPLES_FAST_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <type_traits>

#include "codecs/jpeg2000/block/block_words.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg2000 {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR
namespace hn = hwy::HWY_NAMESPACE;

// What is known after the last pass.
struct Planes {
  const BlockWords& words;
  std::size_t count;  // of planes coded
  unsigned lowest;    // the bit plane of words.plane(0)
  bool partly;        // the last plane's refinement is missing
  float step;
};

// A vector is a row of a group where registers are wide enough, else half of one. Bits of columns 0
// to 3 are in a word's lower half; those of columns 4 to 7 are when it is shifted.
inline constexpr unsigned kHalfColumns = kGroupColumns / 2;
inline constexpr unsigned kHalfShift = kColumnBits * kHalfColumns;
inline constexpr unsigned kLanes = HWY_MAX_BYTES >= 32 ? kGroupColumns : kHalfColumns;

using Lanes32 = hn::FixedTag<std::uint32_t, kLanes>;
using Signed32 = hn::FixedTag<std::int32_t, kLanes>;
using Vector32 = hn::Vec<Lanes32>;

// Of the columns from `first` on.
HWY_INLINE Vector32 broadcast(std::uint64_t word, unsigned first) {
  const auto low = static_cast<std::uint32_t>(first == 0 ? word : word >> kHalfShift);
#if HWY_MAX_BYTES >= 32
  const auto high = static_cast<std::uint32_t>(word >> kHalfShift);
  const hn::Half<Lanes32> half;
  return hn::Combine(Lanes32(), hn::Set(half, high), hn::Set(half, low));
#else
  return hn::Set(Lanes32(), low);
#endif
}

template <class T>
HWY_INLINE void store_vector(Vector32 magnitude_doubled, Vector32 negative, float step, T* to) {
  const Signed32 d;
  const auto sign = hn::BitCast(d, negative);
  const auto doubled = hn::BitCast(d, magnitude_doubled);
  if constexpr (std::is_same_v<T, float>) {
    const hn::FixedTag<float, kLanes> df;
    const auto value = hn::Sub(hn::Xor(doubled, sign), sign);
    hn::StoreU(hn::Mul(hn::ConvertTo(df, value), hn::Set(df, 0.5F * step)), df, to);
  } else {
    const auto value = hn::Sub(hn::Xor(hn::ShiftRight<1>(doubled), sign), sign);
    const hn::FixedTag<T, kLanes> dt;
    if constexpr (std::is_same_v<T, std::int16_t>)
      hn::StoreU(hn::DemoteTo(dt, value), dt, to);
    else
      hn::StoreU(value, dt, to);
  }
}

// The four rows of some columns of a group.
template <class T>
class FourRows {
 public:
  FourRows(const Planes& planes, const BlockSamples<T>& samples)
      : planes_(planes), samples_(samples) {
    const Lanes32 d;
    alignas(32) std::uint32_t columns[kLanes];
    for (unsigned i = 0; i < kLanes; ++i)
      columns[i] = 1U << (kFirstBit + kColumnBits * (i % kHalfColumns));
    bits0_ = hn::Load(d, columns);
    bits1_ = hn::ShiftLeft<1>(bits0_);
    bits2_ = hn::ShiftLeft<2>(bits0_);
    bits3_ = hn::ShiftLeft<3>(bits0_);
  }

  HWY_INLINE void store(std::uint32_t x, std::uint32_t y) const {
    const std::size_t stripe = y / kGroupRows, group = x / kGroupColumns;
    const BlockWords& words = planes_.words;
    const std::size_t at = words.first(stripe) + group;
    const std::size_t out = stripe * words.groups + group;
    const Lanes32 d;
    auto sum0 = hn::Zero(d), sum1 = hn::Zero(d), sum2 = hn::Zero(d), sum3 = hn::Zero(d);
    const auto append = [&](std::uint64_t word) HWY_ATTR {
      const Vector32 v = broadcast(word, x % kGroupColumns);
      sum0 = hn::Sub(hn::Add(sum0, sum0), lanes(v, bits0_));
      sum1 = hn::Sub(hn::Add(sum1, sum1), lanes(v, bits1_));
      sum2 = hn::Sub(hn::Add(sum2, sum2), lanes(v, bits2_));
      sum3 = hn::Sub(hn::Add(sum3, sum3), lanes(v, bits3_));
    };
    const std::uint64_t significant = words.significant[at];
    for (std::size_t i = planes_.count; i-- != 0;) append(words.plane(i)[out]);
    append(significant);  // the middle of the interval
    const Vector32 negative = broadcast(words.negative[at], x % kGroupColumns);
    // Where the last plane was not coded, the middle is a plane higher.
    const Vector32 more =
        broadcast(planes_.partly ? significant & ~words.visited[at] : 0, x % kGroupColumns);
    store_row(x, y, hn::Sub(sum0, lanes(more, bits0_)), lanes(negative, bits0_));
    store_row(x, y + 1, hn::Sub(sum1, lanes(more, bits1_)), lanes(negative, bits1_));
    store_row(x, y + 2, hn::Sub(sum2, lanes(more, bits2_)), lanes(negative, bits2_));
    store_row(x, y + 3, hn::Sub(sum3, lanes(more, bits3_)), lanes(negative, bits3_));
  }

 private:
  static HWY_INLINE Vector32 lanes(Vector32 words, Vector32 bits) {
    return hn::VecFromMask(Lanes32(), hn::Eq(hn::And(words, bits), bits));
  }

  HWY_INLINE void store_row(std::uint32_t x, std::uint32_t y, Vector32 sum,
                            Vector32 negative) const {
    if (y >= samples_.height) return;
    const Vector32 doubled = hn::Shl(sum, hn::Set(Lanes32(), planes_.lowest));
    T* to = samples_.at + y * samples_.stride + x;
    if (HWY_LIKELY(x + kLanes <= samples_.width))
      return store_vector(doubled, negative, planes_.step, to);
    alignas(32) T last[kLanes];
    store_vector(doubled, negative, planes_.step, last);
    std::copy_n(last, samples_.width - x, to);
  }

  const Planes& planes_;
  const BlockSamples<T>& samples_;
  Vector32 bits0_, bits1_, bits2_, bits3_;
};

template <class T>
HWY_NOINLINE void store_samples(const Planes& planes, const BlockSamples<T>& samples) {
  const FourRows<T> rows(planes, samples);
  for (std::uint32_t y = 0; y < samples.height; y += kGroupRows)
    for (std::uint32_t x = 0; x < samples.width; x += kLanes) rows.store(x, y);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg2000
HWY_AFTER_NAMESPACE();

#endif
