// Content: whether two files of one SOP instance hold the same object: the digest of transfer
// syntax and data set, without the meta group, which every receiver writes anew.
#pragma once

#include <optional>
#include <string>

#include "codecs/base/result.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/scanned.h"

namespace slipring::receive {

// A digest to go on with over the data set's bytes.
[[nodiscard]] dicom::Xxh128 begin_content_digest(std::string_view transfer_syntax);

// Of a scanned Part 10 file; nullopt for any other.
[[nodiscard]] std::optional<dicom::Xxh128Digest> content_digest(const dicom::Scanned& scanned);

// Of a file by its path. Errors: Vanished, Io, Unsupported (no regular file), NotDicom.
[[nodiscard]] Result<dicom::Xxh128Digest> content_digest_of(const std::string& path);

}  // namespace slipring::receive
