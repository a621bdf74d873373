// unstuff: entropy-coded bytes without the zero bytes stuffed after 0xFF (ITU-T T.81 B.1.1.5), up
// to the next marker. What follows can read bits as if there were no markers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::jpeg_lossless {

struct Unstuffed {
  std::size_t consumed = 0;  // up to the first 0xFF of the marker (fill bytes count), or all
  std::size_t produced = 0;
};

// `to` has room for from.size() + kUnstuffSlack bytes.
inline constexpr std::size_t kUnstuffSlack = 64;
Unstuffed unstuff(Bytes from, std::uint8_t* to);

// The definition of right.
Unstuffed unstuff_scalar(Bytes from, std::uint8_t* to);

// What the 0xFF at from[at] is: a byte of data (with the zero behind it, and any fill bytes before)
// or the end, where a marker or nothing follows. `next` is behind what was read.
struct AfterFf {
  bool is_data = false;
  std::size_t next = 0;
};
[[nodiscard]] inline AfterFf after_ff(Bytes from, std::size_t at) {
  std::size_t next = at + 1;
  while (next < from.size() && from[next] == 0xFF) ++next;
  if (next < from.size() && from[next] == 0) return {true, next + 1};
  return {false, at};
}

}  // namespace slipring::codecs::jpeg_lossless
