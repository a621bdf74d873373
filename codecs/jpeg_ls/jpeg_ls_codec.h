// The row of JPEG-LS (ITU-T T.87): decodes lossless and near-lossless streams of any interleave
// mode, encodes lossless ones. JPEG-LS carries no sign: signed samples are extended from the
// stream's precision.
#pragma once

#include "codecs/codec.h"
#include "codecs/jpeg_markers.h"

namespace slipring::codecs::jpeg_ls {

[[nodiscard]] const FormatRow& jpeg_ls_row();

enum class Interleave : std::uint8_t { None, Line, Sample };  // T.87 C.2.3, ILV

// A stream as its header describes it, from SOI to behind EOI. Only supported ones come into being.
struct Stream {
  Bytes bytes;
  CodestreamInfo info;
  Interleave interleave = Interleave::None;
};

// A frame of samples as the library gives them: precision up to 8 bits one byte, else two.
// Errors: Malformed, Truncated, Internal; `actual` is CharLS's error code. Writes job.out.
[[nodiscard]] Result<void> decode_stream(const Stream& stream, DecodeJob& job, Scratch& scratch);

// Errors: Internal.
[[nodiscard]] Result<void> encode_frame(EncodeJob& job, Scratch& scratch);

}  // namespace slipring::codecs::jpeg_ls
