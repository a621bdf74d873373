// The kernel of groups. Each step decodes one sample of every lane: contexts and windows on the
// bits are gathered, everything else is arithmetic on 64-bit elements without a branch but for what
// is rare: the begin of a run, a code too long for a window.
#include "codecs/jpeg_ls/decode/group.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_ls/decode/group_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/jpeg_ls/decode/codes-inl.h"
#include "codecs/jpeg_ls/decode/group_lines-inl.h"
#include "codecs/jpeg_ls/decode/rows-inl.h"
#include "codecs/jpeg_ls/wide_model-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

bool takes() { return true; }

// What every lane of a group has in common, in all elements.
struct GroupConstants {
  explicit GroupConstants(const Parameters& p)
      : maximum(wide(p.maximum)),
        reset(wide(p.reset - 1)),
        longest(wide(
            std::min(p.limit - p.quantised_bits - 1, static_cast<std::int32_t>(kShortZeros)) - 1)),
        t1(wide(p.t1 - 1)),
        t2(wide(p.t2 - 1)),
        t3(wide(p.t3 - 1)) {}
  Wide maximum;
  Wide reset;       // - 1
  Wide longest;     // count of zeros of a code that the kernel reads by itself
  Wide t1, t2, t3;  // - 1
};

// A.3.3 of Rc - Ra
HWY_INLINE Wide last_region(const GroupConstants& g, Wide rc, Wide ra) {
  const Wide falls = hn::Sub(ra, rc);
  const Wide size = hn::Abs(falls);
  const Wide sign = hn::ShiftRight<63>(falls);
  const Wide count = hn::Add(
      hn::Add(hn::ShiftRight<63>(hn::Neg(size)), hn::ShiftRight<63>(hn::Sub(g.t1, size))),
      hn::Add(hn::ShiftRight<63>(hn::Sub(g.t2, size)), hn::ShiftRight<63>(hn::Sub(g.t3, size))));
  return hn::Sub(hn::Xor(count, sign), sign);
}

// A.4.1
HWY_INLINE Wide median(Wide a, Wide b, Wide c) {
  const Wide low = hn::Min(a, b);
  const Wide high = hn::Max(a, b);
  return hn::Min(hn::Max(hn::Sub(hn::Add(a, b), c), low), high);
}

// Where the group stands in its line.
struct Step {
  Wide position;  // of each lane, in bits from the first lane's bits on
  Wide until;     // the column behind the run that a lane is in
  Wide busy;      // all ones where a lane does not take this step
};

struct Codes {
  Wide value;
  Wide length;
  Wide busy;
};

// The codes that are none, or too long for the kernel.
HWY_NOINLINE Codes read_long_codes(Group& group, Wide position, Wide k, Codes codes) {
  const Parameters& p = group.lanes[0]->target.parameters;
  alignas(64) std::array<std::int64_t, kGroupLanes> at, orders, values, lengths, busy;
  const DWide d;
  hn::Store(position, d, at.data());
  hn::Store(k, d, orders.data());
  hn::Store(codes.value, d, values.data());
  hn::Store(codes.length, d, lengths.data());
  hn::Store(codes.busy, d, busy.data());
  for (std::size_t i = 0; i < kGroupLanes; ++i) {
    if (busy[i] != 0) continue;
    const auto begin = static_cast<std::uint64_t>(at[i] - group.origin[i]);
    const Code code = read_any_golomb(
        group.lanes[i]->bits, begin, static_cast<std::uint32_t>(orders[i]),
        static_cast<std::uint32_t>(p.limit), static_cast<std::uint32_t>(p.quantised_bits));
    values[i] = code.value;
    lengths[i] = static_cast<std::int64_t>(code.position - begin);
    if (code.value > static_cast<std::uint32_t>(p.maximum)) {
      group.fail(i);
      busy[i] = -1;
      lengths[i] = values[i] = 0;
    }
  }
  return {hn::Load(d, values.data()), hn::Load(d, lengths.data()), hn::Load(d, busy.data())};
}

