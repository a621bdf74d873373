// Scalar code, compiled for every instruction set all the same: shifts that leave the flags alone
// (BMI2) shorten its chain.
#include "codecs/htj2k/block/decode/parse.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/htj2k/block/decode/parse_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/htj2k/block/decode/look_up.h"
#include "codecs/htj2k/block/decode/mel_runs.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k {
namespace HWY_NAMESPACE {

// The next 56 bits of VLC, or more, are the window's lowest; what is above is set again to what it
// is.
struct Window {
  std::uint64_t bits = 0;
  std::uint64_t held = 0;
  const std::uint8_t* at = nullptr;

  HWY_INLINE void refill() {
    held &= 63;
    bits |= load_le<std::uint64_t>(at) << held;
    at += (63 - held) >> 3;
    held |= 56;
  }
  // By the lowest 6 bits of `entry`: `held` is right modulo 64 until the next refill.
  HWY_INLINE void take(std::uint64_t entry) {
    bits >>= entry & 63;
    held -= entry;
  }
};

struct State {
  Window window;
  MelRuns mel;
  std::int64_t zeros = 0;  // MEL events that are 0 before the next that is 1
};

HWY_INLINE bool next_event(State& state) {
  if (--state.zeros >= 0) return false;
  state.zeros = state.mel.next();
  return true;
}

HWY_INLINE std::uint32_t read_code(State& state, const CodeTable& table, std::uint32_t context) {
  if (context == 0 && !next_event(state)) return 0;
  const std::uint32_t entry = table[context | (state.window.bits & kCodeMask)];
  state.window.take(entry);
  return entry;
}

HWY_INLINE std::uint32_t entry_of(std::uint32_t code, std::uint32_t u) {
  return code >> kPatternShift | u << kUShift;
}

HWY_NOINLINE void parse_first_row(const QuadGrid& grid, State& state, std::uint32_t* row) {
  std::uint32_t context = 0;
  for (std::uint32_t q = 0; q < grid.quads; q += 2) {
    const bool is_pair = q + 1 < grid.quads;
    state.window.refill();
    const std::uint32_t first = read_code(state, kFirstRowTable, context);
    std::uint32_t second = 0;
    if (is_pair) second = read_code(state, kFirstRowTable, first & kFirstRowContext);
    context = second & kFirstRowContext;
    const bool both = (first & second & kUOff) != 0;
    const bool above = both && next_event(state);
    const PairOfU pair = read_pair(state.window.bits, (first & kUOff) != 0, (second & kUOff) != 0,
                                   above ? kUvlcPairBias : 0, both && !above);
    state.window.take(pair.length);
    row[q] = entry_of(first, pair.u[0]);
    row[q + 1] = entry_of(second, pair.u[1]);
  }
}

// What the row above gives to the contexts of a row, at its place in the index.
HWY_INLINE void find_contexts(const QuadGrid& grid, const std::uint32_t* above,
                              std::uint16_t* contexts) {
  for (std::uint32_t q = 0; q < grid.quads + 1; ++q) {
    const std::uint32_t north = above[q];
    const std::uint32_t west = above[static_cast<std::ptrdiff_t>(q) - 1];
    const std::uint32_t east = above[q + 1];
    const std::uint32_t left = (west >> 3 | north >> 1) & 1;
    const std::uint32_t right = (north >> 3 | east >> 1) & 1;
    contexts[q] = static_cast<std::uint16_t>((left | right << 2) << kContextShift);
  }
}

// The last quad of a row of an odd number of them.
HWY_NOINLINE void parse_last(State& state, std::uint32_t context, std::uint32_t* entry) {
  state.window.refill();
  const std::uint32_t code = read_code(state, kOtherRowTable, context);
  const PairOfU pair = read_pair(state.window.bits, (code & kUOff) != 0, false, 0, false);
  state.window.take(pair.length);
  entry[0] = entry_of(code, pair.u[0]);
  entry[1] = 0;
}

using Contexts = std::uint16_t[512 + 16];

template <int kLanes>
HWY_NOINLINE void parse_row(const QuadGrid& grid, State* states, std::uint32_t* const* rows,
                            const Contexts* contexts) {
  Window window[kLanes];
  std::int64_t zeros[kLanes];
  std::uint32_t west[kLanes];
  for (int l = 0; l < kLanes; ++l) {
    window[l] = states[l].window;
    zeros[l] = states[l].zeros;
    west[l] = 0;
  }
  for (std::uint32_t q = 0; q + 1 < grid.quads; q += 2) {
    std::uint32_t first[kLanes];
    std::uint32_t second[kLanes];
    for (int l = 0; l < kLanes; ++l) {
      window[l].refill();
      const std::uint32_t context = west[l] | contexts[l][q];
      first[l] = kOtherRowTable[context | (window[l].bits & kCodeMask)];
      if (context == 0) {
        if (--zeros[l] >= 0)
          first[l] = 0;
        else
          zeros[l] = states[l].mel.next();
      }
      window[l].take(first[l]);
    }
    for (int l = 0; l < kLanes; ++l) {
      const std::uint32_t context = (first[l] & kOtherRowContext) | contexts[l][q + 1];
      second[l] = kOtherRowTable[context | (window[l].bits & kCodeMask)];
      if (context == 0) {
        if (--zeros[l] >= 0)
          second[l] = 0;
        else
          zeros[l] = states[l].mel.next();
      }
      window[l].take(second[l]);
      west[l] = second[l] & kOtherRowContext;
    }
    for (int l = 0; l < kLanes; ++l) {
      const std::uint64_t index =
          (window[l].bits & kUvlcMask) | (first[l] & kUOff) | (second[l] & kUOff) << 1;
      const std::uint32_t both = kUvlcTable[index];
      std::uint64_t patterns = first[l] >> kPatternShift | std::uint64_t{second[l] >> kPatternShift}
                                                               << 32;
      if (HWY_LIKELY(both != kLongUvlc)) {
        window[l].take(both);
        patterns |= std::uint64_t{both >> 6 & 31} << kUShift;
        patterns |= std::uint64_t{both >> 11} << (32 + kUShift);
      } else {
        const PairOfU pair =
            read_pair(window[l].bits, (first[l] & kUOff) != 0, (second[l] & kUOff) != 0, 0, false);
        window[l].take(pair.length);
        patterns |= std::uint64_t{pair.u[0]} << kUShift;
        patterns |= std::uint64_t{pair.u[1]} << (32 + kUShift);
      }
      store_le(reinterpret_cast<std::uint8_t*>(rows[l] + q), patterns);
    }
  }
  for (int l = 0; l < kLanes; ++l) {
    states[l].window = window[l];
    states[l].zeros = zeros[l];
    if (grid.quads % 2 == 0) continue;
    const std::uint32_t last = grid.quads - 1;
    parse_last(states[l], west[l] | contexts[l][last], rows[l] + last);
  }
}

HWY_INLINE void clear_around(const QuadGrid& grid, std::uint32_t* row) {
  std::fill_n(row - kQuadsBefore, kQuadsBefore, 0U);
  const std::size_t written = (grid.quads + 1) / 2 * 2;
  std::fill_n(row + written, grid.pitch - kQuadsBefore - written, 0U);
}

template <int kLanes>
void parse_lanes(const QuadGrid& grid, const ParseLane* lanes) {
  State states[kLanes];
  std::uint32_t* rows[kLanes];
  Contexts contexts[kLanes];
  for (int l = 0; l < kLanes; ++l) {
    states[l].window.at = lanes[l].vlc;
    states[l].mel = MelRuns(lanes[l].suffix);
    states[l].zeros = states[l].mel.next();
    rows[l] = lanes[l].entries + kQuadsBefore;
    parse_first_row(grid, states[l], rows[l]);
    clear_around(grid, rows[l]);
  }
  for (std::uint32_t y = 1; y < grid.rows; ++y) {
    for (int l = 0; l < kLanes; ++l) {
      find_contexts(grid, rows[l], contexts[l]);
      rows[l] += grid.pitch;
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
