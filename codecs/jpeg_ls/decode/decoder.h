// decode_frames: frames of JPEG-LS images, two at a time where they go together.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg_ls {

// A frame's answer is the same alone or among others, fast or not. Errors: Malformed, Truncated,
// Unsupported, DimensionMismatch, OutOfRange, LimitExceeded.
void decode_frames(std::span<DecodeJob> jobs, Scratch& scratch);

// The same by the reference alone.
void decode_frames_scalar(std::span<DecodeJob> jobs, Scratch& scratch);

}  // namespace slipring::codecs::jpeg_ls
