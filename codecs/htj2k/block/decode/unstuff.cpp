#include "codecs/htj2k/block/decode/unstuff.h"

#include <algorithm>
#include <cstring>

namespace slipring::codecs::htj2k {
namespace {

constexpr std::uint64_t kLowBits = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x8080808080808080U;

bool has_ff(std::uint64_t eight) {
  const std::uint64_t inverted = ~eight;
  return ((inverted - kLowBits) & ~inverted & kHighBits) != 0;
}

// A byte whose lower seven bits are ones, and which follows one above 7F (of which those up to 8F
// do not count). `before` has the byte before each at its place.
bool may_be_stuffed(std::uint64_t eight, std::uint64_t before) {
  return (((eight & ~kHighBits) + kLowBits) & before & kHighBits) != 0;
}

// Appends bits; up to 63 of them wait for the rest of their eight bytes.
class BitAppender {
 public:
  explicit BitAppender(std::uint8_t* out) : begin_(out), out_(out) {}

  void append(std::uint64_t eight) {
    store_le(out_, waiting_ | eight << count_);
    out_ += 8;
    waiting_ = eight >> 1 >> (63 - count_);
  }

  // `bits` has no more than `count` bits, 1 to 8.
  void append(std::uint64_t bits, std::uint32_t count) {
    waiting_ |= bits << count_;
    count_ += count;
    if (count_ < 64) return;
    store_le(out_, waiting_);
    out_ += 8;
    count_ -= 64;
    waiting_ = bits >> (count - count_);
  }

  // Fills up with `fill`; answers the bytes that have bits.
  std::size_t finish(std::uint64_t fill) {
    store_le(out_, waiting_ | fill << count_);
    return static_cast<std::size_t>(out_ - begin_) + (count_ + 7) / 8;
  }

  [[nodiscard]] std::uint8_t* next() const { return out_ + 8; }

 private:
  std::uint8_t* begin_;
  std::uint8_t* out_;
  std::uint64_t waiting_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace

std::size_t unstuff_upward(Bytes in, std::uint8_t* out) {
  BitAppender bits(out);
  bool after_ff = false;
  const auto append = [&](std::uint8_t byte) {
    if (after_ff)
      bits.append(byte & 0x7FU, 7);
    else
      bits.append(byte, 8);
    after_ff = byte == 0xFF;
  };
  std::size_t i = 0;
  while (i + 8 <= in.size()) {
    const auto eight = load_le<std::uint64_t>(in.data() + i);
    if (!after_ff && !has_ff(eight)) [[likely]] {
      bits.append(eight);
      i += 8;
      continue;
    }
    for (const std::size_t end = i + 8; i < end; ++i) append(in[i]);
  }
  for (; i < in.size(); ++i) append(in[i]);
  const std::size_t bytes = bits.finish(~std::uint64_t{0});
  std::memset(bits.next(), 0xFF, kUnstuffSlack - 8);
  return bytes;
}

void unstuff_suffix(Bytes suffix, std::size_t bytes_min, std::uint8_t* out) {
  BitAppender bits(out);
  std::uint32_t before = suffix[suffix.size() - 2];
  const auto append = [&](std::uint32_t byte) {
    if (before > 0x8F && (byte & 0x7F) == 0x7F)
      bits.append(byte & 0x7F, 7);
    else
      bits.append(byte, 8);
    before = byte;
  };
  const std::uint32_t nibble = before >> 4;
  before |= 0x0F;
  if ((nibble & 7) == 7)
    bits.append(nibble & 7, 3);
  else
    bits.append(nibble, 4);
  std::size_t left = suffix.size() - 2;
  while (left >= 8) {
    const auto eight = load_be<std::uint64_t>(suffix.data() + left - 8);
    if (!may_be_stuffed(eight, eight << 8 | before)) [[likely]] {
      bits.append(eight);
      before = static_cast<std::uint32_t>(eight >> 56);
      left -= 8;
      continue;
    }
    for (const std::size_t end = left - 8; left > end; --left) append(suffix[left - 1]);
  }
  for (; left > 0; --left) append(suffix[left - 1]);
  bits.finish(0);
  std::uint8_t* const end = out + std::max(suffix.size(), bytes_min) + kUnstuffSlack;
  std::memset(bits.next(), 0, static_cast<std::size_t>(end - bits.next()));
}

}  // namespace slipring::codecs::htj2k
