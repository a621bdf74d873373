// PackedContext: the adaptive state of one context in 8 bytes, with the Golomb order that its next
// code has (ITU-T T.87 A.2.2, A.5.1). For lossless scans whose RESET fits a byte.
#pragma once

#include <cstddef>
#include <cstdint>

namespace slipring::codecs::jpeg_ls {

// How many frames go in lockstep at most, a vector's 32-bit element to each.
inline constexpr std::size_t kGroupFramesMax = 8;
// So many go in vectors of half the size, which have less to load and to store.
inline constexpr std::size_t kSmallGroupFrames = 4;

// Contexts beside the standard's for the frames of a group that wait, one column after another: a
// step that wrote the context of the step before would have to wait for it.
inline constexpr std::size_t kIdleContexts = 8;

struct PackedContext {
  std::uint32_t a = 0;
  std::uint8_t n = 1;  // at most RESET
  std::uint8_t k = 0;  // the order that a and n ask for
  std::int8_t b = 0;   // always in (-n, 0]
  std::int8_t c = 0;
};
static_assert(sizeof(PackedContext) == 8);

}  // namespace slipring::codecs::jpeg_ls
