// The kernel of the lanes. For each line a pass of SIMD over the line above turns two of the three
// gradients into most of a context; what is left for a sample hangs on the one before it: last
// gradient, context, order, code, sample. No branch on that way but those that are hardly ever
// taken; flat surroundings and runs are handled out of line.
#include <algorithm>
#include <bit>

#include "codecs/jpeg_ls/decode/lanes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_ls/decode/lanes_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/jpeg_ls/decode/codes-inl.h"
#include "codecs/jpeg_ls/decode/rows-inl.h"
#include "codecs/jpeg_ls/packed_model-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void run(Lane& lane, Lane*) { lane.state = Lane::State::Failed; }

#else

namespace hn = hwy::HWY_NAMESPACE;

// What changes from sample to sample, in registers where there are enough.
struct Cursor {
  std::uint64_t position = 0;
  std::uint32_t x = 0;
  std::int32_t left = 0;  // Ra
};

// A.4.2 to A.6. False where the bits hold no such code. The order keeps as little as possible
// alive.
HWY_INLINE bool decode_regular(const Constants& c, PackedContext& context, std::int32_t sign,
                               std::int32_t median, std::uint64_t& position, std::int32_t& sample) {
  const std::uint64_t seen = window(c.bits, position);
  const std::uint64_t zeros = leading_zeros(seen);
  const std::uint64_t k = context.k;
  const std::int32_t mirror = mirror_mask(context.b, context.n, context.k);
  std::uint32_t code;
  if (HWY_LIKELY(zeros < c.short_zeros)) {
    // The one behind the zeros stands for 1 << k.
    code = static_cast<std::uint32_t>(((zeros - 1) << k) + ((seen << zeros) >> (63 - k)));
    position += zeros + 1 + k;
  } else {
    const Code other = read_any_golomb(c.bits, position, context.k, c.limit, c.escape_bits);
    position = other.position;
    code = other.value;
  }
  if (HWY_UNLIKELY(code > static_cast<std::uint32_t>(c.maximum))) return false;
  std::int32_t predicted = median + ((context.c ^ sign) - sign);
  if (HWY_UNLIKELY(static_cast<std::uint32_t>(predicted) > static_cast<std::uint32_t>(c.maximum)))
    predicted = predicted < 0 ? 0 : c.maximum;
  const auto half = static_cast<std::int32_t>(code >> 1);
  const std::int32_t error = half ^ -static_cast<std::int32_t>(code & 1) ^ mirror;
  sample = (predicted + (error ^ sign) - sign) & c.maximum;
  update_packed(context, error, static_cast<std::uint32_t>(error < 0 ? -error : error), c.reset);
  return true;
}

template <bool kClamp>
HWY_INLINE std::int64_t last_region(const std::int8_t* regions, std::int64_t plane,
                                    std::int64_t difference, std::int64_t t3) {
  if (kClamp) difference = std::min(std::max(difference, -t3), t3);
  return regions[plane + difference];
}

HWY_INLINE std::int32_t median_of(std::int32_t a, std::int32_t b, const AheadOfSample& ahead) {
  return std::max(std::min(a + ahead.up, b), a - ahead.down);
}

// One line's view of a lane.
struct LineView {
  LineView(Lane& lane, std::uint32_t component)
      : above(lane.above[component]), now(lane.now[component]), ahead(lane.ahead[component]) {}
  const std::uint16_t* above;
  std::uint16_t* now;
  const AheadOfSample* ahead;
};

// A sample in flat surroundings: of a small context, or a run and what interrupts it. On a failure
// the lane's state says so.
template <bool kClamp>
HWY_NOINLINE Cursor decode_flat(Lane& lane, const Constants& c, Cursor cursor) {
  const LineView line(lane, lane.component);
  const std::uint32_t columns = lane.target.columns;
  std::uint32_t x = cursor.x;
  const std::int32_t a = cursor.left;
  const std::int32_t above = line.above[x];  // Rb, and Rc
  const auto q = static_cast<std::int32_t>(last_region<kClamp>(c.regions, 0, above - a, c.t3));
  if (q != 0) {
    const std::int32_t sign = q >> 31;
    PackedContext& context = lane.contexts[static_cast<std::size_t>(std::abs(q))];
    if (!decode_regular(c, context, sign, median_of(a, above, line.ahead[x]), cursor.position,
                        cursor.left)) {
      lane.state = Lane::State::Failed;
      return cursor;
    }
    line.now[x] = static_cast<std::uint16_t>(cursor.left);
    ++cursor.x;
    return cursor;
  }
  int& run_index = lane.run_index[lane.component];
  const std::uint32_t run = read_run(c.bits, cursor.position, run_index, columns - x);
  std::fill_n(line.now + x, run, static_cast<std::uint16_t>(a));
  x += run;
  cursor.x = x;
  if (x == columns) return cursor;
  const std::int32_t over = line.above[x];
  const int type = a == over ? 1 : 0;
  std::int32_t error = 0;
  if (!read_interruption(c, lane, cursor.position, type, run_index, error)) {
    lane.state = Lane::State::Failed;
    return cursor;
  }
  cursor.left = (over + (type == 0 && a > over ? -error : error)) & c.maximum;
  line.now[x] = static_cast<std::uint16_t>(cursor.left);
  run_index = std::max(run_index - 1, 0);
  ++cursor.x;
  return cursor;
}

