// One lane or two, one or two symbols to a lookup. Lookups keep step with each other, symbols do
// not: vectors tell what they are, and put them one behind the other.
#if defined(SLIPRING_JPEG_LOSSLESS_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LOSSLESS_PAIRS_INL_H_
#undef SLIPRING_JPEG_LOSSLESS_PAIRS_INL_H_
#else
#define SLIPRING_JPEG_LOSSLESS_PAIRS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <span>
#include <utility>

#include "codecs/jpeg_lossless/decode/entropy.h"
#include "codecs/jpeg_lossless/decode/lane-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

#if SLIPRING_SHIFTS_LANES
// Of the lookups from i on, `count` of them at most: one or two symbols each; returns how many. A
// lane of 64 bits has the first in its lower half, the second in the upper one, where it is left
// out if there is none. The further bits of a symbol are the last ones before its end: where the
// highest of them is 0, 2 to the category less 1 is taken off.
template <bool kAll>
HWY_INLINE std::size_t tell_vector(const Steps& steps, std::size_t i, std::size_t count,
                                   std::uint16_t* to) {
  const Words d;
  const hn::RebindToSigned<Words> signed_d;
  const hn::Repartition<std::uint64_t, Words> long_d;
  const auto* halves = reinterpret_cast<const std::uint16_t*>(steps.pair_entries + i);
  const auto entries = hn::PromoteTo(d, hn::LoadU(Halves(), halves));
  const auto window = hn::LoadU(long_d, steps.pair_windows + i);
  const auto both = hn::BitCast(long_d, hn::And(entries, hn::Set(d, 63)));
  const auto low_half = hn::Set(long_d, 0xFFFFFFFF);
  const auto first = hn::Shr(window, hn::Sub(hn::Set(long_d, 64), hn::ShiftRight<32>(both)));
  const auto second = hn::Shr(window, hn::Sub(hn::Set(long_d, 32), hn::And(both, low_half)));
  const auto bits = hn::BitCast(d, hn::Or(hn::And(first, low_half), hn::AndNot(low_half, second)));
  const auto beyond = hn::Shl(hn::Not(hn::Zero(d)), hn::ShiftRight<kCategoryShift>(entries));
  const auto value = hn::BitCast(signed_d, hn::AndNot(beyond, bits));
  const auto ones = hn::BitCast(signed_d, hn::Not(beyond));
  const auto difference =
      hn::IfThenElse(hn::Gt(hn::Add(value, value), ones), value, hn::Sub(value, ones));
  const auto always = hn::BitCast(d, hn::Set(long_d, kHasSecond));
  auto there = hn::TestBit(hn::Or(entries, always), hn::Set(d, kHasSecond));
  if (!kAll) there = hn::And(there, hn::FirstN(d, 2 * count));
  store_low(hn::Compress(hn::BitCast(d, difference), there), to);
  return hn::CountTrue(d, there);
}

// Lookups that are told in one go.
HWY_INLINE std::size_t lookups_at_once() { return hn::Lanes(Words()) / 2; }

HWY_INLINE std::size_t tell_at_once(const Steps& steps, std::size_t first, std::uint16_t* to) {
  return tell_vector<true>(steps, first, lookups_at_once(), to);
}

HWY_INLINE std::size_t tell_pairs(const Steps& steps, std::size_t first, std::size_t lookups,
                                  std::uint16_t* to) {
  const std::size_t lanes = lookups_at_once();
  std::uint16_t* const begin = to;
  std::size_t i = 0;
  for (; i + lanes <= lookups; i += lanes) to += tell_at_once(steps, first + i, to);
  if (i < lookups) to += tell_vector<false>(steps, first + i, lookups - i, to);
  return static_cast<std::size_t>(to - begin);
}
#else
inline std::size_t tell_pairs(const Steps& steps, std::size_t first, std::size_t lookups,
                              std::uint16_t* to) {
  std::uint16_t* const begin = to;
  for (std::size_t i = first; i < first + lookups; ++i) {
    const std::uint32_t entry = steps.pair_entries[i];
    const std::uint32_t second = entry >> kSecondShift;
    const auto tell = [&](std::uint32_t end, std::uint32_t category) {
      const std::uint32_t ones = (1U << category) - 1;
      const auto bits = static_cast<std::uint32_t>(steps.pair_windows[i] >> (64 - end)) & ones;
      *to++ = static_cast<std::uint16_t>(2 * bits > ones ? bits : bits - ones);
    };
    tell(second & 63, entry >> kCategoryShift & 31);
    if ((second & kHasSecond) != 0) tell(entry & 63, second >> kCategoryShift);
  }
  return static_cast<std::size_t>(to - begin);
}

