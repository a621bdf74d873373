// The row of DCT-based JPEG (ITU-T T.81), decode only: SOF0, SOF1 and SOF2 with 8-bit samples by
// libjpeg-turbo, SOF1 and SOF2 with 12-bit samples by extended/. An arithmetic-coded or
// hierarchical stream is Unsupported: its object passes through untouched. YCbCr stays YCbCr;
// subsampled components are upsampled as the IJG library does by default.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg {

[[nodiscard]] const FormatRow& jpeg_row();

}  // namespace slipring::codecs::jpeg
