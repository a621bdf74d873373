// What this build can do with a transfer syntax: read from the codec registry, for people who
// choose one.
#pragma once

#include <string_view>

#include "engine/dicom/transfer_syntax.h"

namespace slipring::transcode {

// Whether pixels in this syntax can be decoded, and by whom ("own", "OpenJPEG", ...; "" when not).
[[nodiscard]] std::string_view decoded_by(const dicom::TransferSyntax& syntax);

// Why objects cannot be written in this syntax, without loss or with it; "" when they can.
[[nodiscard]] std::string_view why_not_a_target(const dicom::TransferSyntax& syntax,
                                                bool with_loss = false);

}  // namespace slipring::transcode
