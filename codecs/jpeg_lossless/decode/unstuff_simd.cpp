// 0xFF comes once in some 200 bytes: whole vectors are copied as they are until one holds it.
#include "codecs/jpeg_lossless/decode/unstuff.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_lossless/decode/unstuff_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

Unstuffed copy(Bytes from, std::uint8_t* to) { return unstuff_scalar(from, to); }

#else

namespace hn = hwy::HWY_NAMESPACE;

Unstuffed copy(Bytes from, std::uint8_t* to) {
  const hn::CappedTag<std::uint8_t, kUnstuffSlack> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto ff = hn::Set(d, 0xFF);
  const std::uint8_t* in = from.data();
  std::size_t at = 0;
  std::size_t out = 0;
  while (at + lanes <= from.size()) {
    const auto v = hn::LoadU(d, in + at);
    hn::StoreU(v, d, to + out);
    const std::ptrdiff_t found = hn::FindFirstTrue(d, hn::Eq(v, ff));
    if (HWY_LIKELY(found < 0)) {
      at += lanes;
      out += lanes;
      continue;
    }
    at += static_cast<std::size_t>(found);
    out += static_cast<std::size_t>(found);
    const AfterFf after = after_ff(from, at);
    if (!after.is_data) return {at, out};
    at = after.next;
    ++out;  // the 0xFF itself was stored with its vector
  }
  const Unstuffed rest = unstuff_scalar(from.subspan(at), to + out);
  return {at + rest.consumed, out + rest.produced};
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_lossless {

HWY_EXPORT(copy);

Unstuffed unstuff(Bytes from, std::uint8_t* to) { return HWY_DYNAMIC_DISPATCH(copy)(from, to); }

}  // namespace slipring::codecs::jpeg_lossless
#endif
