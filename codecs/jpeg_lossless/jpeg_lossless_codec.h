// The row of lossless JPEG (ITU-T T.81 process 14, SOF3): decodes selection values 1 to 7 at 2 to
// 16 bits, one to four components in one scan or several, restarts and point transforms; encodes
// with selection value 1. Hierarchical and arithmetic-coded streams are Unsupported. The stream
// carries no sign: signed samples are extended from its precision.
#pragma once

#include "codecs/codec.h"
#include "codecs/jpeg_lossless/stream.h"

namespace slipring::codecs::jpeg_lossless {

[[nodiscard]] const FormatRow& jpeg_lossless_row();

// What an opened stream says of itself.
[[nodiscard]] CodestreamInfo describe(const StreamReader& reader);

}  // namespace slipring::codecs::jpeg_lossless
