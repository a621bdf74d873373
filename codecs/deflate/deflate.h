// Deflate (RFC 1951) and its zlib wrapping (RFC 1950) of whole byte strings: deflated data sets
// (PS3.5 A.5) and what else is small enough to lie in memory. deflate.cpp is the only door to
// libdeflate.
#pragma once

#include <cstdint>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

namespace slipring::codecs::deflate {

// What the output may be: at most output_bytes_max, and at most ratio_max times the input, but the
// ratio is not asked below ratio_floor_bytes. Deflate itself cannot exceed 1032:1.
struct InflateLimits {
  std::uint64_t output_bytes_max = std::uint64_t{4} << 30;
  std::uint64_t ratio_max = 1100;
  std::uint64_t ratio_floor_bytes = std::uint64_t{64} << 20;
  [[nodiscard]] std::uint64_t budget(std::uint64_t input_bytes) const;
};

struct Inflated {
  std::uint64_t consumed_bytes = 0;  // of the input; what follows was not part of the stream
};

// Both replace what `out` holds. Errors, the offset being that in `input`: Truncated (the stream is
// sound as far as it goes), Malformed, LimitExceeded (expected: the budget), Internal (no memory).
[[nodiscard]] Result<Inflated> inflate_raw(Bytes input, const InflateLimits& limits, Buffer& out);
[[nodiscard]] Result<Inflated> inflate_zlib(Bytes input, const InflateLimits& limits, Buffer& out);

// For outputs whose size is known. Errors: as above; LimitExceeded when there would be more,
// Mismatch when there are fewer bytes than out.size().
[[nodiscard]] Result<Inflated> inflate_raw_exact(Bytes input, MutableBytes out);
[[nodiscard]] Result<Inflated> inflate_zlib_exact(Bytes input, MutableBytes out);

// True when the bytes start as zlib wraps (RFC 1950 2.2) and not as a stored raw block would.
[[nodiscard]] bool looks_like_zlib(Bytes input);

inline constexpr int kDefaultLevel = 6;
// Appends nothing: `out` is replaced. level 1 (fast) to 12. Errors: Internal (no memory).
[[nodiscard]] Result<void> deflate_raw(Bytes input, int level, Buffer& out);

}  // namespace slipring::codecs::deflate
