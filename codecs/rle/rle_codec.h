// RLE, PS3.5 Annex G: byte planes packed by runs. One row of codecs/registry.
// Takes frames as fragments, gives canonical frames, and the other way round.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::rle {

// Decodes 8 to 64 bits allocated and any number of samples as long as samples x bytes is at most
// 15, and 1-bit frames in both readings that exist (packed bytes, a byte per pixel; told apart by
// what the segment decodes to). Encodes the same; a 1-bit frame as the bytes of its packed form,
// one segment.
[[nodiscard]] const FormatRow& rle_row();

}  // namespace slipring::codecs::rle
