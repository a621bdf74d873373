// planes: N planes of units <-> one row of interleaved units. One kernel for two jobs: Planar
// Configuration 1 <-> 0 (PS3.3 C.7.6.3.1.3: units are samples) and the byte planes of an RLE frame
// (PS3.5 G.2: units are bytes). Takes and gives memory; knows nothing of layouts. No overlap
// allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/bytes.h"

namespace slipring::codecs::kernels {

// More planes than an RLE frame can have segments (PS3.5 G.3) never meet in one call.
inline constexpr std::size_t kPlanesMax = 24;

// planes[k] holds `count` units of unit_bytes each; unit i of plane k goes to
// interleaved unit i * planes.size() + k. Any alignment; 1 to kPlanesMax planes.
void merge_planes(std::span<const std::uint8_t* const> planes, std::uint32_t unit_bytes,
                  std::size_t count, std::uint8_t* interleaved);

// The inverse.
void split_planes(const std::uint8_t* interleaved, std::uint32_t unit_bytes, std::size_t count,
                  std::span<std::uint8_t* const> planes);

// The definition of right.
void merge_planes_scalar(std::span<const std::uint8_t* const> planes, std::uint32_t unit_bytes,
                         std::size_t count, std::uint8_t* interleaved);
void split_planes_scalar(const std::uint8_t* interleaved, std::uint32_t unit_bytes,
                         std::size_t count, std::span<std::uint8_t* const> planes);

// Planar Configuration 1 -> 0: `planar` is `samples` planes of equal size one after the other.
// Sizes are equal and a multiple of samples * sample_bytes.
void interleave_samples(Bytes planar, MutableBytes interleaved, std::uint32_t samples,
                        std::uint32_t sample_bytes);

// Planar Configuration 0 -> 1.
void separate_samples(Bytes interleaved, MutableBytes planar, std::uint32_t samples,
                      std::uint32_t sample_bytes);

}  // namespace slipring::codecs::kernels
