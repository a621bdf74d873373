// A group: lanes of equal shape decoded in lockstep, a vector's element to each. Column by column
// all of them take the same steps, whatever their contexts and codes; a lane in a run waits for the
// others. For processors whose vectors shift each element by a count of its own, count zeros and
// keep masks.
#pragma once

#include <cstdint>
#include <span>

#include "codecs/jpeg_ls/decode/lanes.h"

namespace slipring::codecs::jpeg_ls {

// A group takes lanes of at most so many bits: their places are told in 32.
inline constexpr std::uint64_t kGroupBitsMax = std::uint64_t{1} << 30;

// Whether this processor decodes groups at all.
[[nodiscard]] bool takes_groups();

// Bytes of memory that run_group() needs for such lanes.
[[nodiscard]] std::size_t group_bytes(const ScanTarget& target);

// Runs 2 to kGroupFramesMax lanes until one of them is no longer Running. All are Running, stand at
// the beginning of a row, and have equal parameters, columns, components and interleaving.
// Afterwards those that still run stand at the beginning of a row again.
void run_group(std::span<Lane* const> lanes, MutableBytes memory);
// The same for 2 to kSmallGroupFrames lanes, and for 2 to 8 at the cost of 8: what run_group()
// chooses from.
void run_group_of_four(std::span<Lane* const> lanes, MutableBytes memory);
void run_group_of_eight(std::span<Lane* const> lanes, MutableBytes memory);

}  // namespace slipring::codecs::jpeg_ls
