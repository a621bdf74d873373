#include "codecs/base/contract.h"
#include "codecs/kernels/colour/ybr.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/colour/ybr_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void to_rgb(Bytes ybr, MutableBytes rgb) { ybr_full_to_rgb_scalar(ybr, rgb); }
void pairs_to_rgb(Bytes ybr, MutableBytes rgb) { ybr_full_422_to_rgb_scalar(ybr, rgb); }

#else

namespace hn = hwy::HWY_NAMESPACE;
using namespace ybr_factors;

inline constexpr hn::CappedTag<std::int16_t, 32> kTag;
inline constexpr hn::Rebind<std::uint8_t, decltype(kTag)> kByteTag;
using V16 = hn::Vec<decltype(kTag)>;
using V8 = hn::Vec<decltype(kByteTag)>;

HWY_INLINE V16 rounded(V16 v) {
  return hn::ShiftRight<kProductBits>(hn::Add(v, hn::Set(kTag, 1 << (kProductBits - 1))));
}

HWY_INLINE V16 product(V16 chroma, std::int16_t factor) {
  return hn::MulFixedPoint15(hn::ShiftLeft<kProductBits>(chroma), hn::Set(kTag, factor));
}

struct Rgb {
  V8 r, g, b;
};

// DemoteTo limits to 0..255.
HWY_INLINE Rgb convert(V8 y_bytes, V16 cb, V16 cr) {
  const V16 y = hn::PromoteTo(kTag, y_bytes);
  const V16 r = hn::Add(hn::Add(y, cr), rounded(product(cr, kRedCr)));
  const V16 g = hn::Sub(y, rounded(hn::Add(product(cb, kGreenCb), product(cr, kGreenCr))));
  const V16 b = hn::Sub(hn::Add(y, hn::Add(cb, cb)), rounded(product(cb, kBlueCb)));
  return {hn::DemoteTo(kByteTag, r), hn::DemoteTo(kByteTag, g), hn::DemoteTo(kByteTag, b)};
}

HWY_INLINE V16 centred(V8 chroma) {
  return hn::Sub(hn::PromoteTo(kTag, chroma), hn::Set(kTag, 128));
}

void to_rgb(Bytes ybr, MutableBytes rgb) {
  const std::size_t lanes = hn::Lanes(kTag);
  const std::size_t pixels = ybr.size() / 3;
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    V8 y, cb, cr;
    hn::LoadInterleaved3(kByteTag, &ybr[3 * i], y, cb, cr);
    const Rgb out = convert(y, centred(cb), centred(cr));
    hn::StoreInterleaved3(out.r, out.g, out.b, kByteTag, &rgb[3 * i]);
  }
  ybr_full_to_rgb_scalar(ybr.subspan(3 * i), rgb.subspan(3 * i));
}

// One vector of pairs: the first pixels and the second ones are converted apart, and put together
// as six bytes a pair.
void pairs_to_rgb(Bytes ybr, MutableBytes rgb) {
  const std::size_t lanes = hn::Lanes(kTag);
  const std::size_t pairs = ybr.size() / 4;
  alignas(64) std::uint8_t both[6 * 32];
  std::size_t i = 0;
  for (; i + lanes <= pairs; i += lanes) {
    V8 first, second, cb, cr;
    hn::LoadInterleaved4(kByteTag, &ybr[4 * i], first, second, cb, cr);
    const V16 blue = centred(cb);
    const V16 red = centred(cr);
    const Rgb left = convert(first, blue, red);
    const Rgb right = convert(second, blue, red);
    hn::StoreInterleaved2(left.r, right.r, kByteTag, both);
    hn::StoreInterleaved2(left.g, right.g, kByteTag, both + 2 * lanes);
    hn::StoreInterleaved2(left.b, right.b, kByteTag, both + 4 * lanes);
    for (std::size_t half = 0; half < 2; ++half) {
      const std::uint8_t* from = both + half * lanes;
      hn::StoreInterleaved3(hn::LoadU(kByteTag, from), hn::LoadU(kByteTag, from + 2 * lanes),
                            hn::LoadU(kByteTag, from + 4 * lanes), kByteTag,
                            &rgb[6 * i + 3 * half * lanes]);
    }
  }
  ybr_full_422_to_rgb_scalar(ybr.subspan(4 * i), rgb.subspan(6 * i));
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels {

HWY_EXPORT(to_rgb);
HWY_EXPORT(pairs_to_rgb);

void ybr_full_to_rgb(Bytes ybr, MutableBytes rgb) {
  EXPECTS(ybr.size() == rgb.size() && ybr.size() % 3 == 0);
  HWY_DYNAMIC_DISPATCH(to_rgb)(ybr, rgb);
}

void ybr_full_422_to_rgb(Bytes ybr, MutableBytes rgb) {
  EXPECTS(ybr.size() % 4 == 0 && rgb.size() == ybr.size() / 4 * 6);
  HWY_DYNAMIC_DISPATCH(pairs_to_rgb)(ybr, rgb);
}

}  // namespace slipring::codecs::kernels
#endif
