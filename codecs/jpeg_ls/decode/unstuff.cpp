#include "codecs/jpeg_ls/decode/unstuff.h"

#include <cstring>

namespace slipring::codecs::jpeg_ls {

namespace {

bool has_ff(std::uint64_t word) {
  return ((~word - 0x0101010101010101U) & word & 0x8080808080808080U) != 0;
}

struct Shifter {
  std::uint8_t* to;
  std::uint64_t carry = 0;  // its highest `held` bits; the others are zero
  int held = 0;             // below 8 between bytes
  bool after_ff = false;

  void put_byte(std::uint8_t byte) {
    const int bits = after_ff ? 7 : 8;
    carry |= std::uint64_t{byte} << (64 - bits - held);
    held += bits;
    after_ff = byte == 0xFF;
    if (held < 8) return;
    *to++ = static_cast<std::uint8_t>(carry >> 56);
    carry <<= 8;
    held -= 8;
  }
};

}  // namespace

std::uint64_t unstuff(Bytes coded, std::uint8_t* to) {
  Shifter shifter{to};
  const std::uint8_t* at = coded.data();
  const std::uint8_t* const end = at + coded.size();
  while (end - at >= 8) {
    const auto word = load_be<std::uint64_t>(at);
    if (!shifter.after_ff && !has_ff(word)) [[likely]] {
      store_be(shifter.to, shifter.carry | word >> shifter.held);
      shifter.carry = word << 1 << (63 - shifter.held);
      shifter.to += 8;
      at += 8;
      continue;
    }
    for (int i = 0; i < 8; ++i) shifter.put_byte(*at++);
  }
  while (at != end) shifter.put_byte(*at++);
  const auto bits =
      static_cast<std::uint64_t>(shifter.to - to) * 8 + static_cast<std::uint64_t>(shifter.held);
  if (shifter.held != 0) *shifter.to++ = static_cast<std::uint8_t>(shifter.carry >> 56);
  std::memset(shifter.to, 0,
              static_cast<std::size_t>(to + coded.size() + kPlainPadding - shifter.to));
  return bits;
}

}  // namespace slipring::codecs::jpeg_ls
