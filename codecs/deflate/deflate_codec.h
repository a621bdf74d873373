// The row of Deflated Image Frame Compression (PS3.5 A.4, 1.2.840.10008.1.2.8.1): each frame's
// native bytes as one raw deflate stream. Streams in a zlib wrapping, which some write, are read
// too.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::deflate {

[[nodiscard]] const FormatRow& deflated_frame_row();

}  // namespace slipring::codecs::deflate