// A.4.2 to A.6. `index` is 81 Q1 + 9 Q2 + Q3.
HWY_INLINE Wide decode_step(Group& group, const GroupConstants& g, Step& step, Wide index,
                            Wide predicted) {
  const Wide sign = hn::ShiftRight<63>(index);
  const Places places(group_context(hn::Abs(index)));
  const Wide packed = places.load(group.contexts);
  const Wide seen = windows(group.lanes[0]->bits, step.position);
  const WideContext context = unpack(packed);
  const Wide zeros = leading_zeros(seen);
  Codes codes;
  // The one behind the zeros stands for 1 << k.
  const Wide from_one = shift_right(shift_left(seen, zeros), hn::Sub(wide(63), context.k));
  codes.value = hn::Add(shift_left(hn::Sub(zeros, wide(1)), context.k), from_one);
  codes.length = hn::Add(hn::Add(zeros, wide(1)), context.k);
  codes.busy = step.busy;
  const Wide rare =
      hn::AndNot(step.busy, hn::Or(hn::Sub(g.longest, zeros), hn::Sub(g.maximum, codes.value)));
  if (HWY_UNLIKELY(any_below_zero(rare))) {
    codes = read_long_codes(group, step.position, context.k, codes);
    step.until = hn::Load(DWide(), group.until.data());
  }
  step.busy = codes.busy;
  step.position = hn::Add(step.position, hn::AndNot(codes.busy, codes.length));
  const Wide odd = hn::Neg(hn::And(codes.value, wide(1)));
  const Wide error =
      hn::Xor(hn::Xor(hn::ShiftRight<1>(codes.value), odd), wide_mirror_mask(context));
  Wide corrected = hn::Add(predicted, hn::Sub(hn::Xor(context.c, sign), sign));
  corrected = hn::Min(hn::Max(corrected, wide(0)), g.maximum);
  const Wide sample = hn::And(hn::Add(corrected, hn::Sub(hn::Xor(error, sign), sign)), g.maximum);
  const Wide adapted = pack(update_wide(context, error, g.reset));
  places.store(hn::IfVecThenElse(codes.busy, packed, adapted), group.contexts);
  return sample;
}

// In the lanes where `idle` is zero. The column where the next step is.
HWY_NOINLINE std::size_t start_runs(Group& group, RunOf components, std::size_t x, Wide idle) {
  alignas(64) std::array<std::int64_t, kGroupLanes> others;
  hn::Store(idle, DWide(), others.data());
  for (std::size_t i = 0; i < kGroupLanes; ++i)
    if (others[i] == 0) start_run(group, i, components, x);
  return static_cast<std::size_t>(
      std::min<std::int64_t>(*std::ranges::min_element(group.until), group.columns));
}

HWY_NOINLINE void decode_line(Group& group, const GroupConstants& g, std::uint32_t component) {
  const DWide d;
  const std::uint16_t* above = group.above[component];
  std::uint16_t* now = group.now[component];
  const std::int16_t* ahead = group.ahead[component];
  Step step{hn::Load(d, group.position.data()), hn::Load(d, group.until.data()), wide(0)};
  Wide a = widen(above);
  Wide c = widen(before(above));
  for (std::size_t x = 0; x < group.columns;) {
    step.busy = hn::ShiftRight<63>(hn::Sub(wide(static_cast<std::int64_t>(x)), step.until));
    const Wide b = widen(above + x * kGroupLanes);
    const Wide index = hn::Add(widen(ahead + x * kGroupLanes), last_region(g, c, a));
    if (HWY_UNLIKELY(any_zero(hn::Or(index, step.busy)))) {
      hn::Store(step.position, d, group.position.data());
      const std::size_t next =
          std::max(x, start_runs(group, {component, 1}, x, hn::Or(index, step.busy)));
      step.position = hn::Load(d, group.position.data());
      step.until = hn::Load(d, group.until.data());
      if (next == x) continue;
      x = next;
      a = widen(before(now + x * kGroupLanes));
      c = widen(before(above + x * kGroupLanes));
      continue;
    }
    const Wide decoded = decode_step(group, g, step, index, median(a, b, c));
    a = hn::IfVecThenElse(step.busy, widen(now + x * kGroupLanes), decoded);
    narrow(a, now + x * kGroupLanes);
    c = b;
    ++x;
  }
  hn::Store(step.position, d, group.position.data());
}