// From a line to the next one that is decoded, its first sample. The lane's state says when there
// is none.
HWY_NOINLINE Cursor next_line(Lane& lane, Cursor cursor) {
  lane.position = cursor.position;
  if (++lane.component == lane.target.components) {
    lane.component = 0;
    if (!finish_row(lane)) return cursor;
  }
  look_ahead(lane, lane.component);
  return {cursor.position, 0, lane.above[lane.component][0]};
}

// Where the lane stands, be it within a line.
Cursor resume(Lane& lane) {
  look_ahead(lane, lane.component);
  return {lane.position, lane.x, lane.left};
}

void pause(Lane& lane, const Cursor& cursor) {
  lane.position = cursor.position;
  lane.x = cursor.x;
  lane.left = cursor.left;
}

// One sample of one lane. False on a failure.
template <bool kClamp>
HWY_INLINE bool step(Lane& lane, const Constants& c, const LineView& line, Cursor& cursor) {
  const std::size_t x = cursor.x;
  const AheadOfSample& ahead = line.ahead[x];
  const std::size_t base = ahead.base;
  if (HWY_UNLIKELY(base == 0)) {
    cursor = decode_flat<kClamp>(lane, c, cursor);
    return lane.state == Lane::State::Running;
  }
  const std::int32_t a = cursor.left;
  const std::int64_t plane = ahead.plane;
  const std::int64_t difference = std::int64_t{line.above[static_cast<std::ptrdiff_t>(x) - 1]} - a;
  const std::int64_t q = last_region<kClamp>(c.regions, plane, difference, c.t3);
  PackedContext& context = c.contexts[static_cast<std::ptrdiff_t>(base) + q];
  const std::int32_t median = median_of(a, line.above[x], ahead);
  if (HWY_UNLIKELY(!decode_regular(c, context, static_cast<std::int32_t>(plane >> 63), median,
                                   cursor.position, cursor.left))) {
    lane.state = Lane::State::Failed;
    return false;
  }
  line.now[x] = static_cast<std::uint16_t>(cursor.left);
  ++cursor.x;
  return true;
}

template <bool kClamp>
HWY_NOINLINE void run_one(Lane& lane) {
  const Constants c(lane);
  const std::uint32_t columns = lane.target.columns;
  Cursor cursor = resume(lane);
  while (lane.state == Lane::State::Running) {
    const LineView line(lane, lane.component);
    while (cursor.x < columns)
      if (!step<kClamp>(lane, c, line, cursor)) return;
    cursor = next_line(lane, cursor);
  }
}

template <bool kClamp>
HWY_NOINLINE void run_two(Lane& one, Lane& two) {
  const Constants c1(one);
  const Constants c2(two);
  const std::uint32_t columns1 = one.target.columns;
  const std::uint32_t columns2 = two.target.columns;
  Cursor cursor1 = resume(one);
  Cursor cursor2 = resume(two);
  bool going = true;
  while (going) {
    const LineView line1(one, one.component);
    const LineView line2(two, two.component);
    while (going && cursor1.x < columns1 && cursor2.x < columns2)
      going = step<kClamp>(one, c1, line1, cursor1) && step<kClamp>(two, c2, line2, cursor2);
    if (going && cursor1.x == columns1) cursor1 = next_line(one, cursor1);
    if (going && cursor2.x == columns2) cursor2 = next_line(two, cursor2);
    going = going && one.state == Lane::State::Running && two.state == Lane::State::Running;
  }
  pause(one, cursor1);
  pause(two, cursor2);
}

// Annex B.3: the samples of a pixel follow each other, each with contexts of its own component's
// lines; the chains of the components run beside each other.
template <std::size_t kComponents>
struct Pixels {
  explicit Pixels(Lane& lane) {
    for (std::size_t i = 0; i < kComponents; ++i) {
      now[i] = lane.now[i];
      above[i] = lane.above[i];
      ahead[i] = lane.ahead[i];
    }
  }
  std::array<std::uint16_t*, kComponents> now;
  std::array<const std::uint16_t*, kComponents> above;
  std::array<const AheadOfSample*, kComponents> ahead;
};

