// encoder: one frame into a lossless JPEG (ITU-T T.81 process 14): one scan, components
// interleaved, Huffman tables made for the frame.
#pragma once

#include <string_view>

#include "codecs/codec.h"

namespace slipring::codecs::jpeg_lossless {

struct EncodeOptions {
  std::uint32_t selection_value = 1;  // 1 to 7 (Table H.1); .70 allows 1 alone
};

// Why this layout has no place in a lossless JPEG; empty when it has.
[[nodiscard]] std::string_view cannot_encode(const pixel::Layout& layout);

// Errors: Unsupported (see above).
[[nodiscard]] Result<void> encode_frame(EncodeJob& job, const EncodeOptions& options,
                                        Scratch& scratch);
// The same bytes, sample by sample: the oracle of the vectors' way.
[[nodiscard]] Result<void> encode_frame_scalar(EncodeJob& job, const EncodeOptions& options,
                                               Scratch& scratch);

}  // namespace slipring::codecs::jpeg_lossless
