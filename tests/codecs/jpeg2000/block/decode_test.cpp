#include "codecs/jpeg2000/block/decode.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/codecs/jpeg2000/block/block_writer.h"

namespace slipring::codecs::jpeg2000 {
namespace {

using test::Block;
using test::WrittenBlock;

constexpr std::uint32_t kAllPasses = 1000;

// Mostly small, as wavelet coefficients are.
Block random_block(std::uint32_t width, std::uint32_t height, unsigned planes, std::uint32_t seed) {
  std::mt19937 generator(seed);
  Block block{.width = width, .height = height, .samples = {}, .band = Band::LL, .style = {}};
  const unsigned sparse = seed % 3;
  for (std::uint32_t i = 0; i < width * height; ++i) {
    const unsigned bits = static_cast<unsigned>(generator() % (planes + 1));
    auto value = static_cast<std::int32_t>(generator() & ((1U << bits) - 1));
    if (sparse != 0 && generator() % (4 * sparse) != 0) value = 0;
    block.samples.push_back((generator() & 1) != 0 ? value : -value);
  }
  return block;
}

BlockStyle style_of(unsigned bits) {
  return {.bypass = (bits & 1) != 0,
          .reset = (bits & 2) != 0,
          .terminate_all = (bits & 4) != 0,
          .vertically_causal = (bits & 8) != 0,
          .predictable_termination = (bits & 16) != 0,
          .segmentation_symbols = (bits & 32) != 0};
}

template <class T>
struct Answer {
  std::vector<T> samples;
  Result<void> status;
};

template <class T>
Answer<T> decode_plainly(const CodedBlock& coded, std::uint32_t width, std::uint32_t height) {
  Answer<T> answer{std::vector<T>(std::size_t{width} * height, T{77}), {}};
  BlockJob<T> job{.coded = coded,
                  .samples = {answer.samples.data(), width, width, height},
                  .step = 0.75F,
                  .status = {}};
  decode_block_scalar(job);
  answer.status = job.status;
  return answer;
}

void expect_round_trip(const Block& block) {
  WrittenBlock written;
  test::write_block(block, kAllPasses, written);
  const auto answer = decode_plainly<std::int32_t>(written.coded, block.width, block.height);
  ASSERT_TRUE(answer.status) << answer.status.error().what;
  ASSERT_EQ(answer.samples, block.samples);
}

TEST(Jpeg2000Block, GivesBackWhatWasCodedAtEverySmallSize) {
  std::uint32_t seed = 1;
  for (std::uint32_t height = 1; height <= 13; ++height)
    for (std::uint32_t width = 1; width <= 19; ++width)
      expect_round_trip(random_block(width, height, 1 + width % 14, ++seed));
}

TEST(Jpeg2000Block, GivesBackWhatWasCodedAtTheLargestSizes) {
  const std::pair<std::uint32_t, std::uint32_t> sizes[] = {{64, 64},  {1024, 4}, {4, 1024},
                                                           {1024, 3}, {1, 1024}, {128, 32},
                                                           {63, 65},  {9, 455},  {455, 9}};
  std::uint32_t seed = 7;
  for (const auto& [width, height] : sizes)
    for (const unsigned planes : {1U, 8U, 16U, 30U})
      expect_round_trip(random_block(width, height, planes, ++seed));
}

TEST(Jpeg2000Block, GivesBackWhatWasCodedInEveryStyleAndBand) {
  for (unsigned style = 0; style < 64; ++style) {
    for (unsigned band = 0; band < 4; ++band) {
      Block block = random_block(21, 14, 12, style * 4 + band);
      block.style = style_of(style);
      block.band = static_cast<Band>(band);
      SCOPED_TRACE("style " + std::to_string(style) + " band " + std::to_string(band));
      expect_round_trip(block);
    }
  }
}

}  // namespace
}  // namespace slipring::codecs::jpeg2000
