// Scalar code, compiled for every instruction set all the same: shifts that leave the flags alone
// (BMI2) shorten its chain.
#include "codecs/htj2k/block/decode/parse.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/htj2k/block/decode/parse_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/htj2k/block/decode/look_up.h"
#include "codecs/htj2k/block/decode/mel_runs.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// One block's place in its streams. The next 56 bits of VLC, or more, are the window's lowest; what
// is above is set again to what it is.
struct Cursor {
  std::uint64_t window = 0;
  std::uint64_t held = 0;
  const std::uint8_t* at = nullptr;
  std::int64_t zeros = 0;  // MEL events that are 0 before the next that is 1

  HWY_INLINE void refill() {
    held &= 63;
    window |= load_le<std::uint64_t>(at) << held;
    at += (63 - held) >> 3;
    held |= 56;
  }
  // By the lowest 6 bits of `entry`: `held` is right modulo 64 until the next refill.
  HWY_INLINE void take(std::uint64_t entry) {
    window >>= entry & 63;
    held -= entry;
  }
};

struct State {
  Cursor cursor;
  MelRuns mel;
};

HWY_NOINLINE std::int64_t next_run(MelRuns& mel) { return mel.next(); }

HWY_INLINE bool next_event(Cursor& cursor, MelRuns& mel) {
  if (--cursor.zeros >= 0) return false;
  cursor.zeros = next_run(mel);
  return true;
}

// Looks at 7 bits, which a window has before it is filled up too, as a pair leaves 18 of 56.
HWY_INLINE std::uint32_t peek_code(const Cursor& cursor, const CodeTable& table,
                                   std::uint64_t context) {
  return table[context | (cursor.window & kCodeMask)];
}

HWY_INLINE std::uint32_t take_code(Cursor& cursor, MelRuns& mel, std::uint32_t entry,
                                   std::uint64_t context) {
  if (context == 0 && !next_event(cursor, mel)) entry = 0;
  cursor.take(entry);
  return entry;
}

HWY_INLINE std::uint32_t read_code(Cursor& cursor, MelRuns& mel, const CodeTable& table,
                                   std::uint64_t context) {
  return take_code(cursor, mel, peek_code(cursor, table, context), context);
}

// A row of one block.
struct Row {
  std::uint32_t* entries;
  std::uint8_t* bounds;

  HWY_INLINE void store_pair(std::size_t q, std::uint32_t first, std::uint32_t second,
                             std::uint32_t both_bounds) const {
    entries[q] = first;
    entries[q + 1] = second;
    store_le(bounds + q, static_cast<std::uint16_t>(both_bounds));
  }
};

HWY_INLINE std::uint32_t bounds_of(const PairOfU& pair) {
  return (pair.u[0] + 1) | (pair.u[1] + 1) << 8;
}

// Two u that are both there (7.3.6): either both are above 2, or the second has one bit where the
// first is. All others are coded as in other rows.
HWY_INLINE std::uint32_t read_first_bounds(Cursor& cursor, std::uint32_t first,
                                           std::uint32_t second, bool both, bool above) {
  constexpr std::uint32_t kBoundOfTwo = 3;
  const std::uint32_t found =
      kUvlcTable[(cursor.window & kUvlcMask) | (first & kFirstUOff) | (second & kSecondUOff)];
  const bool is_short = both && !above && (found >> kBoundShift & 0xFF) > kBoundOfTwo;
  if (HWY_LIKELY((found & kLongUvlc) == 0 && !is_short)) {
    cursor.take(found);
    return (found >> kBoundShift & 0xFFFF) + (above ? kUvlcPairBias * 0x101 : 0);
  }
  const PairOfU pair =
      read_pair(cursor.window, (first & kFirstUOff) != 0, (second & kSecondUOff) != 0,
                above ? kUvlcPairBias : 0, both && !above);
  cursor.take(pair.length);
  return bounds_of(pair);
}

HWY_NOINLINE void parse_first_row(const QuadGrid& grid, State& state, const Row& row) {
  Cursor& cursor = state.cursor;
  std::uint32_t context = 0;
  for (std::uint32_t q = 0; q < grid.quads; q += 2) {
    const bool is_pair = q + 1 < grid.quads;
    cursor.refill();
    const std::uint32_t first = read_code(cursor, state.mel, kFirstRowTable, context);
    std::uint32_t second = 0;
    if (is_pair) second = read_code(cursor, state.mel, kFirstRowTable, first & kFirstRowContext);
    context = second & kFirstRowContext;
    const bool both = (first & kFirstUOff) != 0 && (second & kSecondUOff) != 0;
    const bool above = both && next_event(cursor, state.mel);
    row.store_pair(q, first, second, read_first_bounds(cursor, first, second, both, above));
  }
}

// What the row above gives to the contexts of a row, at its place in the index. The right side of a
// quad is the left side of the next one.
HWY_INLINE void find_contexts(const QuadGrid& grid, const std::uint32_t* above,
                              std::uint16_t* contexts) {
  const hn::ScalableTag<std::uint32_t> d;
  const hn::Rebind<std::uint16_t, decltype(d)> d16;
  constexpr std::uint32_t kLower = 2U << kPatternShift;
  const auto side = [&](const std::uint32_t* quads) HWY_ATTR {
    const auto west = hn::ShiftRight<2>(hn::LoadU(d, quads - 1));
    return hn::And(hn::Or(west, hn::LoadU(d, quads)), hn::Set(d, kLower));
  };
  for (std::size_t q = 0; q < grid.quads; q += hn::Lanes(d)) {
    const auto left = hn::ShiftRight<kPatternShift + 1 - kContextShift>(side(above + q));
    const auto right = hn::ShiftRight<kPatternShift - 1 - kContextShift>(side(above + q + 1));
    hn::StoreU(hn::TruncateTo(d16, hn::Or(left, right)), d16, contexts + q);
  }
}

// The last quad of a row of an odd number of them.
HWY_NOINLINE void parse_last(State& state, std::uint32_t context, std::size_t q, const Row& row) {
  Cursor& cursor = state.cursor;
  cursor.refill();
  const std::uint32_t code = read_code(cursor, state.mel, kOtherRowTable, context);
  const PairOfU pair = read_pair(cursor.window, (code & kFirstUOff) != 0, false, 0, false);
  cursor.take(pair.length);
  row.store_pair(q, code, 0, bounds_of(pair));
}

HWY_NOINLINE PairOfU read_long_pair(std::uint64_t window, std::uint32_t first,
                                    std::uint32_t second) {
  return read_pair(window, (first & kFirstUOff) != 0, (second & kFirstUOff) != 0, 0, false);
}

HWY_INLINE void read_both_u(Cursor& cursor, std::size_t q, std::uint32_t first,
                            std::uint32_t second, const Row& row) {
  const std::uint32_t both =
      kUvlcTable[(cursor.window & kUvlcMask) | (first & kFirstUOff) | (second & kSecondUOff)];
  if (HWY_LIKELY((both & kLongUvlc) == 0)) {
    cursor.take(both);
    return row.store_pair(q, first, second, both >> kBoundShift);
  }
  const PairOfU pair = read_long_pair(cursor.window, first, second);
  cursor.take(pair.length);
  row.store_pair(q, first, second, bounds_of(pair));
}

using Contexts = std::uint16_t[512 + 16];

// Lanes in registers: a and b, b only where there are two.
template <int kLanes>
HWY_NOINLINE void parse_row(const QuadGrid& grid, State* states, const Row* rows,
                            const Contexts* contexts) {
  constexpr int kB = kLanes - 1;
  Cursor a = states[0].cursor;
  Cursor b = states[kB].cursor;
  MelRuns& mel_a = states[0].mel;
  MelRuns& mel_b = states[kB].mel;
  const Row row_a = rows[0];
  const Row row_b = rows[kB];
  std::uint32_t first_b = 0;
  std::uint32_t second_a = 0;
  std::uint32_t second_b = 0;
  const std::uint32_t pairs_end = grid.quads / 2 * 2;
  for (std::uint32_t q = 0; q < pairs_end; q += 2) {
    // Filling up the windows is no part of the chain from pair to pair.
    const std::uint32_t context_a = (second_a & kOtherRowContext) | contexts[0][q];
    const std::uint32_t peeked_a = peek_code(a, kOtherRowTable, context_a);
    a.refill();
    if constexpr (kLanes == 2) {
      const std::uint32_t context_b = (second_b & kOtherRowContext) | contexts[1][q];
      const std::uint32_t peeked_b = peek_code(b, kOtherRowTable, context_b);
      b.refill();
      first_b = take_code(b, mel_b, peeked_b, context_b);
    }
    const std::uint32_t first_a = take_code(a, mel_a, peeked_a, context_a);
    second_a =
        read_code(a, mel_a, kOtherRowTable, (first_a & kOtherRowContext) | contexts[0][q + 1]);
    if constexpr (kLanes == 2)
      second_b =
          read_code(b, mel_b, kOtherRowTable, (first_b & kOtherRowContext) | contexts[1][q + 1]);
    read_both_u(a, q, first_a, second_a, row_a);
    if constexpr (kLanes == 2) read_both_u(b, q, first_b, second_b, row_b);
  }
  states[0].cursor = a;
  if constexpr (kLanes == 2) states[1].cursor = b;
  if (grid.quads % 2 == 0) return;
  const std::uint32_t last = grid.quads - 1;
  const std::uint32_t seconds[2] = {second_a, second_b};
  for (int l = 0; l < kLanes; ++l)
    parse_last(states[l], (seconds[l] & kOtherRowContext) | contexts[l][last], last, rows[l]);
}

// The zeros at both ends of a row: as whole vectors, which overlap where the rest is no more.
HWY_INLINE void clear_around(const QuadGrid& grid, const Row& row) {
  constexpr std::size_t kSome = kQuadsAtOnce;
  const std::size_t written = (std::size_t{grid.quads} + 1) / 2 * 2;
  const std::size_t last = grid.pitch - kQuadsBefore - kSome;
  std::memset(row.entries - kQuadsBefore, 0, kQuadsBefore * sizeof(std::uint32_t));
  for (const std::size_t from : {written, last}) {
    std::memset(row.entries + from, 0, kSome * sizeof(std::uint32_t));
    std::memset(row.bounds + from, 0, kSome);
  }
}

template <int kLanes>
void parse_lanes(const QuadGrid& grid, const ParseLane* lanes) {
  State states[kLanes];
  Row rows[kLanes];
  Contexts contexts[kLanes];
  for (int l = 0; l < kLanes; ++l) {
    states[l].mel = MelRuns(lanes[l].suffix);
    states[l].cursor.at = lanes[l].vlc;
    states[l].cursor.zeros = states[l].mel.next();
    rows[l] = {lanes[l].entries + kQuadsBefore, lanes[l].bounds + kQuadsBefore};
    parse_first_row(grid, states[l], rows[l]);
    clear_around(grid, rows[l]);
  }
  for (std::uint32_t y = 1; y < grid.rows; ++y) {
    for (int l = 0; l < kLanes; ++l) {
      find_contexts(grid, rows[l].entries, contexts[l]);
      rows[l].entries += grid.pitch;
      rows[l].bounds += grid.pitch;
    }
    parse_row<kLanes>(grid, states, rows, contexts);
    for (int l = 0; l < kLanes; ++l) clear_around(grid, rows[l]);
  }
}

void parse(const QuadGrid& grid, std::span<const ParseLane> lanes) {
  if (lanes.size() == 1) return parse_lanes<1>(grid, lanes.data());
  parse_lanes<2>(grid, lanes.data());
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::htj2k {

HWY_EXPORT(parse);

void parse_quads(const QuadGrid& grid, std::span<const ParseLane> lanes) {
  EXPECTS(lanes.size() == 1 || lanes.size() == 2);
  HWY_DYNAMIC_DISPATCH(parse)(grid, lanes);
}

}  // namespace slipring::codecs::htj2k
#endif
