// Blocks to decode, and the comparison of the fast decoder's answers with those by the book.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "codecs/htj2k/block/decode.h"
#include "codecs/htj2k/block/encode.h"

namespace slipring::codecs::htj2k {

struct MadeBlock {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::int32_t> samples;
  CodedBlock coded;  // without its bytes
  std::vector<std::uint8_t> bytes;
};

// Magnitudes of about `bits` bits, of which a share `zeros` / 8 is zero.
inline MadeBlock make_block(std::uint32_t width, std::uint32_t height, std::uint8_t bits,
                            std::uint32_t zeros, std::uint32_t seed) {
  std::mt19937 random(seed);
  MadeBlock made{width, height, {}, {}, {}};
  for (std::uint32_t i = 0; i < width * height; ++i) {
    const auto kept = static_cast<std::uint32_t>(random() % bits);  // small ones more often
    const auto magnitude = static_cast<std::int32_t>(random() & ((2U << kept) - 1));
    const bool is_zero = random() % 8 < zeros;
    made.samples.push_back(is_zero ? 0 : random() % 2 == 0 ? magnitude : -magnitude);
  }
  BlockToEncode<std::int32_t> block{{made.samples.data(), width, width, height}, bits, 1, {}, {}};
  Buffer out;
  encode_blocks_scalar<std::int32_t>({&block, 1}, out);
  EXPECT_TRUE(block.status.has_value());
  const std::uint8_t* first = out.data() + block.encoded.at;
  made.bytes.assign(first, first + block.encoded.cleanup_bytes);
  made.coded.cleanup_bytes = block.encoded.cleanup_bytes;
  made.coded.passes = made.bytes.empty() ? 0 : 1;
  made.coded.zero_bit_planes = block.encoded.zero_bit_planes;
  made.coded.bit_planes = bits;
  return made;
}

// The same bytes as the cleanup pass of a block whose bit planes go `planes` further down, with
// refinement passes of random bits.
inline MadeBlock with_refinement(MadeBlock made, std::uint8_t planes, std::uint8_t passes,
                                 bool causal, std::uint32_t seed) {
  if (made.coded.passes == 0) return made;
  std::mt19937 random(seed);
  made.coded.bit_planes = static_cast<std::uint8_t>(made.coded.bit_planes + planes);
  made.coded.passes = passes;
  made.coded.causal = causal;
  made.coded.refinement_bytes = 1 + made.width * made.height / 6;
  for (std::uint32_t i = 0; i < made.coded.refinement_bytes; ++i)
    made.bytes.push_back(static_cast<std::uint8_t>(random() & random()));
  return made;
}

template <class T>
std::string description(const BlockJob<T>& job) {
  if (job.status) return "decoded";
  const Error& error = job.status.error();
  return std::string(error.what) + " " + std::to_string(static_cast<int>(error.code)) + " " +
         std::to_string(error.offset) + " " + std::to_string(error.expected) + " " +
         std::to_string(error.actual);
}

// All in one batch, with a stride of their own, on the target in use.
template <class T>
void expect_answers_by_the_book(const std::vector<MadeBlock>& blocks) {
  static BlockScratch scratch;
  constexpr std::size_t kBeside = 3;
  std::vector<std::vector<T>> fast;
  std::vector<std::vector<T>> right;
  std::vector<BlockJob<T>> fast_jobs;
  std::vector<BlockJob<T>> right_jobs;
  for (const MadeBlock& block : blocks) {
    const std::size_t stride = block.width + kBeside;
    fast.emplace_back(stride * block.height, T{77});
    right.emplace_back(stride * block.height, T{77});
    CodedBlock coded = block.coded;
    coded.bytes = block.bytes.data();
    fast_jobs.push_back({coded, {fast.back().data(), stride, block.width, block.height}, 0.3F, {}});
    right_jobs.push_back(fast_jobs.back());
    right_jobs.back().samples.at = right.back().data();
    decode_block_scalar(right_jobs.back());
  }
  decode_blocks(fast_jobs, scratch);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    ASSERT_EQ(description(fast_jobs[i]), description(right_jobs[i])) << "block " << i;
    ASSERT_EQ(std::memcmp(fast[i].data(), right[i].data(), fast[i].size() * sizeof(T)), 0)
        << "block " << i << " of " << blocks[i].width << " x " << blocks[i].height;
  }
}

inline void expect_answers_by_the_book(const std::vector<MadeBlock>& blocks) {
  expect_answers_by_the_book<std::int16_t>(blocks);
  expect_answers_by_the_book<std::int32_t>(blocks);
  expect_answers_by_the_book<float>(blocks);
}

}  // namespace slipring::codecs::htj2k
