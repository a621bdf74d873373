#include "codecs/jpeg_ls/decode/lanes.h"

#include <algorithm>

#include "codecs/jpeg_ls/decode/group.h"

namespace slipring::codecs::jpeg_ls {

namespace {

// Samples before and behind a line that vectors may touch.
constexpr std::size_t kLinePadding = 64;

std::size_t line_width(const ScanTarget& target) {
  return (target.columns + 2 * kLinePadding + 63) / 64 * 64;
}

void fill_regions(Lane& lane) {
  const Parameters& p = lane.target.parameters;
  const std::int32_t reach = p.maximum < Lane::kTableReach ? p.maximum : p.t3;
  const std::array<std::int32_t, 6> bounds = {0, 1, p.t1, p.t2, p.t3, reach + 1};
  std::int8_t* const negated = lane.regions.data() + Lane::kTableReach;
  std::int8_t* const plain = negated + Lane::kPlane;
  for (std::size_t region = 0; region + 1 < bounds.size(); ++region) {
    const std::int32_t begin = std::min(bounds[region], reach + 1);
    const std::int32_t end = std::min(bounds[region + 1], reach + 1);
    const auto value = static_cast<std::int8_t>(region);
    std::fill(plain + begin, plain + end, value);
    std::fill(negated + begin, negated + end, static_cast<std::int8_t>(-value));
    std::fill(plain - end + 1, plain - begin + 1, static_cast<std::int8_t>(-value));
    std::fill(negated - end + 1, negated - begin + 1, value);
  }
}

}  // namespace

std::size_t group_bytes(const ScanTarget& target) {
  constexpr std::size_t kPadding = 16;  // columns
  const std::size_t columns = std::size_t{target.columns} + 2 * kPadding;
  return kGroupFramesMax * ((kContexts + kIdleContexts) * sizeof(PackedContext) +
                            target.components * columns * 3 * sizeof(std::uint16_t)) +
         columns * sizeof(std::uint16_t);
}

void run_group(std::span<Lane* const> lanes, MutableBytes memory) {
  return lanes.size() <= kSmallGroupFrames ? run_group_of_four(lanes, memory)
                                           : run_group_of_eight(lanes, memory);
}

bool suits_lanes(const ScanTarget& target) {
  const Parameters& p = target.parameters;
  constexpr std::int32_t kResetMax = 255;  // a context keeps N in a byte
  return p.near == 0 && p.maximum + 1 == 1 << p.quantised_bits && p.reset <= kResetMax &&
         p.t3 < Lane::kTableReach && target.sample_bytes <= 2;
}

std::size_t lane_bytes(const ScanTarget& target) {
  return target.components * line_width(target) *
         (2 * sizeof(std::uint16_t) + sizeof(AheadOfSample));
}

void start_lane(Lane& lane, MutableBytes memory) {
  const std::size_t width = line_width(lane.target);
  const std::size_t components = lane.target.components;
  auto* ahead = reinterpret_cast<AheadOfSample*>(memory.data());
  auto* line = reinterpret_cast<std::uint16_t*>(ahead + components * width);
  std::fill_n(line, 2 * components * width, std::uint16_t{0});
  for (std::size_t i = 0; i < components; ++i) {
    lane.ahead[i] = ahead + i * width;
    lane.above[i] = line + 2 * i * width + kLinePadding;
    lane.now[i] = lane.above[i] + width;
  }
  lane.position = 0;
  lane.x = 0;
  lane.left = 0;
  lane.row = 0;
  lane.component = 0;
  const std::uint32_t a = initial_magnitude(lane.target.parameters);
  lane.contexts.fill({a, 1, static_cast<std::uint8_t>(golomb_order(a, 1)), 0, 0});
  lane.run_contexts.fill({a, 1, 0});
  lane.run_index.fill(0);
  fill_regions(lane);
  lane.state = Lane::State::Running;
}

}  // namespace slipring::codecs::jpeg_ls
