// The table of formats: one row each. What a build can decode and encode is read here and nowhere else.
#pragma once

#include <span>

#include "codecs/codec.h"

namespace slipring::codecs {

[[nodiscard]] std::span<const FormatRow> formats();

// The row of a format; null for formats that have none (video, JPIP).
[[nodiscard]] const FormatRow* find(pixel::Format format);

// What the bytes are, from their signature alone: SOI + SOF, SOC, JP2 box, JXL, RLE header.
// Unknown when nothing fits. Reads at most the headers.
[[nodiscard]] Codestream identify(std::span<const Bytes> fragments);

// The format that decodes such a codestream; Other when none does.
[[nodiscard]] pixel::Format format_of(Codestream kind);

}  // namespace slipring::codecs
