// encode_group: the scans of several frames alike in lockstep, a vector's element to each. For
// processors whose vectors shift each element by a count of its own, count zeros and keep masks.
#pragma once

#include <span>

#include "codecs/jpeg_ls/encode/encode_scan.h"
#include "codecs/jpeg_ls/packed_context.h"

namespace slipring::codecs::jpeg_ls {

// A group of fewer takes longer than encode_scan() one by one: a step costs the same however many
// of its elements are of a frame.
inline constexpr std::size_t kGroupFramesMin = 3;

// Whether encode_group() takes such scans, on this processor.
[[nodiscard]] bool suits_group(const ScanSource& source);

// 2 to kGroupFramesMax scans that differ in nothing but their samples. Appends to `outs`, one for
// each, the bytes that encode_scan() appends.
void encode_group(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                  Scratch& scratch);
// The same for 2 to kSmallGroupFrames scans, and for 2 to 8 at the cost of 8: what encode_group()
// chooses from.
void encode_group_of_four(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                          Scratch& scratch);
void encode_group_of_eight(std::span<const ScanSource> sources, std::span<Buffer* const> outs,
                           Scratch& scratch);

}  // namespace slipring::codecs::jpeg_ls
