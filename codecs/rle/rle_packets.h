// Writing the packets of PS3.5 G.3.1, one after the other, where their choice has been made.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "codecs/base/bytes.h"

namespace slipring::codecs::rle {

inline constexpr std::size_t kPacketMax = 128;  // bytes that one packet stands for

// Whether bytes 0 and 1, 2 and 3, ... are equal. Such bytes are packed without a literal.
[[nodiscard]] inline bool all_pairs(Bytes bytes) {
  if (bytes.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < bytes.size(); i += 2)
    if (bytes[i] != bytes[i + 1]) return false;
  return true;
}

struct Packets {
  std::uint8_t* to = nullptr;
  std::uint8_t* literal = nullptr;  // the last packet's control byte when that is a literal

  void replicate(std::size_t count, std::uint8_t value) {
    to[0] = static_cast<std::uint8_t>(257 - count);
    to[1] = value;
    to += 2;
    literal = nullptr;
  }

  void literals(Bytes bytes) {
    literal = to;
    *to++ = static_cast<std::uint8_t>(bytes.size() - 1);
    to = std::copy(bytes.begin(), bytes.end(), to);
  }

  // Equal bytes, two or more. One that full packets leave over joins the literal in front if it has
  // room; otherwise the answer is 1: that byte is the caller's, for the literal behind.
  [[nodiscard]] std::size_t run(std::size_t count, std::uint8_t value) {
    if (count % kPacketMax == 1 && literal != nullptr && *literal + 1U < kPacketMax) {
      ++*literal;
      *to++ = value;
      --count;
    }
    for (; count >= 2; count -= std::min(count, kPacketMax))
      replicate(std::min(count, kPacketMax), value);
    return count;
  }
};

}  // namespace slipring::codecs::rle
