// A group: lanes of equal shape decoded in lockstep, a vector's element to each. Column by column
// all of them take the same steps, whatever their contexts and codes; a lane in a run waits for the
// others. For processors whose vectors shift, compare and count zeros in 64-bit elements.
#pragma once

#include <span>

#include "codecs/jpeg_ls/decode/lanes.h"

namespace slipring::codecs::jpeg_ls {

// Whether this processor decodes groups at all.
[[nodiscard]] bool takes_groups();

// Bytes of memory that run_group() needs for such lanes.
[[nodiscard]] std::size_t group_bytes(const ScanTarget& target);

// Runs 2 to kGroupLanes lanes until one of them is no longer Running. All are Running, stand at the
// beginning of a row, and have equal parameters, columns, components and interleaving. Afterwards
// those that still run stand at the beginning of a row again.
void run_group(std::span<Lane* const> lanes, MutableBytes memory);

}  // namespace slipring::codecs::jpeg_ls
