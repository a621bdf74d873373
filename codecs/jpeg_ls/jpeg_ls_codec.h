// The row of JPEG-LS (ITU-T T.87): decodes lossless and near-lossless streams of any interleave
// mode, encodes both; lossless by default. JPEG-LS carries no sign: signed samples are extended
// from the stream's precision.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg_ls {

[[nodiscard]] const FormatRow& jpeg_ls_row();

}  // namespace slipring::codecs::jpeg_ls