// Annex B.3: the samples of a pixel follow each other, each with contexts of its own component's
// lines.
template <std::size_t kComponents>
HWY_NOINLINE void decode_pixels(Group& group, const GroupConstants& g) {
  const DWide d;
  Step step{hn::Load(d, group.position.data()), hn::Load(d, group.until.data()), wide(0)};
  for (std::size_t x = 0; x < group.columns;) {
    const std::size_t at = x * kGroupLanes;
    step.busy = hn::ShiftRight<63>(hn::Sub(wide(static_cast<std::int64_t>(x)), step.until));
    Wide index[kComponents];
    Wide any = step.busy;
    for (std::size_t i = 0; i < kComponents; ++i) {
      const Wide a = widen(before(group.now[i] + at));
      const Wide c = widen(before(group.above[i] + at));
      index[i] = hn::Add(widen(group.ahead[i] + at), last_region(g, c, a));
      any = hn::Or(any, index[i]);
    }
    if (HWY_UNLIKELY(any_zero(any))) {
      hn::Store(step.position, d, group.position.data());
      x = std::max(x, start_runs(group, {0, kComponents}, x, any));
      step.position = hn::Load(d, group.position.data());
      step.until = hn::Load(d, group.until.data());
      continue;
    }
    for (std::size_t i = 0; i < kComponents; ++i) {
      const Wide a = widen(before(group.now[i] + at));
      const Wide b = widen(group.above[i] + at);
      const Wide c = widen(before(group.above[i] + at));
      const Wide decoded = decode_step(group, g, step, index[i], median(a, b, c));
      narrow(hn::IfVecThenElse(step.busy, widen(group.now[i] + at), decoded), group.now[i] + at);
    }
    ++x;
  }
  hn::Store(step.position, d, group.position.data());
}

void decode_rows_of_pixels(Group& group, const GroupConstants& g) {
  for (std::uint32_t i = 0; i < group.components; ++i) look_ahead(group, i);
  group.begin_line();
  if (group.components == 3) return decode_pixels<3>(group, g);
  return group.components == 4 ? decode_pixels<4>(group, g) : decode_pixels<2>(group, g);
}

void decode_rows_of_lines(Group& group, const GroupConstants& g) {
  for (std::uint32_t i = 0; i < group.components; ++i) {
    group.begin_line();
    look_ahead(group, i);
    decode_line(group, g, i);
  }
}

void run(std::span<Lane* const> lanes, MutableBytes memory) {
  Group group(lanes, memory);
  const GroupConstants g(lanes[0]->target.parameters);
  do {
    if (lanes[0]->target.by_sample)
      decode_rows_of_pixels(group, g);
    else
      decode_rows_of_lines(group, g);
  } while (finish_rows(group));
  leave(group);
}

#else

bool takes() { return false; }
void run(std::span<Lane* const> lanes, MutableBytes) {
  for (Lane* lane : lanes) lane->state = Lane::State::Failed;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_ls {

HWY_EXPORT(takes);
HWY_EXPORT(run);

bool takes_groups() { return HWY_DYNAMIC_DISPATCH(takes)(); }

void run_group(std::span<Lane* const> lanes, MutableBytes memory) {
  HWY_DYNAMIC_DISPATCH(run)(lanes, memory);
}

}  // namespace slipring::codecs::jpeg_ls
#endif
