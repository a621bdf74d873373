// finish: what is done to the samples of a whole image when its last scan is decoded: entries of
// mapping tables for their numbers, colours for what a colour transform made of them.
#pragma once

#include "codecs/jpeg_ls/decode/frame_reader.h"

namespace slipring::codecs::jpeg_ls {

// Errors: Malformed (a sample beyond the table), OutOfRange (entries wider than the samples).
[[nodiscard]] Result<void> map_samples(const MappingTable& table, const Image& image,
                                       std::size_t component);

// 3 components. Errors: Unsupported (a precision other than 8 or 16 bits).
[[nodiscard]] Result<void> undo_colour_transform(ColourTransform transform, const Image& image);

}  // namespace slipring::codecs::jpeg_ls
