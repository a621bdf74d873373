// The kernel of groups. Each step decodes one sample of every lane: contexts and windows on the
// bits are loaded one by one, everything else is arithmetic on 32-bit elements without a branch but
// for what is rare: the begin of a run, a code too long for a window. Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_GROUP_KERNEL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_GROUP_KERNEL
#undef SLIPRING_JPEG_LS_GROUP_KERNEL
#else
#define SLIPRING_JPEG_LS_GROUP_KERNEL
#endif

#include "codecs/jpeg_ls/decode/codes-inl.h"
#include "codecs/jpeg_ls/decode/group.h"
#include "codecs/jpeg_ls/decode/group_lines-inl.h"
#include "codecs/jpeg_ls/decode/rows-inl.h"
#include "codecs/jpeg_ls/group_model-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

namespace SLIPRING_JPEG_LS_GROUP {

// Two codes of so many bits lie in a window of 57.
constexpr std::int32_t kShortBits = 28;

// What every lane of a group has in common, in all elements.
struct GroupConstants {
  explicit GroupConstants(const Parameters& p)
      : numbers(p.reset),
        maximum(wide(p.maximum)),
        longest(wide(std::min(p.limit - p.quantised_bits - 1, kShortBits))),
        t1(wide(p.t1 - 1)),
        t2(wide(p.t2 - 1)),
        t3(wide(p.t3 - 1)) {
    for (std::size_t i = 0; i < kIdleContexts; ++i)
      idle[i] = wide(static_cast<std::int32_t>(kContexts + i));
  }
  WideNumbers numbers;
  Wide maximum;
  Wide longest;     // bits of a code that the kernel reads by itself; no escape has so few
  Wide t1, t2, t3;  // - 1
  Wide idle[kIdleContexts];
};

// A.3.3 of Rc - Ra
HWY_INLINE Wide last_region(const GroupConstants& g, Wide rc, Wide ra) {
  const Wide falls = hn::Sub(ra, rc);
  const Wide size = hn::Abs(falls);
  const Wide sign = hn::ShiftRight<31>(falls);
  // -1 for each bound that is reached.
  const Wide count = hn::Add(hn::Add(above(size, g.numbers.zero), above(size, g.t1)),
                             hn::Add(above(size, g.t2), above(size, g.t3)));
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
  Wide position;  // of each lane, in bits
  Long seen;      // the bits from there on: a window of them, or what a code left of it
  Wide until;     // the column behind the run that a lane is in
  Lanes active;   // the lanes that take this step
};

// The codes that are none, or too long for the kernel: into the group's arrays, so that the kernel
// keeps its own values in registers. A lane that has no code fails. Returns the lanes that have
// one.
HWY_NOINLINE unsigned read_long_codes(Group& group, Wide position, Wide k, unsigned active) {
  const Parameters& p = group.lanes[0]->target.parameters;
  alignas(64) std::array<std::int32_t, kGroupLanes> at, orders;
  hn::Store(position, DWide(), at.data());
  hn::Store(k, DWide(), orders.data());
  for (std::size_t i = 0; i < kGroupLanes; ++i) {
    group.codes[i] = group.lengths[i] = 0;
    if ((active >> i & 1) == 0) continue;
    const auto begin = static_cast<std::uint64_t>(at[i]);
    const Code code = read_any_golomb(
        group.lanes[i]->bits, begin, static_cast<std::uint32_t>(orders[i]),
        static_cast<std::uint32_t>(p.limit), static_cast<std::uint32_t>(p.quantised_bits));
    if (code.value > static_cast<std::uint32_t>(p.maximum)) {
      group.fail(i);
      active &= ~(1U << i);
      continue;
    }
    group.codes[i] = static_cast<std::int32_t>(code.value);
    group.lengths[i] = static_cast<std::int32_t>(code.position - begin);
  }
  return active;
}

// A vector's elements, each by itself.
struct Numbers {
  explicit HWY_INLINE Numbers(Wide from) {
    const auto put = [&](std::size_t i, std::int64_t both) HWY_ATTR {
      of[i] = static_cast<std::uint32_t>(both);
      of[i + 1] = static_cast<std::uint64_t>(both) >> 32;
    };
#if SLIPRING_JPEG_LS_LANES == 8
    const __m128i low = _mm256_castsi256_si128(from.raw);
    const __m128i high = _mm256_extracti128_si256(from.raw, 1);
    put(4, _mm_cvtsi128_si64(high));
    put(6, _mm_extract_epi64(high, 1));
#else
    const __m128i low = from.raw;
#endif
    put(0, _mm_cvtsi128_si64(low));
    put(2, _mm_extract_epi64(low, 1));
  }
  std::uint64_t of[kGroupLanes];
};

// The neighbours of the next sample, and what they tell.
struct Neighbours {
  Wide a, b, c;
  Wide index;
};

HWY_INLINE void move_to(const Group& group, const GroupConstants& g, Step& step, Wide position) {
  step.position = position;
  step.seen = windows(g.numbers, group.bits.data(), position);
}

// The values of the next codes; moves behind them. What a code leaves of a window is enough for
// one more: `refill` says that it is not to be used.
HWY_INLINE Wide read_codes(Group& group, const GroupConstants& g, Step& step, Wide k, bool refill) {
  const Wide seen = high_half(step.seen);
  const Wide zeros = leading_zeros(seen);
  // The one behind the zeros stands for 1 << k.
  const Wide from_one = shift_right(shift_left(seen, zeros), hn::Sub(g.numbers.last_bit, k));
  const Wide value = hn::Add(shift_left(hn::Sub(zeros, g.numbers.one), k), from_one);
  const Wide length = hn::Add(hn::Add(zeros, g.numbers.one), k);
  if (HWY_UNLIKELY(any(where_above(step.active, length, g.longest),
                       where_above(step.active, value, g.maximum)))) {
    step.active.raw =
        static_cast<__mmask8>(read_long_codes(group, step.position, k, step.active.raw));
    step.until = hn::Load(DWide(), group.until.data());
    const Wide lengths = hn::Load(DWide(), group.lengths.data());
    move_to(group, g, step, add_where(step.active, step.position, lengths));
    return hn::Load(DWide(), group.codes.data());
  }
  const Wide behind = add_where(step.active, step.position, length);
  if (refill) {
    move_to(group, g, step, behind);
  } else {
    step.position = behind;
    step.seen = shift_left(step.seen, lengthen(keep_where(step.active, length), g.numbers.zero));
  }
  return value;
}

// A.4.2 to A.6 of column x. `index` is 81 Q1 + 9 Q2 + Q3. Hands the sample to `take` as soon as it
// is known: the next one waits for it, and contexts need time to adapt.
template <class Take>
HWY_INLINE void decode_step(Group& group, const GroupConstants& g, Step& step, Neighbours at,
                            std::size_t x, bool refill, Take take) {
  const Wide sign = hn::ShiftRight<31>(at.index);
  const Wide number = choose(step.active, hn::Abs(at.index), g.idle[x % kIdleContexts]);
  const Numbers numbers(number);
  const WideContext context(g.numbers, load_contexts(group.contexts, numbers.of));
  const Wide value = read_codes(group, g, step, context.k, refill);
  const Wide odd = hn::Sub(g.numbers.zero, hn::And(value, g.numbers.one));
  const Wide error = mirror(g.numbers, context, hn::Xor(hn::ShiftRight<1>(value), odd));
  Wide corrected = hn::Add(median(at.a, at.b, at.c), hn::Sub(hn::Xor(context.c, sign), sign));
  corrected = hn::Min(hn::Max(corrected, g.numbers.zero), g.maximum);
  take(hn::And(hn::Add(hn::Sub(corrected, sign), hn::Xor(error, sign)), g.maximum));
  const WidePacked adapted = adapt(g.numbers, context, error);
  store_contexts(choose(step.active, adapted, context.packed), group.contexts, numbers.of);
}

// In the active lanes where `index` is zero. The column where the next step is.
HWY_NOINLINE std::size_t start_runs(Group& group, RunOf components, std::size_t x, Lanes lanes) {
  for (std::size_t i = 0; i < kGroupLanes; ++i)
    if ((lanes.raw >> i & 1) != 0) start_run(group, i, components, x);
  return static_cast<std::size_t>(
      std::min<std::int64_t>(*std::ranges::min_element(group.until), group.columns));
}

HWY_NOINLINE void decode_line(Group& group, const GroupConstants& g, std::uint32_t component) {
  const std::uint16_t* above = group.above[component];
  std::uint16_t* now = group.now[component];
  const std::int16_t* ahead = group.ahead[component];
  Step step{{}, {}, hn::Load(DWide(), group.until.data()), {}};
  move_to(group, g, step, hn::Load(DWide(), group.position.data()));
  const auto look = [&](std::size_t x, Wide a, Wide c) HWY_ATTR {
    const Wide b = widen(above + x * kGroupLanes);
    return Neighbours{a, b, c, hn::Add(widen(ahead + x * kGroupLanes), last_region(g, c, a))};
  };
  Neighbours at = look(0, widen(above), widen(before(above)));
  for (std::size_t x = 0; x < group.columns;) {
    step.active = lanes_at(x, step.until);
    const Lanes flat = where_zero(step.active, at.index);
    if (HWY_UNLIKELY(any(flat))) {
      hn::Store(step.position, DWide(), group.position.data());
      const std::size_t next = std::max(x, start_runs(group, {component, 1}, x, flat));
      move_to(group, g, step, hn::Load(DWide(), group.position.data()));
      step.until = hn::Load(DWide(), group.until.data());
      if (next == x) continue;
      x = next;
      at = look(x, widen(before(now + x * kGroupLanes)), widen(before(above + x * kGroupLanes)));
      continue;
    }
    decode_step(group, g, step, at, x, x % 2 != 0, [&](Wide decoded) HWY_ATTR {
      std::uint16_t* to = now + x * kGroupLanes;
      const Wide sample = choose(step.active, decoded, widen(to));
      narrow(sample, to);
      at = look(++x, sample, at.b);
    });
  }
  hn::Store(step.position, DWide(), group.position.data());
}

// Annex B.3: the samples of a pixel follow each other, each with contexts of its own component's
// lines.
template <std::size_t kComponents>
HWY_NOINLINE void decode_pixels(Group& group, const GroupConstants& g) {
  Step step{{}, {}, hn::Load(DWide(), group.until.data()), {}};
  move_to(group, g, step, hn::Load(DWide(), group.position.data()));
  for (std::size_t x = 0; x < group.columns;) {
    const std::size_t at = x * kGroupLanes;
    step.active = lanes_at(x, step.until);
    Wide index[kComponents];
    Wide regions = wide(0);
    for (std::size_t i = 0; i < kComponents; ++i) {
      const Wide a = widen(before(group.now[i] + at));
      const Wide c = widen(before(group.above[i] + at));
      index[i] = hn::Add(widen(group.ahead[i] + at), last_region(g, c, a));
      regions = hn::Or(regions, index[i]);
    }
    const Lanes flat = where_zero(step.active, regions);
    if (HWY_UNLIKELY(any(flat))) {
      hn::Store(step.position, DWide(), group.position.data());
      x = std::max(x, start_runs(group, {0, kComponents}, x, flat));
      move_to(group, g, step, hn::Load(DWide(), group.position.data()));
      step.until = hn::Load(DWide(), group.until.data());
      continue;
    }
    for (std::size_t i = 0; i < kComponents; ++i) {
      const Wide a = widen(before(group.now[i] + at));
      const Wide b = widen(group.above[i] + at);
      const Wide c = widen(before(group.above[i] + at));
      const bool refill = i % 2 != 0 || i + 1 == kComponents;
      decode_step(group, g, step, {a, b, c, index[i]}, x, refill, [&](Wide decoded) HWY_ATTR {
        std::uint16_t* to = group.now[i] + at;
        narrow(choose(step.active, decoded, widen(to)), to);
      });
    }
    ++x;
  }
  hn::Store(step.position, DWide(), group.position.data());
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

}  // namespace SLIPRING_JPEG_LS_GROUP

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif
