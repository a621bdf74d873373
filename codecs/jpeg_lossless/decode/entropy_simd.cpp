// Steps are scalar code, compiled for every instruction set all the same: shifts by a register that
// leave the flags alone (BMI2) shorten them by a third. Differences are vectors.
#include "codecs/jpeg_lossless/decode/entropy.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_lossless/decode/entropy_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/jpeg_lossless/decode/lane-inl.h"
#include "codecs/jpeg_lossless/decode/pairs-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

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

template <int kLanes>
void run_lanes(BitLane* const* lanes, std::size_t count, Steps* steps) {
  const std::uint32_t period = lanes[0]->period;
  if (period == 2) return run<kLanes, 2, false>(lanes, count, steps);
  if (period == 3) return run<kLanes, 3, false>(lanes, count, steps);
  if (period == 4) return run<kLanes, 4, false>(lanes, count, steps);
  const std::uint32_t group = group_of<kLanes>(lanes);
  if (group == 2) return run<kLanes, 2, true>(lanes, count, steps);
  if (group == 3) return run<kLanes, 3, true>(lanes, count, steps);
  run<kLanes, 4, true>(lanes, count, steps);
}

#if !SLIPRING_SHIFTS_LANES
void tell_differences(const Steps& steps, std::size_t count, std::uint16_t* to) {
  for (std::size_t i = 0; i < count; ++i) to[i] = difference_of(steps.windows[i], steps.entries[i]);
}

#else
// As `extend` does: where the first of the further bits is 0, 2 to the category less 1 is taken
// off.
void tell_differences(const Steps& steps, std::size_t count, std::uint16_t* to) {
  const Words d;
  const hn::RebindToSigned<Words> signed_d;
  const auto most = hn::Set(d, 31);
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto entry = hn::PromoteTo(d, hn::LoadU(Halves(), steps.entries + i));
    const auto category = hn::ShiftRight<kCategoryShift>(entry);
    const auto code = hn::And(hn::ShiftRight<kCodeShift>(entry), hn::Set(d, 15));
    const auto bits = hn::Shl(hn::LoadU(d, steps.windows + i), code);
    const auto value = hn::Shr(hn::ShiftRight<1>(bits), hn::Sub(most, category));
    const auto negative =
        hn::BitCast(d, hn::BroadcastSignBit(hn::BitCast(signed_d, hn::Not(bits))));
    store_low(hn::Add(value, hn::Sub(hn::Shl(negative, category), negative)), to + i);
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
  const auto paired = [](const BitLane* lane) {
    return lane->period == 1 && lane->tables[0]->paired;
  };
  if (std::all_of(lanes.begin(), lanes.end(), paired))
    return decode_paired(lanes, count, differences, steps);
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
