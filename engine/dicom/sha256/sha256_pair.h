// sha256_pair: the digests of two messages at once (FIPS 180-4), by the processor's SHA
// instructions. Each round needs the one before it, and these instructions take longer than they
// occupy their unit: two messages in turn take little more time than one. What is right is
// sha256() (digest.h), message by message.
#pragma once

#include <array>

#include "codecs/base/bytes.h"
#include "engine/dicom/digest.h"

namespace slipring::dicom {

// Whether this processor has the instructions.
[[nodiscard]] bool has_sha256_pair();

// Messages of any length; as long as both last they go in turn. Requires has_sha256_pair().
[[nodiscard]] std::array<Sha256Digest, 2> sha256_pair(Bytes first, Bytes second);

}  // namespace slipring::dicom
