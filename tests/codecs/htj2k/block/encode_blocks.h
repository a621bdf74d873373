// Blocks of all kinds for the encoder's tests, and the decoder by the book as their judge.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "codecs/htj2k/block/decode.h"
#include "codecs/htj2k/block/encode.h"

namespace slipring::test {

using codecs::htj2k::BlockToEncode;

enum class Content : std::uint8_t { Zero, Lone, Sparse, Noise, Full, Smooth, Patches, HalfEmpty };
inline constexpr std::array kContents = {Content::Zero,    Content::Lone,     Content::Sparse,
                                         Content::Noise,   Content::Full,     Content::Smooth,
                                         Content::Patches, Content::HalfEmpty};

// One coefficient of `content` with magnitudes below 2^planes.
inline std::int32_t coefficient(Content content, std::uint32_t x, std::uint32_t y,
                                std::uint32_t width, unsigned planes, std::mt19937& random) {
  const std::uint32_t most = (1U << planes) - 1;
  const auto any = static_cast<std::uint32_t>(random()) & most;
  const std::uint32_t graded = any >> random() % (planes + 1);
  std::uint32_t magnitude = 0;
  switch (content) {
    case Content::Zero:
      break;
    case Content::Lone:
      magnitude = x == width - 1 && y == 0;
      break;
    case Content::Sparse:
      magnitude = random() % 40 == 0 ? any : 0;
      break;
    case Content::Noise:
      magnitude = any;
      break;
    case Content::Full:
      magnitude = most;
      break;
    case Content::Smooth:
      magnitude = std::min(graded & 7U, most);
      break;
    case Content::Patches:
      magnitude = (x / 8 + y / 8) % 2 != 0 ? graded : 0;
      break;
    case Content::HalfEmpty:
      magnitude = x > width / 2 ? graded : 0;
      break;
  }
  const auto value = static_cast<std::int32_t>(magnitude);
  return random() % 2 != 0 ? -value : value;
}

template <class T>
std::vector<T> coefficients(Content content, std::uint32_t width, std::uint32_t height,
                            unsigned planes, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> values;
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x)
      values.push_back(static_cast<T>(coefficient(content, x, y, width, planes, random)));
  return values;
}

template <class T>
BlockToEncode<T> block_of(const std::vector<T>& values, std::uint32_t width, std::uint32_t height,
                          unsigned planes) {
  BlockToEncode<T> block;
  block.source = {values.data(), width, width, height};
  block.bit_planes = static_cast<std::uint8_t>(planes);
  return block;
}

template <class T>
struct Encoded {
  BlockToEncode<T> block;
  std::vector<std::uint8_t> bytes;
};

template <class T>
Encoded<T> finished(const BlockToEncode<T>& block, Buffer& out) {
  return {block, {out.data() + block.encoded.at, out.data() + out.size()}};
}

template <class T>
Encoded<T> encode(BlockToEncode<T> block) {
  static Buffer out;
  out.clear();
  codecs::htj2k::encode_blocks(std::span<BlockToEncode<T>>(&block, 1), out);
  return finished(block, out);
}

template <class T>
Encoded<T> encode_scalar(BlockToEncode<T> block) {
  static Buffer out;
  out.clear();
  codecs::htj2k::encode_blocks_scalar(std::span<BlockToEncode<T>>(&block, 1), out);
  return finished(block, out);
}

template <class T>
void expect_same(const Encoded<T>& got, const Encoded<T>& right) {
  ASSERT_EQ(got.block.status.has_value(), right.block.status.has_value());
  if (!right.block.status) {
    EXPECT_EQ(got.block.status.error().code, right.block.status.error().code);
    EXPECT_EQ(got.block.status.error().what, right.block.status.error().what);
  }
  EXPECT_EQ(got.block.encoded.cleanup_bytes, right.block.encoded.cleanup_bytes);
  EXPECT_EQ(got.block.encoded.zero_bit_planes, right.block.encoded.zero_bit_planes);
  EXPECT_EQ(got.block.encoded.at, right.block.encoded.at);
  EXPECT_EQ(got.bytes, right.bytes);
}

// What the decoder by the book makes of it.
inline std::vector<std::int32_t> decoded(const codecs::htj2k::EncodedBlock& encoded,
                                         const std::vector<std::uint8_t>& bytes,
                                         std::uint32_t width, std::uint32_t height,
                                         unsigned planes) {
  std::vector<std::int32_t> samples(std::size_t{width} * height, 77);
  codecs::htj2k::BlockJob<std::int32_t> job;
  job.coded.bytes = bytes.data();
  job.coded.cleanup_bytes = encoded.cleanup_bytes;
  job.coded.passes = encoded.cleanup_bytes != 0 ? 1 : 0;
  job.coded.zero_bit_planes = encoded.zero_bit_planes;
  job.coded.bit_planes = static_cast<std::uint8_t>(planes);
  job.samples = {samples.data(), width, width, height};
  decode_block_scalar(job);
  EXPECT_TRUE(job.status.has_value()) << job.status.error().what;
  return samples;
}

}  // namespace slipring::test
