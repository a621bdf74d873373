// The row of JPEG 2000 (ITU-T T.800): decodes by our own code, writes through OpenJPEG, losslessly.
// The codestream's own colour transform is undone, nothing else.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::jpeg2000 {

[[nodiscard]] const FormatRow& jpeg2000_row();

// Gives OpenJPEG a job that ours refused, with `before` as its quirks: what is Unsupported (regions
// of interest, components of unlike wavelets, samples or bit planes too wide for 32 bits, 64 bits
// allocated); and without HT blocks also what ours holds to be Malformed, as writers bend the rules
// in more ways than ours forgives. Never what is Truncated, which it may take for whole. When
// OpenJPEG refuses too, the status stays ours, but where ours was Unsupported. A frame that is
// compared is left as it is: OpenJPEG keeps what it decodes.
void ask_openjpeg(DecodeJob& job, Quirks before, Scratch& scratch);

}  // namespace slipring::codecs::jpeg2000
