// A row of samples before it is coded: how it comes from a frame, and what hangs on samples alone,
// in vectors of 16-bit lanes. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_ENCODE_LINES) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_ENCODE_LINES
#undef SLIPRING_JPEG_LS_ENCODE_LINES
#else
#define SLIPRING_JPEG_LS_ENCODE_LINES
#endif

#include <cstdint>

#include "codecs/jpeg_ls/encode/encode_scan.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

namespace hn = hwy::HWY_NAMESPACE;

// Slots of the scratch.
constexpr std::size_t kEncodeLinesSlot = 1;
constexpr std::size_t kEncodeAheadSlot = 2;
constexpr std::size_t kEncodeBitsSlot = 3;
// Samples before and behind a line that vectors may touch.
constexpr std::size_t kLinePadding = 64;
constexpr std::size_t kCodeBytesMax = 8;  // LIMIT is at most 64 bits
constexpr std::size_t kBitsSlack = 64;

using D16 = hn::CappedTag<std::uint16_t, 32>;
using V16 = hn::Vec<D16>;

struct Thresholds16 {
  explicit Thresholds16(const Parameters& p)
      : t1(hn::Set(D16(), static_cast<std::uint16_t>(p.t1))),
        t2(hn::Set(D16(), static_cast<std::uint16_t>(p.t2))),
        t3(hn::Set(D16(), static_cast<std::uint16_t>(p.t3))) {}
  V16 t1, t2, t3;
};

// A.3.3 of from - to: the sizes on either side of zero, then how many bounds they reach.
HWY_INLINE V16 region(V16 from, V16 to, const Thresholds16& t) {
  const D16 d;
  const V16 up = hn::SaturatedSub(from, to);
  const V16 size = hn::Or(up, hn::SaturatedSub(to, from));
  V16 count = hn::Min(size, hn::Set(d, 1));
  count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t.t1), t.t1)));
  count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t.t2), t.t2)));
  count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t.t3), t.t3)));
  const V16 falls = hn::VecFromMask(d, hn::Eq(up, hn::Zero(d)));  // also where it is flat: -0
  return hn::Sub(hn::Xor(count, falls), falls);
}

// 81 Q1 + 9 Q2 + Q3
HWY_INLINE V16 context_of(V16 ra, V16 rb, V16 rc, V16 rd, const Thresholds16& t) {
  const D16 d;
  const V16 high = hn::Add(hn::Mul(region(rd, rb, t), hn::Set(d, 9)), region(rb, rc, t));
  return hn::Add(hn::Mul(high, hn::Set(d, 9)), region(rc, ra, t));
}

// A.4.1
HWY_INLINE V16 prediction_of(V16 ra, V16 rb, V16 rc) {
  const V16 low = hn::Min(ra, rb);
  const V16 high = hn::Max(ra, rb);
  return hn::Sub(hn::Add(ra, rb), hn::Max(low, hn::Min(rc, high)));
}

// Samples of 16 bits may stand anywhere: pixel data of a file begins where its header ends.
template <class Sample>
void load_line_as(const ScanSource& source, const std::uint8_t* from, std::uint16_t* to) {
  const std::size_t stride = source.frame_components;
  if (stride == 1) {
    for (std::size_t x = 0; x < source.columns; ++x)
      to[x] = load_le<Sample>(from + x * sizeof(Sample));
  } else if (stride == 3) {
    for (std::size_t x = 0; x < source.columns; ++x)
      to[x] = load_le<Sample>(from + 3 * x * sizeof(Sample));
  } else {
    for (std::size_t x = 0; x < source.columns; ++x)
      to[x] = load_le<Sample>(from + stride * x * sizeof(Sample));
  }
}

inline void load_line(const ScanSource& source, std::uint32_t row, std::uint32_t component,
                      std::uint16_t* to) {
  const std::size_t stride = std::size_t{source.frame_components} * source.sample_bytes;
  const std::uint8_t* from =
      source.samples + row * stride * source.columns + component * source.sample_bytes;
  if (source.sample_bytes == 1)
    load_line_as<std::uint8_t>(source, from, to);
  else
    load_line_as<std::uint16_t>(source, from, to);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif
