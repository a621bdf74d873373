// The row of DCT-based JPEG (ITU-T T.81): SOF0, SOF1 and SOF2 with 8-bit samples, decode only. A
// 12-bit, arithmetic-coded or hierarchical stream is Unsupported: its object passes through
// untouched. YCbCr stays YCbCr; subsampled components are upsampled as the IJG library does by
// default.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg {

[[nodiscard]] const FormatRow& jpeg_row();

}  // namespace slipring::codecs::jpeg
