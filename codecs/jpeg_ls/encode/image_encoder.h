// From canonical frames to JPEG-LS images (ITU-T T.87 Annex C): which precision and which
// scans, marker segments, entropy-coded bytes.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg_ls {

// The layouts are such that JPEG-LS can hold. Frames alike that follow each other are encoded
// together. Statuses: Unsupported (near-lossless signed samples, whose bound would break where
// their pattern wraps), OutOfRange (NEAR).
void encode_images(std::span<EncodeJob> jobs, Scratch& scratch);

}  // namespace slipring::codecs::jpeg_ls
