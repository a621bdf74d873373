// RLE Lossless frames (PS3.5 Annex G), written in the plainest way there is: an archive to test a
// fast codec with must not come from that codec. Takes one canonical frame, gives its RLE header
// and segments.
#pragma once

#include <cstdint>
#include <vector>

#include "codecs/base/bytes.h"

namespace slipring::datasets {

// `frame`: little endian, samples interleaved; bytes_per_pixel = samples x bytes a sample, at
// most 15. Appends to `out`; an even number of bytes.
void append_rle_frame(Bytes frame, unsigned columns, unsigned samples, unsigned bytes_per_sample,
                      std::vector<std::uint8_t>& out);

}  // namespace slipring::datasets
