// Signature: what a frame's bytes are, by themselves, whatever its transfer syntax claims.
#pragma once

#include <span>

#include "codecs/codec.h"

namespace slipring::codecs {

// SOI + SOF, SOC + SIZ or a JP2 box, a JPEG XL start or box, a plausible RLE header. Raw deflate
// and native bytes have no signature: Unknown. Reads at most the headers.
[[nodiscard]] Codestream identify(std::span<const Bytes> fragments);

// The format that decodes such a codestream; Other when none does.
[[nodiscard]] pixel::Format format_of(Codestream kind);

}  // namespace slipring::codecs
