// encode: the HT block encoder (ITU-T T.814 | ISO/IEC 15444-15, clause 7 turned round): one cleanup
// pass at bit plane 0, as lossless coders and coders of quantised coefficients write it.
// Takes the coefficients of code-blocks; gives the bytes of their HT segments (Dcup: MagSgn, MEL
// and VLC bytes, Scup in the last two) and what a packet header says of them. Knows nothing of
// packets, bands or wavelets. The same bytes on every instruction set.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "codecs/htj2k/block/tables.h"

namespace slipring::codecs::htj2k {

// Rows of coefficients, `stride` elements apart. Nothing outside width x height is read.
// int16_t, int32_t: integers of a reversible path, two's complement. float: of an irreversible
// path; what is coded is value * inverse_step (one rounding), cut off towards zero.
template <class T>
struct BlockSource {
  const T* at = nullptr;
  std::size_t stride = 0;
  std::uint32_t width = 0;   // 0 to kBlockSideMax
  std::uint32_t height = 0;  // 0 to kBlockSideMax; width * height <= kBlockAreaMax
};

// What the packet header says of a block: not included when cleanup_bytes is 0, else one pass.
struct EncodedBlock {
  std::size_t at = 0;               // first byte, counted from out.data()
  std::uint32_t cleanup_bytes = 0;  // Lcup; 0 when every coefficient is 0
  std::uint8_t zero_bit_planes =
      0;  // bit_planes - 1, as the pass is at plane 0; bit_planes when empty
};

// `encoded` and `status` are the encoder's answer.
// Errors: OutOfRange (a magnitude of 2^bit_planes or more, or not a number), Unsupported
// (bit_planes above kBitPlanesMax). On an error the block adds no bytes.
template <class T>
struct BlockToEncode {
  BlockSource<T> source;
  std::uint8_t bit_planes = 0;  // Mb of the band (T.800 E.1)
  float inverse_step = 1.0F;    // of float alone
  EncodedBlock encoded = {};
  Result<void> status = {};
};

// The most bytes that a block of this size can have. MagSgn: bit_planes + 1 bits a sample, and 15
// bits fill two bytes at the worst. VLC: 7 bits a quad and 16 of U-VLC a pair of quads, and 15 bits
// fill two bytes at the worst. MEL: two events a quad and three bits an event, with room to spare.
[[nodiscard]] constexpr std::size_t encoded_bytes_max(std::uint32_t width, std::uint32_t height,
                                                      std::uint32_t bit_planes) {
  const std::size_t samples = std::size_t{width} * height;
  const std::size_t quads = (std::size_t{width} + 3) / 4 * 2 * ((std::size_t{height} + 1) / 2);
  const std::size_t planes = std::min<std::size_t>(bit_planes, kBitPlanesMax);
  const std::size_t magsgn_bits = samples * (planes + 1);
  const std::size_t other_bits = quads * (7 + 8 + 6);
  return (magsgn_bits + other_bits) * 2 / 15 + 8;
}

// Bytes that the encoder may overwrite behind the last one it appends: capacity, never size.
inline constexpr std::size_t kEncodeSlack = 128;

// Appends the blocks to `out`, one behind another, which grows by encoded_bytes_max() +
// kEncodeSlack of a block where its capacity is less; once it has grown nothing is allocated. T:
// std::int16_t, std::int32_t, float.
template <class T>
void encode_blocks(std::span<BlockToEncode<T>> blocks, Buffer& out);

// The definition of right, sample by sample: the same answers and bytes.
template <class T>
void encode_blocks_scalar(std::span<BlockToEncode<T>> blocks, Buffer& out);

}  // namespace slipring::codecs::htj2k
