#include "codecs/jpeg_ls/encode/stuffing.h"

namespace slipring::codecs::jpeg_ls {

namespace {

bool has_ff(std::uint64_t word) {
  const std::uint64_t inverted = ~word;
  return ((inverted - 0x0101010101010101U) & word & 0x8080808080808080U) != 0;
}

}  // namespace

void Stuffer::append(Bytes plain) {
  constexpr std::size_t kSlack = 16;
  const std::size_t begin = out_.size();
  out_.resize(begin + plain.size() + plain.size() / 7 + kSlack);
  std::uint8_t* to = out_.data() + begin;
  const std::uint8_t* at = plain.data();
  const std::uint8_t* const end = at + plain.size();
  while (end - at >= 8) {
    const auto word = load_be<std::uint64_t>(at);
    const std::uint64_t whole = carry_ | word >> held_;
    if (!after_ff_ && !has_ff(whole)) [[likely]] {
      store_be(to, whole);
      carry_ = word << 1 << (63 - held_);
      to += 8;
      at += 8;
      continue;
    }
    for (int i = 0; i < 8; ++i) to = append_byte(to, *at++);
  }
  while (at != end) to = append_byte(to, *at++);
  out_.resize(static_cast<std::size_t>(to - out_.data()));
}

std::uint8_t* Stuffer::append_byte(std::uint8_t* to, std::uint8_t plain) {
  carry_ |= std::uint64_t{plain} << (56 - held_);
  held_ += 8;
  while (held_ >= (after_ff_ ? 7 : 8)) to = emit(to, after_ff_ ? 7 : 8);
  return to;
}

std::uint8_t* Stuffer::emit(std::uint8_t* to, int bits) {
  const auto byte = static_cast<std::uint8_t>(carry_ >> (64 - bits));
  carry_ <<= bits;
  held_ -= bits;
  after_ff_ = byte == 0xFF;
  *to = byte;
  return to + 1;
}

void Stuffer::finish(std::uint64_t last, int count) {
  constexpr std::size_t kBytesMax = 4;
  const std::size_t begin = out_.size();
  out_.resize(begin + kBytesMax);
  std::uint8_t* to = out_.data() + begin;
  carry_ |= last >> held_;
  held_ += count;
  while (held_ > 0) to = emit(to, after_ff_ ? 7 : 8);  // the zeros below held_ are the padding
  held_ = 0;
  if (after_ff_) to = emit(to, 7);
  out_.resize(static_cast<std::size_t>(to - out_.data()));
}

}  // namespace slipring::codecs::jpeg_ls
