// The table of formats: one row each. What a build can decode and encode is read here and nowhere
// else.
#pragma once

#include <span>

#include "codecs/codec.h"
#include "codecs/signature.h"

namespace slipring::codecs {

[[nodiscard]] std::span<const FormatRow> formats();

// The row of a format; null for formats that have none (video, JPIP).
[[nodiscard]] const FormatRow* find(pixel::Format format);

}  // namespace slipring::codecs
