// JPEG 2000 (ITU-T T.800) through OpenJPEG alone: decodes, reversible and irreversible, blocks of
// HTJ2K (T.814) too; encodes losslessly (reversible 5/3 wavelet). Components must not be
// subsampled. The codestream's own colour transform is undone, nothing else. What our own decoder
// refuses, and whom it is compared with.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg2000 {

[[nodiscard]] const FormatRow& openjpeg_row();

// Between the row and the two sides of the door to OpenJPEG.
// `codestream`: surveyed, its geometry being that of job.layout, without the
// resolutions of job.reduce; job.quirks says whether its end
// marker is missing. Writes job.out. Errors: Malformed, Truncated, OutOfRange, Internal.
[[nodiscard]] Result<void> decode_codestream(Bytes codestream, const CodestreamInfo& info,
                                             DecodeJob& job);
// Errors: Internal.
[[nodiscard]] Result<void> encode_frame(EncodeJob& job);

}  // namespace slipring::codecs::jpeg2000