// False on a failure.
template <std::size_t kComponents>
HWY_NOINLINE bool decode_pixel_run(Lane& lane, const Constants& c, std::uint64_t& position,
                                   std::uint32_t& x) {
  const Pixels<kComponents> p(lane);
  const std::uint32_t columns = lane.target.columns;
  const std::uint32_t run = read_run(c.bits, position, lane.run_index[0], columns - x);
  for (std::size_t i = 0; i < kComponents; ++i)
    std::fill_n(p.now[i] + x, run, p.now[i][static_cast<std::ptrdiff_t>(x) - 1]);
  x += run;
  if (x == columns) return true;
  for (std::size_t i = 0; i < kComponents; ++i) {
    const std::int32_t a = p.now[i][static_cast<std::ptrdiff_t>(x) - 1];
    const std::int32_t b = p.above[i][x];
    std::int32_t error = 0;
    if (!read_interruption(c, lane, position, 0, lane.run_index[0], error)) return false;
    p.now[i][x] = static_cast<std::uint16_t>((b + (a > b ? -error : error)) & c.maximum);
  }
  lane.run_index[0] = std::max(lane.run_index[0] - 1, 0);
  ++x;
  return true;
}

template <std::size_t kComponents, bool kClamp>
HWY_NOINLINE bool decode_pixel_row(Lane& lane, const Constants& c, std::uint64_t& position) {
  const Pixels<kComponents> p(lane);
  const std::uint32_t columns = lane.target.columns;
  for (std::uint32_t x = 0; x < columns;) {
    const std::ptrdiff_t before = static_cast<std::ptrdiff_t>(x) - 1;
    std::array<std::int32_t, kComponents> index;
    std::int32_t any = 0;
    for (std::size_t i = 0; i < kComponents; ++i) {
      const AheadOfSample& ahead = p.ahead[i][x];
      index[i] =
          ahead.base + static_cast<std::int32_t>(last_region<kClamp>(
                           c.regions, ahead.plane, p.above[i][before] - p.now[i][before], c.t3));
      any |= index[i];
    }
    if (HWY_UNLIKELY(any == 0)) {
      if (!decode_pixel_run<kComponents>(lane, c, position, x)) return false;
      continue;
    }
    for (std::size_t i = 0; i < kComponents; ++i) {
      const AheadOfSample& ahead = p.ahead[i][x];
      const std::int32_t flat = index[i] >> 31;  // only Q3 is there, and below 0
      const std::int32_t sign = (ahead.plane >> 31) | flat;
      const std::int32_t median = median_of(p.now[i][before], p.above[i][x], ahead);
      std::int32_t sample = 0;
      if (HWY_UNLIKELY(!decode_regular(c, c.contexts[(index[i] ^ flat) - flat], sign, median,
                                       position, sample)))
        return false;
      p.now[i][x] = static_cast<std::uint16_t>(sample);
    }
    ++x;
  }
  return true;
}

template <std::size_t kComponents, bool kClamp>
void run_pixels(Lane& lane) {
  const Constants c(lane);
  for (;;) {
    for (std::uint32_t i = 0; i < kComponents; ++i) look_ahead(lane, i);
    std::uint64_t position = lane.position;
    if (!decode_pixel_row<kComponents, kClamp>(lane, c, position)) {
      lane.state = Lane::State::Failed;
      return;
    }
    lane.position = position;
    if (!finish_row(lane)) return;
  }
}

template <bool kClamp>
void run_as(Lane& lane, Lane* other) {
  if (lane.target.by_sample) {
    if (lane.target.components == 3) return run_pixels<3, kClamp>(lane);
    return lane.target.components == 4 ? run_pixels<4, kClamp>(lane) : run_pixels<2, kClamp>(lane);
  }
  if (other == nullptr) return run_one<kClamp>(lane);
  run_two<kClamp>(lane, *other);
}

void run(Lane& lane, Lane* other) {
  const bool clamp = lane.target.parameters.maximum >= Lane::kTableReach;
  if (clamp)
    run_as<true>(lane, other);
  else
    run_as<false>(lane, other);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_ls {

HWY_EXPORT(run);

void run_lanes(Lane& lane, Lane* other) { HWY_DYNAMIC_DISPATCH(run)(lane, other); }

}  // namespace slipring::codecs::jpeg_ls
#endif
