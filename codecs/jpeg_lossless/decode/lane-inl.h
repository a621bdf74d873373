// What the ways of reading a lane's bits share: the refill, a symbol of any kind on its own, going
// back to where a group began.
#if defined(SLIPRING_JPEG_LOSSLESS_LANE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LOSSLESS_LANE_INL_H_
#undef SLIPRING_JPEG_LOSSLESS_LANE_INL_H_
#else
#define SLIPRING_JPEG_LOSSLESS_LANE_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "codecs/base/bytes.h"
#include "codecs/jpeg_lossless/decode/entropy.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

// All 64 bits of the window are the stream's afterwards; 56 to 63 of them count as held. What is
// above is set again, to what it is.
template <class Held>
HWY_INLINE void refill(std::uint64_t& window, const std::uint8_t*& at, Held& held) {
  held &= 63;
  window |= load_be<std::uint64_t>(at) >> held;
  at += (63 - held) >> 3;
  held |= 56;
}

// One symbol of any kind. Leaves an entry without code bits.
inline void step_slowly(BitLane& lane, const FastTable& table, std::uint32_t& window,
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
inline void load_again(BitLane& lane, const std::uint8_t* at, std::uint64_t held) {
  held &= 63;  // 56 to 63: the first bit is in the eighth byte before `at`, or the seventh
  const std::uint64_t skip = held == 56 ? 0 : 64 - held;
  const std::uint8_t* first = held == 56 ? at - 7 : at - 8;
  lane.window = load_be<std::uint64_t>(first) << skip;
  lane.at = first + 7;
  lane.held = 56 - skip;
}

inline std::uint16_t difference_of(std::uint32_t window, std::uint32_t entry) {
  const std::uint32_t category = entry >> kCategoryShift;
  const std::uint32_t bits = window << (entry >> kCodeShift & 15);
  const std::uint32_t negative = bits >> 31 ? 0 : ~0U;
  return static_cast<std::uint16_t>((bits >> 1 >> (31 - category)) + (negative << category) -
                                    negative);
}

HWY_NOINLINE inline std::uint16_t step_alone(BitLane& lane) {
  std::uint32_t window = 0;
  std::uint16_t entry = 0;
  step(lane, *lane.tables[0], window, entry);
  return difference_of(window, entry);
}

// A lane whose bits ended in the chunk before reads them again from the start: any harmless place.
inline void check_lane(BitLane& lane) {
  if (lane.at <= lane.end + 8 && !lane.failed) return;
  lane.failed = true;
  lane.at = lane.begin;
  lane.window = lane.held = 0;
}

// Lookups that suffice for one refill, of all lanes.
template <int kLanes>
std::uint32_t group_of(BitLane* const* lanes) {
  std::uint32_t group = 4;
  for (int l = 0; l < kLanes; ++l) group = std::min(group, lanes[l]->tables[0]->group);
  return group;
}

// Whether vectors shift by another amount in every lane.
#undef SLIPRING_SHIFTS_LANES
#define SLIPRING_SHIFTS_LANES                                                        \
  (HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SSE4 && \
   HWY_TARGET != HWY_SSSE3 && HWY_TARGET != HWY_SSE2)

#if SLIPRING_SHIFTS_LANES
namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::ScalableTag<std::uint32_t>;
using Halves = hn::Rebind<std::uint16_t, Words>;

HWY_INLINE void store_low(hn::Vec<Words> differences, std::uint16_t* to) {
  const hn::RebindToSigned<Words> signed_d;
  const auto low = hn::And(differences, hn::Set(Words(), 0xFFFF));
  hn::StoreU(hn::DemoteTo(Halves(), hn::BitCast(signed_d, low)), Halves(), to);
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#endif
