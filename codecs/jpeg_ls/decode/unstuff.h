// unstuff: the entropy-coded bytes of a scan without the zero bits after each 0xFF (ITU-T T.87
// A.1), so that a reader's place is a plain bit position and no marker is met on the way.
#pragma once

#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::jpeg_ls {

inline constexpr std::size_t kPlainPadding = 64;  // zero bytes behind the last bit

// `to` has room for coded.size() + kPlainPadding bytes. Returns the number of bits. A byte after
// 0xFF whose first bit is set would be a marker: `coded` holds none.
[[nodiscard]] std::uint64_t unstuff(Bytes coded, std::uint8_t* to);

}  // namespace slipring::codecs::jpeg_ls
