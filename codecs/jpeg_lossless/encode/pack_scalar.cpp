#include <bit>
#include <cstdlib>

#include "codecs/jpeg_lossless/encode/pack.h"

namespace slipring::codecs::jpeg_lossless {

std::size_t pack_scalar(std::span<const std::uint16_t* const> planes, std::size_t count,
                        std::span<const EncodeTable> tables, PendingBits& pending,
                        std::uint8_t* raw) {
  std::uint8_t* to = raw;
  const auto put = [&](std::uint32_t bits, std::uint32_t length) {
    pending.bits = pending.bits << length | bits;
    for (pending.count += length; pending.count >= 8;) {
      pending.count -= 8;
      *to++ = static_cast<std::uint8_t>(pending.bits >> pending.count);
    }
  };
  for (std::size_t x = 0; x < count; ++x) {
    for (std::size_t k = 0; k < planes.size(); ++k) {
      const int difference = static_cast<std::int16_t>(planes[k][x]);
      const auto size = static_cast<std::uint32_t>(std::abs(difference));
      const auto category = static_cast<std::uint32_t>(std::bit_width(size));
      put(tables[k].codes[category], tables[k].lengths[category]);
      if (category == kCategoryMax) continue;  // Table H.2: no bits follow
      const auto bits = static_cast<std::uint32_t>(difference < 0 ? difference - 1 : difference);
      put(bits & ((1U << category) - 1), category);
    }
  }
  return static_cast<std::size_t>(to - raw);
}

std::size_t stuff_scalar(Bytes raw, std::uint8_t* to) {
  std::uint8_t* const first = to;
  for (const std::uint8_t byte : raw) {
    *to++ = byte;
    if (byte == 0xFF) *to++ = 0;
  }
  return static_cast<std::size_t>(to - first);
}

}  // namespace slipring::codecs::jpeg_lossless