inline std::size_t lookups_at_once() { return kPairBlock / 4; }

inline std::size_t tell_at_once(const Steps& steps, std::size_t first, std::uint16_t* to) {
  return tell_pairs(steps, first, lookups_at_once(), to);
}
#endif

// A lane while its bits are read.
struct PairLane {
  std::uint64_t window = 0;
  const std::uint8_t* at = nullptr;
  std::uint32_t held = 0;  // modulo 64
  const std::uint32_t* table = nullptr;

  HWY_INLINE std::uint32_t step(bool refills, Steps& steps, std::size_t i) {
    std::uint32_t entry = table[window >> (64 - kPairIndexBits)];
#if defined(__GNUC__)
    // Compilers short of registers would keep it in a vector's, in the middle of the chain.
    asm("" : "+r"(entry));
#endif
    if (refills) refill(window, at, held);
    steps.pair_windows[i] = window;
    steps.pair_entries[i] = entry;
    window <<= entry & 63;
    held -= entry;
    return entry;
  }
};

// Two symbols to a lookup where they fit: half the chain.
template <int kLanes, int kGroup>
class PairStepper {
 public:
  HWY_INLINE PairStepper(BitLane* const* lanes, Steps* steps, std::uint16_t** to)
      : lanes_(lanes), steps_(steps), to_(to) {
    for (int l = 0; l < kLanes; ++l) take(l);
  }

  // A multiple of kGroup lookups of every lane, left behind from `first` on. Between two groups a
  // piece is told of the block `before`, if kTells: a step waits for the one before it, vectors
  // need not.
  template <bool kTells>
  HWY_NOINLINE void run(std::size_t first, std::size_t lookups, std::size_t before) {
    const std::size_t at_once = lookups_at_once();
    const std::size_t pieces = kTells ? kPairBlock / at_once * kLanes : 0;
    const std::size_t pieces_a_group = (pieces * kGroup + kPairBlock - 1) / kPairBlock;
    std::size_t piece = 0;
    PairLane a = state_[0];
    PairLane b = state_[kLanes - 1];
    for (std::size_t i = first; i < first + lookups; i += kGroup) {
      std::uint32_t last = 0;
      for (int k = 0; k < kGroup; ++k) {
        last = a.step(k == 0, steps_[0], i + k);
        if constexpr (kLanes == 2) last |= b.step(k == 0, steps_[1], i + k);
      }
      if (HWY_UNLIKELY((last & kExceptional) != 0)) {
        state_[0] = a;
        state_[kLanes - 1] = kLanes == 2 ? b : a;
        redo_exceptional(i);
        a = state_[0];
        b = state_[kLanes - 1];
      }
      for (std::size_t k = 0; k < pieces_a_group && piece < pieces; ++k, ++piece) {
        const std::size_t l = piece % kLanes;
        to_[l] += tell_at_once(steps_[l], before + piece / kLanes * at_once, to_[l]);
      }
    }
    state_[0] = a;
    state_[kLanes - 1] = kLanes == 2 ? b : a;
  }

  HWY_INLINE void tell(std::size_t first, std::size_t lookups) {
    for (int l = 0; l < kLanes; ++l) to_[l] += tell_pairs(steps_[l], first, lookups, to_[l]);
  }

  HWY_INLINE void finish() {
    for (int l = 0; l < kLanes; ++l) {
      lanes_[l]->window = state_[l].window;
      lanes_[l]->held = state_[l].held & 63;
      lanes_[l]->at = state_[l].at;
    }
  }

