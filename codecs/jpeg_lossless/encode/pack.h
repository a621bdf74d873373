// pack: differences into bits (ITU-T T.81 F.1.2.1, H.2), and the zero bytes that keep them from
// looking like markers (F.1.2.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/bytes.h"
#include "codecs/jpeg_lossless/encode/optimal_table.h"

namespace slipring::codecs::jpeg_lossless {

inline constexpr std::size_t kPackSamples = 1024;  // of each component in one call
inline constexpr std::size_t kPackComponents = 4;
// What `raw` must have room for: 31 bits a symbol, and stores beyond the end.
inline constexpr std::size_t kRawBytes = kPackSamples * kPackComponents * 4 + 64;

// Bits that do not fill a byte yet.
struct PendingBits {
  std::uint64_t bits = 0;   // the lowest `count` count
  std::uint32_t count = 0;  // 0 to 7 between calls
};

// Memory for the vectors' way.
struct PackWork {
  std::uint32_t words[kPackComponents][kPackSamples];
  std::uint32_t lengths[kPackComponents][kPackSamples];
  std::uint32_t linear_words[kPackComponents * kPackSamples];
  std::uint32_t linear_lengths[kPackComponents * kPackSamples];
  std::uint64_t fours[kPackComponents * kPackSamples / 4];  // four symbols in one word
  std::uint64_t four_lengths[kPackComponents * kPackSamples / 4];
  std::uint64_t eights[kPackComponents * kPackSamples / 8];  // from the top on
  std::uint64_t eight_lengths[kPackComponents * kPackSamples / 8];
};

// The differences of one to four components, taken in turns; planes[k] by tables[k]. At most
// kPackSamples of each; up to 32 more may be read. Whole bytes go to `raw`; returns how many.
std::size_t pack(std::span<const std::uint16_t* const> planes, std::size_t count,
                 std::span<const EncodeTable> tables, PendingBits& pending, PackWork& work,
                 std::uint8_t* raw);

// Stuffs a zero byte behind each 0xFF. `to` has room for 2 * raw.size() + kStuffSlack bytes;
// returns how many were written.
inline constexpr std::size_t kStuffSlack = 64;
std::size_t stuff(Bytes raw, std::uint8_t* to);

// The definition of right.
std::size_t pack_scalar(std::span<const std::uint16_t* const> planes, std::size_t count,
                        std::span<const EncodeTable> tables, PendingBits& pending,
                        std::uint8_t* raw);
std::size_t stuff_scalar(Bytes raw, std::uint8_t* to);

}  // namespace slipring::codecs::jpeg_lossless
