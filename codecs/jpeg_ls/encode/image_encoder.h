// From one canonical frame to a JPEG-LS image (ITU-T T.87 Annex C): which precision and which
// scans, marker segments, entropy-coded bytes.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg_ls {

// The layout is one that JPEG-LS can hold. Errors: Unsupported (near-lossless signed samples, whose
// bound would break where their pattern wraps), OutOfRange (NEAR).
[[nodiscard]] Result<void> encode_image(EncodeJob& job, Scratch& scratch);

}  // namespace slipring::codecs::jpeg_ls
