#include "codecs/htj2k/block/encode/streams.h"

#include <bit>
#include <cstring>

namespace slipring::codecs::htj2k::encode {
namespace {

constexpr std::uint64_t kEach = 0x0101010101010101U;  // times a byte: that byte in each place

// The VLC bytes (7.3.4), the first of them last.
class VlcBytes {
 public:
  VlcBytes() { bytes_.back() = 0xFF; }  // the first eight bits of Scup's place

  // Turns raw bits into bytes, seven bytes a step, up to the first that is to have seven bits.
  void stuff(const std::uint8_t* raw, std::size_t bits) {
    std::size_t at = 0;
    while (at + 56 <= bits) {
      const std::uint64_t bytes = window(raw, at);
      const std::uint64_t seven_ones = (bytes & 0x7F * kEach) + kEach;
      const std::uint64_t before = bytes << 8 | last_;
      const std::uint64_t above_8f = before & ((before & 0x70 * kEach) + 0x70 * kEach);
      const std::uint64_t stuffed = seven_ones & above_8f & 0x0080'8080'8080'8080U;
      const auto whole = stuffed == 0 ? 7U : static_cast<unsigned>(std::countr_zero(stuffed)) / 8;
      put(bytes, whole);
      at += std::size_t{8} * whole;
      if (stuffed == 0) continue;
      put(0x7F, 1);
      at += 7;
    }
    finish(raw, at, bits);
  }

  [[nodiscard]] std::uint32_t last_byte() const { return partial_; }
  [[nodiscard]] std::uint32_t last_mask() const { return (1U << partial_bits_) - 1; }
  void append(std::uint32_t byte) { put(byte, 1); }
  [[nodiscard]] Bytes bytes() const { return {bytes_.data() + bytes_.size() - size_, size_}; }

 private:
  // 57 bits and more.
  static std::uint64_t window(const std::uint8_t* raw, std::size_t at) {
    return load_le<std::uint64_t>(raw + at / 8) >> at % 8;
  }

  // Lowest byte first; eight bytes are written, those beyond `count` to be overwritten.
  void put(std::uint64_t bytes, std::size_t count) {
    store_be(bytes_.data() + bytes_.size() - size_ - 8, bytes);
    if (count == 0) return;
    size_ += count;
    last_ = bytes >> 8 * (count - 1) & 0xFF;
  }

  void finish(const std::uint8_t* raw, std::size_t at, std::size_t bits) {
    for (;;) {
      const std::size_t left = bits - at;
      const auto byte = static_cast<std::uint32_t>(window(raw, at) &
                                                   ((1U << std::min<std::size_t>(left, 8)) - 1));
      const bool seven = last_ > 0x8F && (byte & 0x7F) == 0x7F;
      if (left < (seven ? 7 : 8)) {
        partial_ = byte;
        partial_bits_ = static_cast<std::uint32_t>(left);
        return;
      }
      put(seven ? 0x7F : byte, 1);
      at += seven ? 7 : 8;
    }
  }

  std::array<std::uint8_t, kVlcBytesMax> bytes_;
  std::size_t size_ = 1;
  std::uint64_t last_ = 0xFF;
  std::uint32_t partial_ = 0;
  std::uint32_t partial_bits_ = 0;
};

// One byte for the last bits of both where they agree; it is not 0xFF, and not Scup's lower place.
void join(std::uint8_t*& to, const MelRuns& mel, VlcBytes& vlc) {
  const std::uint32_t m = mel.last_byte();
  const std::uint32_t v = vlc.last_byte();
  if ((mel.last_mask() | vlc.last_mask()) == 0) return;
  const std::uint32_t both = m | v;
  const bool one = ((both ^ m) & mel.last_mask()) == 0 && ((both ^ v) & vlc.last_mask()) == 0 &&
                   both != 0xFF && vlc.bytes().size() > 1;
  *to++ = static_cast<std::uint8_t>(one ? both : m);
  if (!one) vlc.append(v);
}

}  // namespace

std::uint32_t finish_segment(MelRuns& mel, const std::uint8_t* vlc_raw, std::size_t vlc_bits,
                             std::uint8_t* to, std::size_t magsgn_bytes) {
  VlcBytes vlc __attribute__((uninitialized));  // 3 KB, filled from the end
  vlc.stuff(vlc_raw, vlc_bits);
  mel.finish();
  std::uint8_t* end = to + magsgn_bytes;
  std::memcpy(end, mel.bytes().data(), mel.bytes().size());
  end += mel.bytes().size();
  join(end, mel, vlc);
  std::memcpy(end, vlc.bytes().data(), vlc.bytes().size());
  end += vlc.bytes().size();
  const auto suffix = static_cast<std::size_t>(end - to) - magsgn_bytes;
  end[-1] = static_cast<std::uint8_t>(suffix >> 4);
  end[-2] = static_cast<std::uint8_t>((end[-2] & 0xF0) | (suffix & 0x0F));
  return static_cast<std::uint32_t>(end - to);
}

}  // namespace slipring::codecs::htj2k::encode
