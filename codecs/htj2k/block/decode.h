// Decodes HT code blocks (T.814 Annexes A to C of the block coder): cleanup pass, and significance
// propagation and magnitude refinement where a block has them. Takes the bytes of blocks and what
// their packet headers said; gives their coefficients, straight into the plane of their band. Knows
// nothing of packets, markers or wavelets.
//
// Batch first: blocks of equal width and height are decoded two at a time. Nothing is allocated
// after a scratch's first blocks, nothing is read behind a block's bytes nor written outside of its
// samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "codecs/htj2k/block/tables.h"

namespace slipring::codecs::htj2k {

// `bytes` holds the cleanup segment and, right behind it, the refinement segment. Nothing else is
// looked at: that the lengths are present is the caller's to ensure.
struct CodedBlock {
  const std::uint8_t* bytes = nullptr;
  std::uint32_t cleanup_bytes = 0;     // Lcup
  std::uint32_t refinement_bytes = 0;  // Lref; with 0 only the cleanup pass is decoded
  std::uint8_t passes = 0;             // 0 to 3; 0: all samples are zero
  std::uint8_t zero_bit_planes = 0;    // missing most significant bit planes
  std::uint8_t bit_planes = 0;         // Mb of the band (T.800 E.1), 1 to 30
  bool causal = false;                 // vertically causal significance propagation
};

// Area at most 4096, sides 1 to 1024 (contract).
template <class T>
struct BlockSamples {
  T* at = nullptr;
  std::size_t stride = 0;  // samples from one row to the next
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

// T is
//   std::int16_t, std::int32_t: two's complement, bit plane 0 is 1. Where planes below the last
//     pass's are missing, the middle of the interval (T.800 E.1.1.2 with r = 1/2), rounded down.
//   float: sign * (magnitude + half of the last pass's plane) * step, 0 where not significant.
// `status` is the decoder's answer; on an error the samples are all zero. Errors:
//   OutOfRange: int16_t only, and no other error has this code: a coefficient may not fit, decode
//     the block again to int32_t
//   Malformed, Truncated, Unsupported (more than 30 bit planes)
template <class T>
struct BlockJob {
  CodedBlock coded;
  BlockSamples<T> samples;
  float step = 1.0F;  // of float alone: the weight of bit plane 0
  Result<void> status = {};
};

// One per worker thread.
struct BlockScratch {
  Buffer bytes;
};

void decode_blocks(std::span<BlockJob<std::int16_t>> jobs, BlockScratch& scratch);
void decode_blocks(std::span<BlockJob<std::int32_t>> jobs, BlockScratch& scratch);
void decode_blocks(std::span<BlockJob<float>> jobs, BlockScratch& scratch);

// The definition of right: bit by bit as the standard says, for any T above.
void decode_block_scalar(BlockJob<std::int16_t>& job);
void decode_block_scalar(BlockJob<std::int32_t>& job);
void decode_block_scalar(BlockJob<float>& job);

}  // namespace slipring::codecs::htj2k
