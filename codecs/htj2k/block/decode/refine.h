// The passes after the cleanup pass (T.814 7.4 and 7.5), for both decoders: they are rare.
#pragma once

#include <cstdint>
#include <span>

#include "codecs/htj2k/block/decode/segments.h"

namespace slipring::codecs::htj2k {

// A coefficient between the passes and its delivery: sign in bit 31, below it twice the magnitude
// with the middle of what is unknown, (2 m + 1) << p for a magnitude m << p; 0 when insignificant.
using Word = std::uint32_t;
inline constexpr Word kSignBit = 0x80000000U;

// `words` has width * height coefficients, row by row, as the cleanup pass left them.
void refine(const Segments& segments, std::uint32_t width, std::uint32_t height,
            std::span<Word> words);

}  // namespace slipring::codecs::htj2k
