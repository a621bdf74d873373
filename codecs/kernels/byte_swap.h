// byte_swap: reverses the bytes of every 16, 32 or 64-bit word. Big endian pixel data (PS3.5 7.3,
// Explicit VR Big Endian, retired) to the canonical little endian, and back.
// Takes bytes, gives bytes; knows nothing of samples. `from` and `to` are the same memory or apart.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::kernels {

// width_bytes: 2, 4 or 8; both sizes equal and a multiple of it. Any alignment.
void byte_swap(Bytes from, MutableBytes to, std::uint32_t width_bytes);

// The definition of right.
void byte_swap_scalar(Bytes from, MutableBytes to, std::uint32_t width_bytes);

}  // namespace slipring::codecs::kernels
