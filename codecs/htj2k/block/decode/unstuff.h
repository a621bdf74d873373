// Makes plain bits of stuffed segments (T.814 7.1), so that positions in them are integers: bit i
// of the output is bit i & 7 of byte i >> 3.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::htj2k {

// Bytes behind the bits that are there, so that loads of a vector stay within.
inline constexpr std::size_t kUnstuffSlack = 128;

// MagSgn. Ones follow, kUnstuffSlack bytes at the least. Takes in.size() + kUnstuffSlack bytes of
// `out`; answers how many of them have bits of `in`.
std::size_t unstuff_upward(Bytes in, std::uint8_t* out);

// VLC, from its nibble downwards. `suffix` is all of MEL and VLC; zeros follow, up to and with byte
// bytes_min + kUnstuffSlack. Takes max(suffix.size(), bytes_min) + kUnstuffSlack bytes of `out`.
void unstuff_suffix(Bytes suffix, std::size_t bytes_min, std::uint8_t* out);

}  // namespace slipring::codecs::htj2k
