// The door of HTJ2K (ITU-T T.814 in a codestream of T.800; PS3.5 A.4.4): reads code-blocks of HT
// alone, writes them, reversibly or not.
#pragma once

#include "codecs/codec.h"

namespace slipring::codecs::htj2k {

[[nodiscard]] const FormatRow& htj2k_row();

}  // namespace slipring::codecs::htj2k
