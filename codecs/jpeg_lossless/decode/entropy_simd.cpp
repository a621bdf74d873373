// Steps are scalar code, compiled for every instruction set all the same: shifts by a register that
// leave the flags alone (BMI2) shorten them by a third. Differences are vectors.
#include "codecs/jpeg_lossless/decode/entropy.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_lossless/decode/entropy_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "codecs/base/bytes.h"
#include "codecs/base/contract.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

// All 64 bits of the window are the stream's afterwards; 56 to 63 of them count as held. What is
// above is set again, to what it is.
HWY_INLINE void refill(std::uint64_t& window, const std::uint8_t*& at, std::uint64_t& held) {
  held &= 63;
  window |= load_be<std::uint64_t>(at) >> held;
  at += (63 - held) >> 3;
  held |= 56;
}

// One symbol of any kind. Leaves an entry without code bits.
void step_slowly(BitLane& lane, const FastTable& table, std::uint32_t& window,
                 std::uint16_t& entry) {
  refill(lane.window, lane.at, lane.held);
  const auto code = table.codes.decode(static_cast<std::uint32_t>(lane.window >> 48));
  window = 0;
  entry = 0;
  if (code.bits == 0 || code.value > kCategoryMax) {
    lane.failed = true;
    return;
  }
  lane.window <<= code.bits;
  lane.held -= code.bits;
  entry = static_cast<std::uint16_t>(code.value << kCategoryShift);
  window = static_cast<std::uint32_t>(lane.window >> 32);
  if (code.value == kCategoryMax) {
    window = 0x80000000U;  // as if 16 bits followed that tell 32,768
    return;
  }
  lane.window <<= code.value;
  lane.held -= code.value;
}

// One symbol, most often of the common kind.
HWY_INLINE void step(BitLane& lane, const FastTable& table, std::uint32_t& window,
                     std::uint16_t& entry) {
  refill(lane.window, lane.at, lane.held);
  entry = table.entries[lane.window >> (64 - kIndexBits)];
  if (HWY_UNLIKELY((entry & kExceptional) != 0)) return step_slowly(lane, table, window, entry);
  window = static_cast<std::uint32_t>(lane.window >> 32);
  lane.window <<= entry & 63;
  lane.held = (lane.held - entry) & 63;
}

// Goes back to where a group began, just after its refill: `at` and `held` are what they were then.
void load_again(BitLane& lane, const std::uint8_t* at, std::uint64_t held) {
  held &= 63;  // 56 to 63: the first bit is in the eighth byte before `at`, or the seventh
  const std::uint64_t skip = held == 56 ? 0 : 64 - held;
  const std::uint8_t* first = held == 56 ? at - 7 : at - 8;
  lane.window = load_be<std::uint64_t>(first) << skip;
  lane.at = first + 7;
  lane.held = 56 - skip;
}

// Lanes in registers.
template <int kLanes, int kGroup, bool kOneTable>
class Stepper {
 public:
  Stepper(BitLane* const* lanes, Steps* steps) : lanes_(lanes), steps_(steps) {}

  HWY_INLINE void run(std::size_t count) {
    std::uint64_t window[kLanes];
    std::uint64_t held[kLanes];
    const std::uint8_t* at[kLanes];
    const std::uint16_t* table[kLanes];
    for (int l = 0; l < kLanes; ++l) {
      window[l] = lanes_[l]->window;
      held[l] = lanes_[l]->held;
      at[l] = lanes_[l]->at;
      refill(window[l], at[l], held[l]);
      table[l] = lanes_[l]->tables[0]->entries.data();
    }
    std::size_t i = 0;
    for (; i + kGroup <= count; i += kGroup) {
      std::uint64_t seen = 0;
      for (int k = 0; k < kGroup; ++k) {
        for (int l = 0; l < kLanes; ++l) {
          const std::uint16_t* entries = table[l];
          if constexpr (!kOneTable) entries = lanes_[l]->tables[k]->entries.data();
          // The refill goes beside the load: the bits that index the table are there before.
          const std::uint64_t entry = entries[window[l] >> (64 - kIndexBits)];
          if (k == 0) refill(window[l], at[l], held[l]);
          steps_[l].windows[i + k] = static_cast<std::uint32_t>(window[l] >> 32);
          steps_[l].entries[i + k] = static_cast<std::uint16_t>(entry);
          window[l] <<= entry & 63;
          held[l] -= entry;
          seen |= entry;
        }
      }
      if (HWY_UNLIKELY((seen & kExceptional) != 0)) {
        for (int l = 0; l < kLanes; ++l) {
          if (!is_exceptional(l, i)) continue;
          redo(l, i, at[l], held[l]);
          window[l] = lanes_[l]->window;
          held[l] = lanes_[l]->held;
          at[l] = lanes_[l]->at;
        }
      }
    }
    for (int l = 0; l < kLanes; ++l) {
      lanes_[l]->window = window[l];
      lanes_[l]->held = held[l] & 63;
      lanes_[l]->at = at[l];
      for (std::size_t k = i; k < count; ++k)
        step(*lanes_[l], *lanes_[l]->tables[0], steps_[l].windows[k], steps_[l].entries[k]);
    }
  }

 private:
  [[nodiscard]] bool is_exceptional(int l, std::size_t i) const {
    std::uint32_t seen = 0;
    for (int k = 0; k < kGroup; ++k) seen |= steps_[l].entries[i + k];
    return (seen & kExceptional) != 0;
  }

  // The group from its first symbol on, without haste. `at` and `held` are those behind it: the
  // bits it took are counted back.
  HWY_NOINLINE void redo(int l, std::size_t i, const std::uint8_t* at, std::uint64_t held) {
    BitLane& lane = *lanes_[l];
    for (int k = 0; k < kGroup; ++k) held += steps_[l].entries[i + k];
    load_again(lane, at, held);
    for (int k = 0; k < kGroup; ++k)
      step_slowly(lane, *lane.tables[kOneTable ? 0 : k], steps_[l].windows[i + k],
                  steps_[l].entries[i + k]);
    refill(lane.window, lane.at, lane.held);
  }

  BitLane* const* lanes_;
  Steps* steps_;
};

template <int kLanes, int kGroup, bool kOneTable>
HWY_NOINLINE void run(BitLane* const* lanes, std::size_t count, Steps* steps) {
  Stepper<kLanes, kGroup, kOneTable>(lanes, steps).run(count);
}

// One lane with two symbols to a lookup where they fit: half the chain. Two lanes have enough to do
// without.
template <std::size_t kGroup>
class PairStepper {
 public:
  PairStepper(BitLane& lane, Steps& steps)
      : lane_(lane), windows_(steps.windows), entries_(steps.entries) {}

  // How many symbols were taken: all but the last few.
  HWY_INLINE std::size_t run(std::size_t count) {
    const std::uint32_t* table = lane_.tables[0]->pairs.data();
    std::uint64_t window = lane_.window;
    std::uint64_t held = lane_.held;
    const std::uint8_t* at = lane_.at;
    refill(window, at, held);
    std::size_t i = 0;
    while (i + 2 * kGroup <= count) {
      const std::size_t first = i;
      std::uint64_t first_held = 0;
      std::uint64_t seen = 0;
      for (std::size_t k = 0; k < kGroup; ++k) {
        const std::uint64_t entry = table[window >> (64 - kIndexBits)];
        if (k == 0) {
          refill(window, at, held);
          first_held = held;
        }
        windows_[i] = static_cast<std::uint32_t>(window >> 32);
        windows_[i + 1] =
            static_cast<std::uint32_t>((window << (entry >> kSecondShift & 63)) >> 32);
        std::memcpy(entries_ + i, &entry, 2 * sizeof(std::uint16_t));
        window <<= entry & 63;
        held -= entry;
        seen |= entry;
        i += 1 + (entry >> kTwoSymbolsShift & 1);
      }
      if (HWY_UNLIKELY((seen & kExceptional) != 0)) {
        i = redo(first, at, first_held);
        window = lane_.window;
        held = lane_.held;
        at = lane_.at;
      }
    }
    lane_.window = window;
    lane_.held = held & 63;
    lane_.at = at;
    return i;
  }

 private:
  // A few symbols from the group's first on, one by one.
  HWY_NOINLINE std::size_t redo(std::size_t i, const std::uint8_t* at, std::uint64_t held) {
    load_again(lane_, at, held);
    for (std::size_t k = 0; k < kGroup; ++k, ++i)
      step(lane_, *lane_.tables[0], windows_[i], entries_[i]);
    refill(lane_.window, lane_.at, lane_.held);
    return i;
  }

  BitLane& lane_;
  std::uint32_t* windows_;
  std::uint16_t* entries_;
};

template <std::size_t kGroup>
HWY_NOINLINE void run_pairs(BitLane& lane, std::size_t count, Steps& steps) {
  for (std::size_t i = PairStepper<kGroup>(lane, steps).run(count); i < count; ++i)
    step(lane, *lane.tables[0], steps.windows[i], steps.entries[i]);
}

template <int kLanes>
void run_lanes(BitLane* const* lanes, std::size_t count, Steps* steps) {
  const std::uint32_t period = lanes[0]->period;
  if (period == 2) return run<kLanes, 2, false>(lanes, count, steps);
  if (period == 3) return run<kLanes, 3, false>(lanes, count, steps);
  if (period == 4) return run<kLanes, 4, false>(lanes, count, steps);
  std::uint32_t group = 4;
  for (int l = 0; l < kLanes; ++l) group = std::min(group, lanes[l]->tables[0]->group);
  if (kLanes == 1 && lanes[0]->tables[0]->paired) {
    if (group == 2) return run_pairs<2>(*lanes[0], count, steps[0]);
    return run_pairs<3>(*lanes[0], count, steps[0]);
  }
  if (group == 2) return run<kLanes, 2, true>(lanes, count, steps);
  if (group == 3) return run<kLanes, 3, true>(lanes, count, steps);
  run<kLanes, 4, true>(lanes, count, steps);
}

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128 || HWY_TARGET == HWY_SSE4 || \
    HWY_TARGET == HWY_SSSE3 || HWY_TARGET == HWY_SSE2
// No shift by another amount in every lane.
void tell_differences(const Steps& steps, std::size_t count, std::uint16_t* to) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t entry = steps.entries[i];
    const std::uint32_t category = entry >> kCategoryShift;
    const std::uint32_t bits = steps.windows[i] << (entry >> kCodeShift & 15);
    const std::uint32_t negative = bits >> 31 ? 0 : ~0U;
    to[i] = static_cast<std::uint16_t>((bits >> 1 >> (31 - category)) + (negative << category) -
                                       negative);
  }
}
#else
namespace hn = hwy::HWY_NAMESPACE;