 private:
  HWY_INLINE void take(int l) {
    const BitLane& lane = *lanes_[l];
    state_[l] = {lane.window, lane.at, static_cast<std::uint32_t>(lane.held),
                 lane.tables[0]->pairs.data()};
    refill(state_[l].window, state_[l].at, state_[l].held);
  }

  // The group at `i`, of lanes where it holds an exceptional entry. Such an entry goes on by no
  // bit, so that all behind it in the group are the same.
  HWY_NOINLINE void redo_exceptional(std::size_t i) {
    for (int l = 0; l < kLanes; ++l) {
      if ((steps_[l].pair_entries[i + kGroup - 1] & kExceptional) == 0) continue;
      redo(*lanes_[l], steps_[l], i, state_[l].at, state_[l].held);
      take(l);
    }
  }

  // The group from its first symbol on, without haste: each lookup gives one symbol.
  static void redo(BitLane& lane, Steps& steps, std::size_t i, const std::uint8_t* at,
                   std::uint64_t held) {
    for (int k = 0; k < kGroup; ++k) held += steps.pair_entries[i + k];
    load_again(lane, at, held);
    for (int k = 0; k < kGroup; ++k) {
      std::uint32_t window = 0;
      std::uint16_t entry = 0;
      step_slowly(lane, *lane.tables[0], window, entry);
      // The window begins with the further bits: there the symbol ends behind them.
      const std::uint32_t end = std::max(entry >> kCategoryShift, 1);
      steps.pair_windows[i + k] = std::uint64_t{window} << 32;
      steps.pair_entries[i + k] = entry | end << kSecondShift;
    }
  }

  BitLane* const* lanes_;
  Steps* steps_;
  std::uint16_t** to_;
  PairLane state_[kLanes];
};

// A multiple of kGroup lookups.
template <int kLanes, int kGroup>
void run_pairs(BitLane* const* lanes, std::size_t lookups, Steps* steps, std::uint16_t** to) {
  PairStepper<kLanes, kGroup> stepper(lanes, steps, to);
  std::size_t now = 0;
  std::size_t before = kPairBlock;
  const std::size_t whole = lookups / kPairBlock * kPairBlock;
  for (std::size_t done = 0; done < whole; done += kPairBlock) {
    if (done == 0)
      stepper.template run<false>(now, kPairBlock, before);
    else
      stepper.template run<true>(now, kPairBlock, before);
    std::swap(now, before);
  }
  if (whole != 0) stepper.tell(before, kPairBlock);
  stepper.template run<false>(now, lookups - whole, before);
  stepper.tell(now, lookups - whole);
  stepper.finish();
}

// As far as all lanes go two symbols to a lookup: to[l] follows lane l.
template <int kLanes>
void decode_pairs(BitLane* const* lanes, std::uint16_t* const* end, std::uint16_t** to,
                  Steps* steps) {
  const std::uint32_t group = std::min(group_of<kLanes>(lanes), 3U);
  for (;;) {
    std::size_t left = kPairChunkSymbols;
    for (int l = 0; l < kLanes; ++l)
      left = std::min(left, static_cast<std::size_t>(end[l] - to[l]));
    const std::size_t lookups = left / 2 / group * group;
    if (lookups == 0) return;
    for (int l = 0; l < kLanes; ++l) check_lane(*lanes[l]);
    if (group == 2)
      run_pairs<kLanes, 2>(lanes, lookups, steps, to);
    else
      run_pairs<kLanes, 3>(lanes, lookups, steps, to);
  }
}

inline void decode_paired(std::span<BitLane* const> lanes, std::size_t count,
                          std::span<std::uint16_t* const> differences, std::span<Steps> steps) {
  std::uint16_t* to[2] = {differences.front(), differences.back()};
  std::uint16_t* const end[2] = {to[0] + count, to[1] + count};
  if (lanes.size() == 2) decode_pairs<2>(lanes.data(), end, to, steps.data());
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    decode_pairs<1>(&lanes[l], &end[l], &to[l], &steps[l]);
    check_lane(*lanes[l]);
    while (to[l] < end[l]) *to[l]++ = step_alone(*lanes[l]);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#endif
