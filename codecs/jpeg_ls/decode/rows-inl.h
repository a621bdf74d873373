// Between the rows of a lane: what the line above tells of the next one, and where a finished row
// goes. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_ROWS) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_ROWS
#undef SLIPRING_JPEG_LS_ROWS
#else
#define SLIPRING_JPEG_LS_ROWS
#endif

#include <cstdint>
#include <utility>

#include "codecs/jpeg_ls/decode/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

namespace hn = hwy::HWY_NAMESPACE;

using D16 = hn::CappedTag<std::uint16_t, 32>;
using V16 = hn::Vec<D16>;

struct Thresholds16 {
  V16 t1, t2, t3;
};

// A.3.3 of from - to, in lanes; `up` and `down` are its two sides.
HWY_INLINE V16 region(V16 up, V16 down, const Thresholds16& t) {
  const D16 d;
  const V16 size = hn::Or(up, down);
  V16 count = hn::Min(size, hn::Set(d, 1));
  count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t.t1), t.t1)));
  count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t.t2), t.t2)));
  count = hn::Sub(count, hn::VecFromMask(d, hn::Eq(hn::Min(size, t.t3), t.t3)));
  const V16 falls = hn::VecFromMask(d, hn::Eq(up, hn::Zero(d)));  // also where it is flat: -0
  return hn::Sub(hn::Xor(count, falls), falls);
}

// What stands at either side of the lines (A.2.1), and what the line above tells.
inline HWY_NOINLINE void look_ahead(Lane& lane, std::uint32_t component) {
  const D16 d;
  const hn::RebindToSigned<D16> ds;
  const Parameters& p = lane.target.parameters;
  const std::uint32_t columns = lane.target.columns;
  std::uint16_t* above = lane.above[component];
  lane.now[component][-1] = above[0];
  above[columns] = above[columns - 1];
  auto* to = reinterpret_cast<std::uint16_t*>(lane.ahead[component]);
  const Thresholds16 t{hn::Set(d, static_cast<std::uint16_t>(p.t1)),
                       hn::Set(d, static_cast<std::uint16_t>(p.t2)),
                       hn::Set(d, static_cast<std::uint16_t>(p.t3))};
  const auto plane = hn::Set(d, static_cast<std::uint16_t>(-Lane::kPlane));
  for (std::size_t x = 0; x < columns; x += hn::Lanes(d)) {
    const V16 rb = hn::LoadU(d, above + x);
    const V16 rc = hn::LoadU(d, above + x - 1);
    const V16 rd = hn::LoadU(d, above + x + 1);
    const V16 up = hn::SaturatedSub(rb, rc);
    const V16 down = hn::SaturatedSub(rc, rb);
    const V16 q1 = region(hn::SaturatedSub(rd, rb), hn::SaturatedSub(rb, rd), t);
    const V16 q2 = region(up, down, t);
    const V16 q = hn::Mul(hn::Add(hn::Mul(q1, hn::Set(d, 9)), q2), hn::Set(d, 9));
    const V16 sign = hn::BitCast(d, hn::ShiftRight<15>(hn::BitCast(ds, q)));
    hn::StoreInterleaved4(hn::Sub(hn::Xor(q, sign), sign), hn::And(sign, plane), up, down, d,
                          to + 4 * x);
  }
}

template <class Sample>
void store_component(const std::uint16_t* from, std::uint8_t* to, std::size_t columns,
                     std::size_t stride) {
  auto* samples = reinterpret_cast<Sample*>(to);
  if (stride == 1) {
    for (std::size_t x = 0; x < columns; ++x) samples[x] = static_cast<Sample>(from[x]);
  } else {
    for (std::size_t x = 0; x < columns; ++x) samples[x * stride] = static_cast<Sample>(from[x]);
  }
}

template <class Sample>
void store_three(const std::uint16_t* a, const std::uint16_t* b, const std::uint16_t* c,
                 std::uint8_t* to, std::size_t columns) {
  auto* samples = reinterpret_cast<Sample*>(to);
  for (std::size_t x = 0; x < columns; ++x) {
    samples[3 * x] = static_cast<Sample>(a[x]);
    samples[3 * x + 1] = static_cast<Sample>(b[x]);
    samples[3 * x + 2] = static_cast<Sample>(c[x]);
  }
}

inline HWY_NOINLINE void store_row(const Lane& lane) {
  const ScanTarget& t = lane.target;
  const std::size_t pixel_bytes = std::size_t{t.frame_components} * t.sample_bytes;
  std::uint8_t* to = t.samples + lane.row * pixel_bytes * t.columns;
  if (t.components == 3 && t.frame_components == 3) {
    if (t.sample_bytes == 1)
      return store_three<std::uint8_t>(lane.now[0], lane.now[1], lane.now[2], to, t.columns);
    return store_three<std::uint16_t>(lane.now[0], lane.now[1], lane.now[2], to, t.columns);
  }
  for (std::size_t i = 0; i < t.components; ++i, to += t.sample_bytes) {
    if (t.sample_bytes == 1)
      store_component<std::uint8_t>(lane.now[i], to, t.columns, t.frame_components);
    else
      store_component<std::uint16_t>(lane.now[i], to, t.columns, t.frame_components);
  }
}

// After the last component of a row: hands the row over. False at the end of the scan.
inline bool finish_row(Lane& lane) {
  if (lane.position > lane.bit_count) {
    lane.state = Lane::State::Failed;
    return false;
  }
  store_row(lane);
  std::swap(lane.above, lane.now);
  if (++lane.row < lane.target.rows) return true;
  lane.state = Lane::State::Done;
  return false;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif
