// A group's lines: the samples of its lanes beside each other, column by column; how they come from
// the lanes' own lines and go back, what a line tells of the next one, and runs, lane by lane.
// Included once a SIMD target.
#if defined(SLIPRING_JPEG_LS_GROUP_LINES) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_JPEG_LS_GROUP_LINES
#undef SLIPRING_JPEG_LS_GROUP_LINES
#else
#define SLIPRING_JPEG_LS_GROUP_LINES
#endif

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

#include "codecs/jpeg_ls/decode/codes-inl.h"
#include "codecs/jpeg_ls/decode/group.h"
#include "codecs/jpeg_ls/decode/rows-inl.h"
#include "codecs/jpeg_ls/group_model-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_ls {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX3

namespace SLIPRING_JPEG_LS_GROUP {

// Columns before and behind a line that vectors may touch.
constexpr std::size_t kGroupPadding = 16;
constexpr std::int32_t kForever = std::numeric_limits<std::int32_t>::max();

template <class Sample>
Sample* before(Sample* column) {
  return column - kGroupLanes;
}

struct Group {
  Group(std::span<Lane* const> members, MutableBytes memory)
      : columns(members[0]->target.columns), components(members[0]->target.components) {
    std::ranges::copy(members, lanes.begin());
    lend(memory);
    for (std::size_t i = 0; i < kGroupLanes; ++i)
      std::memcpy(contexts + i * kFrameContexts,
                  (lanes[i] == nullptr ? lanes[0] : lanes[i])->contexts.data(),
                  kContexts * sizeof(PackedContext));
    bits.fill(lanes[0]->bits);
    for (std::size_t i = 0; i < kGroupLanes; ++i) {
      if (lanes[i] == nullptr) continue;
      bits[i] = lanes[i]->bits;
      position[i] = static_cast<std::int32_t>(lanes[i]->position);
      for (std::size_t c = 0; c < components; ++c)
        for (std::ptrdiff_t x = -1; x < static_cast<std::ptrdiff_t>(columns); ++x)
          above[c][x * static_cast<std::ptrdiff_t>(kGroupLanes) + static_cast<std::ptrdiff_t>(i)] =
              lanes[i]->above[c][x];
    }
  }

  [[nodiscard]] bool is_running(std::size_t i) const {
    return lanes[i] != nullptr && lanes[i]->state == Lane::State::Running;
  }
  void fail(std::size_t i) {
    lanes[i]->state = Lane::State::Failed;
    until[i] = kForever;
  }
  void begin_line() {
    for (std::size_t i = 0; i < kGroupLanes; ++i) until[i] = is_running(i) ? 0 : kForever;
  }

  std::array<Lane*, kGroupLanes> lanes = {};  // null: none
  std::uint32_t columns;
  std::uint32_t components;
  std::array<std::uint16_t*, kScanComponentsMax> above = {};
  std::array<std::uint16_t*, kScanComponentsMax> now = {};
  std::array<std::int16_t*, kScanComponentsMax> ahead = {};  // 81 Q1 + 9 Q2
  std::uint16_t* nowhere = nullptr;                          // a line that nobody reads
  std::int64_t* contexts = nullptr;                          // [lane][context], packed
  std::array<const std::uint8_t*, kGroupLanes> bits = {};
  alignas(64) std::array<std::int32_t, kGroupLanes> position = {};  // in them
  alignas(64) std::array<std::int32_t, kGroupLanes> until = {};     // see Step
  alignas(64) std::array<std::int32_t, kGroupLanes> codes = {};
  alignas(64) std::array<std::int32_t, kGroupLanes> lengths = {};

 private:
  void lend(MutableBytes memory) {
    const std::size_t width = (columns + 2 * kGroupPadding) * kGroupLanes;
    contexts = reinterpret_cast<std::int64_t*>(memory.data());
    std::fill_n(contexts, kGroupContexts, 0);
    auto* line = reinterpret_cast<std::uint16_t*>(contexts + kGroupContexts);
    std::fill_n(line, 3 * components * width, std::uint16_t{0});
    for (std::size_t i = 0; i < components; ++i, line += 3 * width) {
      above[i] = line + kGroupPadding * kGroupLanes;
      now[i] = above[i] + width;
      ahead[i] = reinterpret_cast<std::int16_t*>(now[i] + width);
    }
    nowhere = line;
  }
};

// The next 57 bits or more of each lane, from the highest bit on.
HWY_INLINE Long windows(const WideNumbers& numbers, const std::uint8_t* const* bits,
                        Wide position) {
  alignas(32) std::array<std::int32_t, kGroupLanes> at;
  hn::Store(hn::ShiftRight<3>(position), DWide(), at.data());
  const Long raw = load_each([&](std::size_t i) HWY_ATTR { return bits[i] + at[i]; });
  return shift_left(turn_bytes(raw), lengthen(hn::And(position, numbers.seven), numbers.zero));
}

// What stands at either side of the lines (A.2.1), and what the lines above tell.
inline HWY_NOINLINE void look_ahead(Group& group, std::uint32_t component) {
  const D16 d;
  const Parameters& p = group.lanes[0]->target.parameters;
  const std::size_t size = group.columns * kGroupLanes;
  std::uint16_t* above = group.above[component];
  std::copy_n(above, kGroupLanes, before(group.now[component]));
  std::copy_n(before(above + size), kGroupLanes, above + size);
  auto* to = reinterpret_cast<std::uint16_t*>(group.ahead[component]);
  const Thresholds16 t{hn::Set(d, static_cast<std::uint16_t>(p.t1)),
                       hn::Set(d, static_cast<std::uint16_t>(p.t2)),
                       hn::Set(d, static_cast<std::uint16_t>(p.t3))};
  for (std::size_t x = 0; x < size; x += hn::Lanes(d)) {
    const V16 rb = hn::LoadU(d, above + x);
    const V16 rc = hn::LoadU(d, before(above + x));
    const V16 rd = hn::LoadU(d, above + x + kGroupLanes);
    const V16 q1 = region(hn::SaturatedSub(rd, rb), hn::SaturatedSub(rb, rd), t);
    const V16 q2 = region(hn::SaturatedSub(rb, rc), hn::SaturatedSub(rc, rb), t);
    hn::StoreU(hn::Mul(hn::Add(hn::Mul(q1, hn::Set(d, 9)), q2), hn::Set(d, 9)), d, to + x);
  }
}

// The components that a run is of: one, or all of them.
struct RunOf {
  std::size_t first = 0;
  std::size_t count = 1;
};

// The sample that ends a run, of each component (A.7.2; Annex B.3 where there are several). False
// where the bits hold no such code.
inline bool interrupt_run(Group& group, std::size_t i, RunOf components, std::size_t x,
                          std::uint16_t* const* before_run, std::uint64_t& position) {
  Lane& lane = *group.lanes[i];
  const Constants constants(lane);
  int& run_index = lane.run_index[components.first];
  for (std::size_t n = 0; n < components.count; ++n) {
    const std::size_t component = components.first + n;
    const std::int32_t a = *before_run[n];
    const std::int32_t over = group.above[component][x * kGroupLanes + i];
    const int type = components.count == 1 && a == over ? 1 : 0;
    std::int32_t error = 0;
    if (!read_interruption(constants, lane, position, type, run_index, error)) return false;
    group.now[component][x * kGroupLanes + i] = static_cast<std::uint16_t>(
        (over + (type == 0 && a > over ? -error : error)) & constants.maximum);
  }
  run_index = std::max(run_index - 1, 0);
  return true;
}

// A lane's run from column x on, and what interrupts it.
inline void start_run(Group& group, std::size_t i, RunOf components, std::size_t x) {
  Lane& lane = *group.lanes[i];
  auto position = static_cast<std::uint64_t>(group.position[i]);
  const std::size_t end = x + read_run(lane.bits, position, lane.run_index[components.first],
                                       static_cast<std::uint32_t>(group.columns - x));
  std::array<std::uint16_t*, kScanComponentsMax> before_run;
  for (std::size_t n = 0; n < components.count; ++n) {
    std::uint16_t* to = group.now[components.first + n] + x * kGroupLanes + i;
    before_run[n] = before(to);
    const std::uint16_t a = *before(to);
    for (std::size_t at = x; at < end; ++at, to += kGroupLanes) *to = a;
  }
  group.until[i] = static_cast<std::int32_t>(end);
  if (end != group.columns) {
    if (!interrupt_run(group, i, components, end, before_run.data(), position))
      return group.fail(i);
    ++group.until[i];
  }
  group.position[i] = static_cast<std::int32_t>(position);
}

// A finished line of each lane into the lanes' own ones.
inline HWY_NOINLINE void part_lines(Group& group, std::uint32_t component) {
  const std::uint16_t* from = group.now[component];
  Lines to;
  for (std::size_t i = 0; i < kGroupLanes; ++i) {
    const bool is_there = group.lanes[i] != nullptr;
    to[i] = is_there ? group.lanes[i]->now[component] : group.nowhere;
    if (is_there) to[i][-1] = before(from)[i];
  }
  for (std::size_t x = 0; x < group.columns; x += kSquareColumns) part_lines(from, x, to);
}

// After the last component of a row. False when a lane no longer runs.
inline HWY_NOINLINE bool finish_rows(Group& group) {
  for (std::uint32_t i = 0; i < group.components; ++i) part_lines(group, i);
  bool all = true;
  for (std::size_t i = 0; i < kGroupLanes; ++i) {
    if (group.lanes[i] == nullptr) continue;
    Lane& lane = *group.lanes[i];
    lane.position = static_cast<std::uint64_t>(group.position[i]);
    all &= lane.state == Lane::State::Running && finish_row(lane);
  }
  std::swap(group.above, group.now);
  return all;
}

// Gives the lanes back what they go on with.
inline void leave(const Group& group) {
  for (std::size_t i = 0; i < kGroupLanes; ++i) {
    if (!group.is_running(i)) continue;
    Lane& lane = *group.lanes[i];
    std::memcpy(lane.contexts.data(), group.contexts + i * kFrameContexts,
                kContexts * sizeof(PackedContext));
    lane.component = 0;
    lane.x = 0;
    lane.left = lane.above[0][0];
  }
}

}  // namespace SLIPRING_JPEG_LS_GROUP

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_ls
HWY_AFTER_NAMESPACE();

#endif
