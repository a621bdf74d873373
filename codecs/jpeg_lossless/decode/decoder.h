// decoder: whole frames of lossless JPEG (ITU-T T.81 process 14), several side by side where they
// allow it.
#pragma once

#include <span>

#include "codecs/codec.h"

namespace slipring::codecs::jpeg_lossless {

// Sets each job's status and quirks.
void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch);

// One job by the scalar decoder alone: the oracle of the fast one.
void decode_by_the_book(DecodeJob& job, Scratch& scratch);

}  // namespace slipring::codecs::jpeg_lossless
