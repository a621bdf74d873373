// One pass over the plane. Forwards: of each pair of rows the vertical step is done and the even
// and odd columns parted while the vectors are in registers; the halves, in L1, then go through the
// horizontal steps straight into the bands. Backwards the same the other way round.
#include "codecs/base/contract.h"
#include "codecs/kernels/wavelet/reversible.h"
#include "codecs/kernels/wavelet/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/wavelet/reversible/reversible_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/kernels/wavelet/reversible/forward-inl.h"
#include "codecs/kernels/wavelet/reversible/inverse-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

template <class T>
void forward_level(Plane<const T> from, const Region& region, const Bands<T>& to, std::span<T>) {
  forward_reversible_scalar(from, region, to);
}
template <class T>
void inverse_level(InverseSteps<T>& steps, std::uint32_t lows, Plane<T> to, std::span<T> scratch) {
  inverse_reversible_scalar(steps, lows, to, scratch);
}

#endif

void forward_16(Plane<const std::int16_t> from, const Region& region, const Bands<std::int16_t>& to,
                std::span<std::int16_t> scratch) {
  forward_level(from, region, to, scratch);
}
void forward_32(Plane<const std::int32_t> from, const Region& region, const Bands<std::int32_t>& to,
                std::span<std::int32_t> scratch) {
  forward_level(from, region, to, scratch);
}
void inverse_16(InverseSteps<std::int16_t>& steps, std::uint32_t lows, Plane<std::int16_t> to,
                std::span<std::int16_t> scratch) {
  inverse_level(steps, lows, to, scratch);
}
void inverse_32(InverseSteps<std::int32_t>& steps, std::uint32_t lows, Plane<std::int32_t> to,
                std::span<std::int32_t> scratch) {
  inverse_level(steps, lows, to, scratch);
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels::wavelet {
namespace {

constexpr std::size_t kRows = 7;  // of scratch, forwards; backwards takes fewer

bool is_empty(const Region& region) { return region.width == 0 || region.height == 0; }

bool is_step(const auto& steps, std::uint32_t lows) {
  const std::uint32_t all = low_count(steps.region.height, steps.region.odd_y);
  return !is_empty(steps.region) && lows <= all && (lows > steps.lows || all == 0);
}

}  // namespace

HWY_EXPORT(forward_16);
HWY_EXPORT(forward_32);
HWY_EXPORT(inverse_16);
HWY_EXPORT(inverse_32);

std::size_t reversible_scratch(std::uint32_t width) { return kRows * scratch_row(width); }

template <>
void forward_reversible(Plane<const std::int16_t> from, const Region& region,
                        const Bands<std::int16_t>& to, std::span<std::int16_t> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(forward_16)(from, region, to, scratch);
}
template <>
void forward_reversible(Plane<const std::int32_t> from, const Region& region,
                        const Bands<std::int32_t>& to, std::span<std::int32_t> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(forward_32)(from, region, to, scratch);
}
template <>
void inverse_reversible(InverseSteps<std::int16_t>& steps, std::uint32_t lows,
                        Plane<std::int16_t> to, std::span<std::int16_t> scratch) {
  EXPECTS(is_step(steps, lows));
  HWY_DYNAMIC_DISPATCH(inverse_16)(steps, lows, to, scratch);
}
template <>
void inverse_reversible(InverseSteps<std::int32_t>& steps, std::uint32_t lows,
                        Plane<std::int32_t> to, std::span<std::int32_t> scratch) {
  EXPECTS(is_step(steps, lows));
  HWY_DYNAMIC_DISPATCH(inverse_32)(steps, lows, to, scratch);
}

// All of them at once.
template <class T>
void inverse_reversible(const Bands<const T>& from, const Region& region, Plane<T> to,
                        std::span<T> scratch) {
  if (is_empty(region)) return;
  InverseSteps<T> steps{from, region};
  inverse_reversible(steps, low_count(region.height, region.odd_y), to, scratch);
}
template void inverse_reversible(const Bands<const std::int16_t>&, const Region&,
                                 Plane<std::int16_t>, std::span<std::int16_t>);
template void inverse_reversible(const Bands<const std::int32_t>&, const Region&,
                                 Plane<std::int32_t>, std::span<std::int32_t>);

}  // namespace slipring::codecs::kernels::wavelet
#endif