// As `extend` does: where the first of the further bits is 0, 2 to the category less 1 is taken
// off.
void tell_differences(const Steps& steps, std::size_t count, std::uint16_t* to) {
  const hn::ScalableTag<std::uint32_t> d;
  const hn::RebindToSigned<decltype(d)> signed_d;
  const hn::Rebind<std::uint16_t, decltype(d)> half;
  const auto code_mask = hn::Set(d, 15);
  const auto most = hn::Set(d, 31);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto entry = hn::PromoteTo(d, hn::LoadU(half, steps.entries + i));
    const auto category = hn::ShiftRight<kCategoryShift>(entry);
    const auto code = hn::And(hn::ShiftRight<kCodeShift>(entry), code_mask);
    const auto bits = hn::Shl(hn::LoadU(d, steps.windows + i), code);
    const auto value = hn::Shr(hn::ShiftRight<1>(bits), hn::Sub(most, category));
    const auto negative =
        hn::BitCast(d, hn::BroadcastSignBit(hn::BitCast(signed_d, hn::Not(bits))));
    const auto difference = hn::Add(value, hn::Sub(hn::Shl(negative, category), negative));
    const auto low = hn::And(difference, hn::Set(d, 0xFFFF));
    hn::StoreU(hn::DemoteTo(half, hn::BitCast(signed_d, low)), half, to + i);
  }
}
#endif

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
HWY_INLINE void store_leap(std::uint64_t differences, std::uint16_t* to) {
  for (std::uint32_t k = 0; k < kLeapSymbolsMax; ++k)
    to[k] = static_cast<std::uint16_t>(((differences >> 8 * k & 0xFF) ^ 0x80) - 0x80);
}
#else
HWY_INLINE void store_leap(const std::uint64_t& differences, std::uint16_t* to) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::CappedTag<std::int16_t, kLeapSymbolsMax> d;
  const hn::Rebind<std::int8_t, decltype(d)> bytes;
  hn::StoreU(hn::PromoteTo(d, hn::LoadU(bytes, reinterpret_cast<const std::int8_t*>(&differences))),
             d, reinterpret_cast<std::int16_t*>(to));
}
#endif

std::uint16_t difference_of(std::uint32_t window, std::uint32_t entry) {
  const std::uint32_t category = entry >> kCategoryShift;
  const std::uint32_t bits = window << (entry >> kCodeShift & 15);
  const std::uint32_t negative = bits >> 31 ? 0 : ~0U;
  return static_cast<std::uint16_t>((bits >> 1 >> (31 - category)) + (negative << category) -
                                    negative);
}

HWY_NOINLINE std::uint16_t step_alone(BitLane& lane) {
  std::uint32_t window = 0;
  std::uint16_t entry = 0;
  step(lane, *lane.tables[0], window, entry);
  return difference_of(window, entry);
}

// A lane whose bits ended in the chunk before reads them again from the start: any harmless place.
void check_lane(BitLane& lane) {
  if (lane.at <= lane.end + 8 && !lane.failed) return;
  lane.failed = true;
  lane.at = lane.begin;
  lane.window = lane.held = 0;
}

// One lane or two by leaps; the differences are there at once.
template <int kLanes>
class Leaper {
 public:
  Leaper(BitLane* const* lanes, std::uint16_t* const* to, std::size_t count) {
    for (int l = 0; l < kLanes; ++l) {
      lanes_[l] = lanes[l];
      to_[l] = to[l];
      end_[l] = to[l] + count;
    }
  }

  // As far as all lanes go in groups of so many leaps.
  template <std::size_t kGroup>
  HWY_INLINE void run() {
    std::uint64_t window[kLanes];
    std::uint64_t held[kLanes];
    const std::uint8_t* at[kLanes];
    const FastTable* table[kLanes];
    std::uint16_t* to[kLanes];
    for (int l = 0; l < kLanes; ++l) {
      take(l, window[l], held[l], at[l]);
      table[l] = lanes_[l]->tables[0];
      to[l] = to_[l];
    }
    while (have_room<kGroup>(to, at)) {
      std::uint64_t seen[kLanes] = {};
      for (std::size_t k = 0; k < kGroup; ++k) {
        for (int l = 0; l < kLanes; ++l) {
          const std::uint64_t index = window[l] >> (64 - kIndexBits);
          const std::uint64_t step = table[l]->leap_steps[index];
          if (k == 0) refill(window[l], at[l], held[l]);
          store_leap(table[l]->leap_differences[index], to[l]);
          window[l] <<= step & 63;
          held[l] -= step;
          seen[l] |= step;
          to[l] += step >> kLeapCountShift;
        }
      }
      for (int l = 0; l < kLanes; ++l) {
        if (HWY_LIKELY((seen[l] & kLeapStop) == 0)) continue;
        give(l, window[l], held[l], at[l]);
        *to[l]++ = step_alone(*lanes_[l]);
        take(l, window[l], held[l], at[l]);
      }
    }
    for (int l = 0; l < kLanes; ++l) {
      give(l, window[l], held[l], at[l]);
      to_[l] = to[l];
    }
  }

