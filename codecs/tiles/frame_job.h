// A decoder's job (codecs/codec.h) by a FrameDecoder: boxes around the codestream, agreement with
// the data set, 1-bit images, hidden signs. What the rows of both formats share.
#pragma once

#include "codecs/codec.h"
#include "codecs/tiles/block_decoder.h"

namespace slipring::codecs::tiles {

// Headers only. Errors: Malformed, Truncated.
[[nodiscard]] Result<CodestreamInfo> probe(std::span<const Bytes> fragments);

// job.out and job.quirks; the FrameDecoder is the scratch's. Errors: those of FrameDecoder and of
// agree(); OutOfRange: a sample of a 1-bit image is neither 0 nor 1.
[[nodiscard]] Result<void> decode(DecodeJob& job, Scratch& scratch, const BlockDecoders& decoders);

}  // namespace slipring::codecs::tiles
