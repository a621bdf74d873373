// The decoder of 12-bit DCT images, sequential and progressive, Huffman coded (ITU-T T.81 processes
// 4, 12 and their like; the PS3.5 A.4.1 syntaxes .51, .53, .55). Takes a surveyed stream, gives the
// canonical frame. YCbCr stays YCbCr.
#pragma once

#include "codecs/codec.h"
#include "codecs/jpeg/jpeg_survey.h"

namespace slipring::codecs::jpeg::extended {

// The scratch's slots it uses.
inline constexpr std::size_t kScratchSlots[] = {2, 3, 4, 5};

// `stream`: from SOI to `seen.end`; `out`: one canonical frame of `layout`, whose geometry is the
// stream's, with 2, 4 or 8 bytes a sample. Errors: Malformed, Truncated, Unsupported.
// Adds MissingEndMarker, LibraryWarning (bytes or parameters that mean nothing).
[[nodiscard]] Result<void> decode_twelve_bit(Bytes stream, const Survey& seen,
                                             const pixel::Layout& layout, MutableBytes out,
                                             Quirks& quirks, Scratch& scratch);

// The definition of right, for tests and for saying where a stream is damaged: reads bits one by
// one and transforms without SIMD.
[[nodiscard]] Result<void> decode_plainly(Bytes stream, const Survey& seen,
                                          const pixel::Layout& layout, MutableBytes out,
                                          Quirks& quirks, Scratch& scratch);

}  // namespace slipring::codecs::jpeg::extended
