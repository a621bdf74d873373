// Inspection: walks the bits of a raw deflate stream (RFC 1951) without making its output, to say
// where and how it ends. For streams the library refused; slow, plain, allocates nothing.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::deflate {

struct Inspection {
  enum class End : std::uint8_t { Sound, Truncated, Malformed };
  End end = End::Sound;
  std::uint64_t offset = 0;        // bytes read up to there
  std::uint64_t output_bytes = 0;  // made up to there
};

[[nodiscard]] Inspection inspect(Bytes raw);

}  // namespace slipring::codecs::deflate
