// Encapsulated uncompressed frames (1.2.840.10008.1.2.1.98, PS3.5 A.4.11): native bytes in
// fragments. Takes fragments, gives the frame as it is, and the other way round. One row of
// codecs/registry.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::native {

// The bytes must be canonical already (little endian, Planar Configuration 0): the codec does not
// see the attributes that would say otherwise.
[[nodiscard]] const FormatRow& encapsulated_native_row();

}  // namespace slipring::codecs::native