  // One by one; behind the end of the bits there is nothing to tell.
  void finish() {
    BitLane& lane = *lanes_[0];
    while (to_[0] < end_[0] && lane.at <= lane.end + 8) *to_[0]++ = step_alone(lane);
    lane.failed = lane.failed || to_[0] < end_[0];
    std::fill(to_[0], end_[0], std::uint16_t{0});
  }
  [[nodiscard]] std::uint16_t* to(int l) const { return to_[l]; }

 private:
  template <std::size_t kGroup>
  HWY_INLINE bool have_room(std::uint16_t* const* to, const std::uint8_t* const* at) const {
    bool all = true;
    for (int l = 0; l < kLanes; ++l)
      all = all && to[l] + kGroup * kLeapSymbolsMax <= end_[l] && at[l] <= lanes_[l]->end + 8;
    return all;
  }
  HWY_INLINE void take(int l, std::uint64_t& window, std::uint64_t& held, const std::uint8_t*& at) {
    window = lanes_[l]->window;
    held = lanes_[l]->held;
    at = lanes_[l]->at;
    refill(window, at, held);
  }
  HWY_INLINE void give(int l, std::uint64_t window, std::uint64_t held, const std::uint8_t* at) {
    lanes_[l]->window = window;
    lanes_[l]->held = held & 63;
    lanes_[l]->at = at;
  }

  BitLane* lanes_[kLanes];
  std::uint16_t* to_[kLanes];
  std::uint16_t* end_[kLanes];
};

HWY_NOINLINE void run_leaps(std::span<BitLane* const> lanes, std::size_t count,
                            std::span<std::uint16_t* const> differences) {
  std::uint16_t* to[2] = {differences.front(), differences.back()};
  for (BitLane* lane : lanes) check_lane(*lane);
  if (lanes.size() == 2) {
    Leaper<2> both(lanes.data(), to, count);
    both.run<4>();
    for (int l = 0; l < 2; ++l) to[l] = both.to(l);
  }
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    const auto left = static_cast<std::size_t>(differences[l] + count - to[l]);
    Leaper<1> one(&lanes[l], &to[l], left);
    one.run<4>();
    one.run<1>();
    one.finish();
  }
}

void decode(std::span<BitLane* const> lanes, std::size_t count,
            std::span<std::uint16_t* const> differences, std::span<Steps> steps) {
  if (lanes[0]->leaps) return run_leaps(lanes, count, differences);
  for (std::size_t done = 0; done < count; done += kChunkSymbols) {
    const std::size_t n = std::min(kChunkSymbols, count - done);
    for (BitLane* lane : lanes) check_lane(*lane);
    if (lanes.size() == 1) run_lanes<1>(lanes.data(), n, steps.data());
    if (lanes.size() == 2) run_lanes<2>(lanes.data(), n, steps.data());
    for (std::size_t l = 0; l < lanes.size(); ++l)
      tell_differences(steps[l], n, differences[l] + done);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_lossless {

HWY_EXPORT(decode);

void decode_differences(std::span<BitLane* const> lanes, std::size_t count,
                        std::span<std::uint16_t* const> differences, std::span<Steps> steps) {
  EXPECTS(!lanes.empty() && lanes.size() <= 2 && lanes.size() == differences.size() &&
          lanes.size() == steps.size());
  HWY_DYNAMIC_DISPATCH(decode)(lanes, count, differences, steps);
}

}  // namespace slipring::codecs::jpeg_lossless
#endif
