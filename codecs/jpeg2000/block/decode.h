// Decodes code-blocks of JPEG 2000 Part 1 (T.800 Annexes C and D): the MQ coder and its three
// coding passes. Takes the codeword segments of blocks and what their packet headers said; gives
// their coefficients, straight into the plane of their band. Knows nothing of packets, markers or
// wavelets.
//
// Batch first: two blocks at a time take less than one and one. Nothing is allocated after a
// scratch's first block, nothing is read behind a segment's bytes nor written outside of a block's
// samples.
//
// The MQ coder cannot tell damage: whatever the bytes are, passes give samples, and where bytes end
// early ones follow (C.3.4, D.4.1). Only what the packet header or a segmentation symbol
// contradicts is an error.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

namespace slipring::codecs::jpeg2000 {

// Of the wavelet: the first letter is the filter across, the second down (B.5).
enum class Band : std::uint8_t { LL, HL, LH, HH };

// SPcod, SPcoc (Table A.19).
struct BlockStyle {
  bool bypass = false;                   // raw bits from the fifth plane on (D.6)
  bool reset = false;                    // contexts begin anew at each pass
  bool terminate_all = false;            // a codeword segment for each pass
  bool vertically_causal = false;        // D.7
  bool predictable_termination = false;  // says how an encoder ended; nothing to a decoder
  bool segmentation_symbols = false;     // D.5
};

// What lies between two terminations of the coder, layers put together.
struct Segment {
  Bytes bytes;
  std::uint32_t passes = 0;
};

struct CodedBlock {
  std::span<const Segment> segments;  // none: all samples are zero
  Band band = Band::LL;
  std::uint8_t bit_planes = 0;       // Mb of the band (E.1)
  std::uint8_t zero_bit_planes = 0;  // missing most significant bit planes
  BlockStyle style;
};

inline constexpr std::uint32_t kBlockAreaMax = 4096;  // Table A.18
inline constexpr std::uint32_t kBlockSideMax = 1024;
inline constexpr unsigned kBitPlanesMax = 30;  // coded ones: twice a magnitude fits in 31 bits

// Area at most kBlockAreaMax, sides 1 to kBlockSideMax (contract).
template <class T>
struct BlockSamples {
  T* at = nullptr;
  std::size_t stride = 0;  // samples from one row to the next
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

// T is
//   std::int16_t, std::int32_t: two's complement, bit plane 0 is 1. Where planes below a sample's
//     last one are missing, the middle of the interval (E.1.1.2 with r = 1/2), rounded to zero.
//   float: sign * (magnitude + half of the sample's last plane) * step, 0 where not significant.
// `status` is the decoder's answer; on an error the samples are all zero. Errors:
//   OutOfRange: int16_t only, and no other error has this code: a coefficient may not fit, decode
//     the block again to int32_t
//   Malformed: more planes missing than there are, more passes than planes, segments that are not
//     the style's, a wrong segmentation symbol
//   Unsupported: more than kBitPlanesMax coded bit planes
template <class T>
struct BlockJob {
  CodedBlock coded;
  BlockSamples<T> samples;
  float step = 1.0F;  // of float alone: the weight of bit plane 0
  Result<void> status = {};
};

// One per worker thread.
struct BlockScratch {
  std::array<Buffer, 2> bytes;  // of two blocks at a time
};

void decode_blocks(std::span<BlockJob<std::int16_t>> jobs, BlockScratch& scratch);
void decode_blocks(std::span<BlockJob<std::int32_t>> jobs, BlockScratch& scratch);
void decode_blocks(std::span<BlockJob<float>> jobs, BlockScratch& scratch);

// The definition of right: sample by sample as the standard says.
void decode_block_scalar(BlockJob<std::int16_t>& job);
void decode_block_scalar(BlockJob<std::int32_t>& job);
void decode_block_scalar(BlockJob<float>& job);

}  // namespace slipring::codecs::jpeg2000
