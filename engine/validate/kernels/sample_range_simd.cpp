#include "engine/validate/kernels/sample_range.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/validate/kernels/sample_range_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::validate::kernels::HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

bool AllInside(Bytes samples, const SampleRange& range) {
  return count_outside(samples, range) == 0;
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// How many bytes are looked at between two questions whether something was found.
constexpr std::size_t kBlockBytes = std::size_t{64} * 1024;

template <class T>
HWY_INLINE bool BlockInside(const std::uint8_t* HWY_RESTRICT from, std::size_t size, T high, T sign,
                            T expected) {
  const hn::ScalableTag<T> d;
  const hn::Repartition<std::uint8_t, decltype(d)> d8;
  const auto high_mask = hn::Set(d, high);
  const auto sign_mask = hn::Set(d, sign);
  const auto sign_expected = hn::Set(d, expected);
  const std::size_t step = hn::Lanes(d) * sizeof(T);
  auto outside = hn::Zero(d);
  std::size_t i = 0;
  for (; i + step <= size; i += step) {
    const auto v = hn::BitCast(d, hn::LoadU(d8, from + i));
    const auto is_sign = hn::Eq(hn::And(v, sign_mask), sign_expected);
    outside = hn::Or(outside, hn::IfThenZeroElse(is_sign, hn::And(v, high_mask)));
  }
  bool inside = hn::AllTrue(d, hn::Eq(outside, hn::Zero(d)));
  for (; i + sizeof(T) <= size; i += sizeof(T)) {
    const T v = load_le<T>(from + i);
    inside = inside && ((v & high) == 0 || (v & sign) == expected);
  }
  return inside;
}

template <class T>
HWY_INLINE bool Inside(Bytes samples, const SampleMasks& masks) {
  for (std::size_t at = 0; at < samples.size(); at += kBlockBytes) {
    const std::size_t size = HWY_MIN(kBlockBytes, samples.size() - at);
    if (!BlockInside<T>(samples.data() + at, size, static_cast<T>(masks.high),
                        static_cast<T>(masks.sign), static_cast<T>(masks.sign_expected)))
      return false;
  }
  return true;
}

bool AllInside(Bytes samples, const SampleRange& range) {
  const SampleMasks masks = sample_masks(range);
  if (masks.high == 0) return true;
  switch (range.bits_allocated) {
    case 8:
      return Inside<std::uint8_t>(samples, masks);
    case 16:
      return Inside<std::uint16_t>(samples, masks);
    case 32:
      return Inside<std::uint32_t>(samples, masks);
    default:
      return true;
  }
}

#endif

}  // namespace slipring::validate::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::validate::kernels {
HWY_EXPORT(AllInside);
bool all_inside(Bytes samples, const SampleRange& range) {
  return HWY_DYNAMIC_DISPATCH(AllInside)(samples, range);
}
}  // namespace slipring::validate::kernels
#endif
