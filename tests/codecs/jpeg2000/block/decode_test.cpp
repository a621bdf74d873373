#include "codecs/jpeg2000/block/decode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg2000/block/block_writer.h"
#include "tests/codecs/jpeg2000/block/golden_blocks.h"
#include "tests/codecs/kernels/every_target.h"

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

std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
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

  friend bool operator==(const Answer& a, const Answer& b) {
    if (a.samples != b.samples || a.status.has_value() != b.status.has_value()) return false;
    return a.status || (a.status.error().code == b.status.error().code &&
                        a.status.error().what == b.status.error().what);
  }
};

// Beside each other, so that what is written between rows or behind the last shows.
constexpr std::size_t kGap = 3;

template <class T, class Decode>
Answer<T> decode_by(Decode decode, const CodedBlock& coded, std::uint32_t width,
                    std::uint32_t height) {
  const std::size_t stride = width + kGap;
  Answer<T> answer{std::vector<T>(stride * height, T{77}), {}};
  BlockJob<T> job{.coded = coded,
                  .samples = {answer.samples.data(), stride, width, height},
                  .step = 0.75F,
                  .status = {}};
  decode(job);
  answer.status = job.status;
  return answer;
}

template <class T>
Answer<T> plain_answer(const CodedBlock& coded, std::uint32_t width, std::uint32_t height) {
  return decode_by<T>([](BlockJob<T>& job) { decode_block_scalar(job); }, coded, width, height);
}

template <class T>
Answer<T> fast_answer(const CodedBlock& coded, std::uint32_t width, std::uint32_t height) {
  static BlockScratch scratch;
  return decode_by<T>([](BlockJob<T>& job) { decode_blocks({&job, 1}, scratch); }, coded, width,
                      height);
}

template <class T>
void expect_same(const CodedBlock& coded, std::uint32_t width, std::uint32_t height) {
  const auto expected = plain_answer<T>(coded, width, height);
  ASSERT_TRUE(fast_answer<T>(coded, width, height) == expected);
}

void expect_all_same(const CodedBlock& coded, std::uint32_t width, std::uint32_t height) {
  expect_same<std::int32_t>(coded, width, height);
  expect_same<std::int16_t>(coded, width, height);
  expect_same<float>(coded, width, height);
}

// The whole block back, from both decoders.
void expect_round_trip(const Block& block) {
  WrittenBlock written;
  test::write_block(block, kAllPasses, written);
  const auto answer = plain_answer<std::int32_t>(written.coded, block.width, block.height);
  ASSERT_TRUE(answer.status) << answer.status.error().what;
  std::vector<std::int32_t> samples;
  for (std::uint32_t y = 0; y < block.height; ++y)
    for (std::uint32_t x = 0; x < block.width; ++x)
      samples.push_back(answer.samples[y * (block.width + kGap) + x]);
  ASSERT_EQ(samples, block.samples);
  expect_all_same(written.coded, block.width, block.height);
}

TEST(Jpeg2000Block, GivesBackWhatWasCodedAtEverySmallSize) {
  test::for_every_target([] {
    std::uint32_t seed = 1;
    for (std::uint32_t height = 1; height <= 13; ++height)
      for (std::uint32_t width = 1; width <= 19; ++width)
        expect_round_trip(random_block(width, height, 1 + width % 14, ++seed));
  });
}

TEST(Jpeg2000Block, GivesBackWhatWasCodedAtTheLargestSizes) {
  const std::pair<std::uint32_t, std::uint32_t> sizes[] = {{64, 64},  {1024, 4}, {4, 1024},
                                                           {1024, 3}, {1, 1024}, {128, 32},
                                                           {63, 65},  {9, 455},  {455, 9}};
  test::for_every_target([&] {
    std::uint32_t seed = 7;
    for (const auto& [width, height] : sizes)
      for (const unsigned planes : {1U, 12U})
        expect_round_trip(random_block(width, height, planes, ++seed));
  });
}

TEST(Jpeg2000Block, GivesBackWhatWasCodedInEveryStyleAndBand) {
  test::for_every_target([] {
    for (unsigned style = 0; style < 64; ++style) {
      for (unsigned band = 0; band < 4; ++band) {
        Block block = random_block(21, 14, 12, style * 4 + band);
        block.style = style_of(style);
        block.band = static_cast<Band>(band);
        SCOPED_TRACE("style " + std::to_string(style) + " band " + std::to_string(band));
        expect_round_trip(block);
      }
    }
  });
}

TEST(Jpeg2000Block, ReadsTheBlocksOfOpenJpeg) {
  for (const GoldenBlock& golden : golden_blocks()) {
    const std::vector<std::uint8_t> bytes = from_hex(golden.bytes);
    const Segment segment{bytes, golden.passes};
    const CodedBlock coded{.segments = {&segment, 1},
                           .band = static_cast<Band>(golden.band),
                           .bit_planes = static_cast<std::uint8_t>(golden.bit_planes),
                           .zero_bit_planes = static_cast<std::uint8_t>(golden.zero_bit_planes),
                           .style = {}};
    const auto answer = plain_answer<std::int32_t>(coded, golden.width, golden.height);
    for (std::uint32_t y = 0; y < golden.height; ++y)
      for (std::uint32_t x = 0; x < golden.width; ++x)
        ASSERT_EQ(answer.samples[y * (golden.width + kGap) + x],
                  golden.samples[y * golden.width + x]);
    test::for_every_target([&] { expect_all_same(coded, golden.width, golden.height); });
  }
}

TEST(Jpeg2000Block, DecodesAnyNumberOfPassesAlike) {
  test::for_every_target([] {
    for (const unsigned style : {0U, 1U, 5U, 8U, 15U, 47U, 63U}) {
      Block block = random_block(37, 18, 9, 100 + style);
      block.band = static_cast<Band>(style % 4);
      block.style = style_of(style);
      for (std::uint32_t passes = 1; passes <= 25; ++passes) {
        WrittenBlock written;
        test::write_block(block, passes, written);
        expect_all_same(written.coded, block.width, block.height);
      }
    }
  });
}

// Of any sizes, numbers of passes and styles next to each other.
TEST(Jpeg2000Block, BlocksInABatchComeOutAsAlone) {
  struct Shape {
    std::uint32_t width, height, passes;
    unsigned planes, style;
  };
  const std::vector<Shape> shapes = {
      {64, 64, kAllPasses, 12, 0}, {64, 64, kAllPasses, 11, 0},  {64, 64, 7, 9, 0},
      {5, 64, kAllPasses, 13, 0},  {33, 1, kAllPasses, 4, 2},    {64, 64, kAllPasses, 10, 1},
      {17, 29, 12, 10, 8},         {21, 33, kAllPasses, 12, 63}, {64, 40, kAllPasses, 12, 4},
      {1, 1, kAllPasses, 9, 0},    {1024, 4, kAllPasses, 8, 32}, {9, 455, kAllPasses, 12, 0},
      {64, 64, kAllPasses, 12, 0}};
  std::vector<WrittenBlock> written(shapes.size());
  std::vector<Answer<std::int32_t>> alone;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    Block block = random_block(shapes[i].width, shapes[i].height, shapes[i].planes,
                               static_cast<std::uint32_t>(3 * i));
    block.style = style_of(shapes[i].style);
    test::write_block(block, shapes[i].passes, written[i]);
    alone.push_back(plain_answer<std::int32_t>(written[i].coded, block.width, block.height));
  }
  test::for_every_target([&] {
    std::vector<Answer<std::int32_t>> answers;
    std::vector<BlockJob<std::int32_t>> jobs;
    for (const Shape& shape : shapes)
      answers.push_back({std::vector<std::int32_t>((shape.width + kGap) * shape.height, 77), {}});
    for (std::size_t i = 0; i < shapes.size(); ++i)
      jobs.push_back({.coded = written[i].coded,
                      .samples = {answers[i].samples.data(), shapes[i].width + kGap,
                                  shapes[i].width, shapes[i].height},
                      .step = 1,
                      .status = {}});
    BlockScratch scratch;
    decode_blocks(jobs, scratch);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      answers[i].status = jobs[i].status;
      ASSERT_TRUE(answers[i] == alone[i]) << i;
    }
  });
}

TEST(Jpeg2000Block, PutsWhatIsUnknownInTheMiddleOfItsInterval) {
  Block block{.width = 1, .height = 1, .samples = {-77}, .band = Band::LL, .style = {}};
  WrittenBlock written;
  test::write_block(block, 4, written);  // 64 and the plane below: between 64 and 95
  EXPECT_EQ(fast_answer<std::int32_t>(written.coded, 1, 1).samples[0], -80);
  EXPECT_EQ(fast_answer<float>(written.coded, 1, 1).samples[0], -80 * 0.75F);
  test::write_block(block, 2, written);  // significance passes say nothing of it
  EXPECT_EQ(fast_answer<std::int32_t>(written.coded, 1, 1).samples[0], -96);
  test::write_block(block, kAllPasses, written);
  EXPECT_EQ(fast_answer<std::int32_t>(written.coded, 1, 1).samples[0], -77);
  EXPECT_EQ(fast_answer<float>(written.coded, 1, 1).samples[0], -77.5F * 0.75F);
}

TEST(Jpeg2000Block, AnswersAlikeWhereverBytesEnd) {
  const Block block = random_block(24, 19, 10, 5);
  WrittenBlock written;
  test::write_block(block, kAllPasses, written);
  const std::vector<std::uint8_t> whole = written.bytes[0];
  test::for_every_target([&] {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const test::GuardedMemory memory(Bytes(whole).first(size));
      written.segments[0].bytes = memory.bytes();
      expect_same<std::int32_t>(written.coded, block.width, block.height);
    }
  });
}

TEST(Jpeg2000Block, AnswersAlikeWhicheverByteIsDamaged) {
  const Block block = random_block(17, 23, 10, 8);
  WrittenBlock written;
  test::write_block(block, kAllPasses, written);
  std::vector<std::uint8_t>& bytes = written.bytes[0];
  test::for_every_target([&] {
    for (std::uint8_t& byte : bytes) {
      const std::uint8_t right = byte;
      for (const unsigned wrong : {right ^ 0x10U, 0xFFU, 0x8FU}) {
        byte = static_cast<std::uint8_t>(wrong);
        expect_same<std::int32_t>(written.coded, block.width, block.height);
      }
      byte = right;
    }
  });
}

TEST(Jpeg2000Block, AnswersAlikeToAnything) {
  constexpr std::uint8_t kEvil[] = {0xFF, 0xFF, 0x7F, 0x80, 0x8F, 0x90, 0x00, 0xFE};
  test::for_every_target([&] {
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
      std::vector<std::uint8_t> bytes = test::random_bytes(seed % 200, seed);
      if (seed % 2 != 0)
        for (std::uint8_t& byte : bytes) byte = kEvil[byte % 8];
      const unsigned planes = 1 + seed % 30;
      const Segment segment{bytes, 1 + seed % (3 * planes - 2)};
      const CodedBlock coded{.segments = {&segment, 1},
                             .band = static_cast<Band>(seed % 4),
                             .bit_planes = 30,
                             .zero_bit_planes = static_cast<std::uint8_t>(30 - planes),
                             .style = {}};
      expect_all_same(coded, 1 + seed % 40, 1 + seed % 23);
    }
  });
}

TEST(Jpeg2000Block, WritesNothingOutsideOfItsSamples) {
  constexpr std::uint32_t kHeight = 9;
  test::for_every_target([] {
    for (std::uint32_t width = 1; width <= 20; ++width) {
      const Block block = random_block(width, kHeight, 12, width);
      WrittenBlock written;
      test::write_block(block, kAllPasses, written);
      test::GuardedMemory memory(width * kHeight * sizeof(std::int16_t));
      BlockJob<std::int16_t> job{
          .coded = written.coded,
          .samples = {reinterpret_cast<std::int16_t*>(memory.writable().data()), width, width,
                      kHeight},
          .step = 1,
          .status = {}};
      BlockScratch scratch;
      decode_blocks({&job, 1}, scratch);
      ASSERT_TRUE(job.status);
      ASSERT_TRUE(std::equal(block.samples.begin(), block.samples.end(), job.samples.at));
    }
  });
}

TEST(Jpeg2000Block, GivesZerosForABlockWithoutPasses) {
  const auto answer = fast_answer<std::int32_t>({}, 2, 1);
  EXPECT_TRUE(answer.status);
  EXPECT_EQ(answer.samples, (std::vector<std::int32_t>{0, 0, 77, 77, 77}));
}

struct Wrong {
  const char* why;
  std::vector<std::uint32_t> passes;
  std::uint8_t bit_planes;
  std::uint8_t zero_bit_planes;
  BlockStyle style;
  ErrorCode code;
};

TEST(Jpeg2000Block, SaysWhatAPacketHeaderCannotMean) {
  const BlockStyle plain, bypass{.bypass = true}, each{.terminate_all = true};
  const Wrong all[] = {{"planes", {1}, 3, 4, plain, ErrorCode::Malformed},
                       {"no plane", {1}, 4, 4, plain, ErrorCode::Malformed},
                       {"passes", {8}, 6, 3, plain, ErrorCode::Malformed},
                       {"many planes", {1}, 31, 0, plain, ErrorCode::Unsupported},
                       {"two segments", {2, 2}, 6, 0, plain, ErrorCode::Malformed},
                       {"empty segment", {0}, 6, 0, plain, ErrorCode::Malformed},
                       {"two passes", {2}, 6, 0, each, ErrorCode::Malformed},
                       {"raw and coded", {11}, 6, 0, bypass, ErrorCode::Malformed}};
  for (const Wrong& wrong : all) {
    SCOPED_TRACE(wrong.why);
    std::vector<Segment> segments;
    for (const std::uint32_t passes : wrong.passes) segments.push_back({{}, passes});
    const CodedBlock coded{segments, Band::LL, wrong.bit_planes, wrong.zero_bit_planes,
                           wrong.style};
    const auto answer = fast_answer<float>(coded, 2, 1);
    ASSERT_FALSE(answer.status);
    EXPECT_EQ(answer.status.error().code, wrong.code);
    EXPECT_EQ(answer.samples[0], 0);
    EXPECT_TRUE(answer == plain_answer<float>(coded, 2, 1));
  }
}

TEST(Jpeg2000Block, SeesThatASegmentationSymbolIsWrong) {
  Block block = random_block(16, 16, 6, 3);
  block.style.segmentation_symbols = true;
  WrittenBlock written;
  test::write_block(block, kAllPasses, written);
  written.segments[0].bytes = Bytes(written.bytes[0]).first(written.bytes[0].size() / 2);
  const auto answer = fast_answer<std::int32_t>(written.coded, 16, 16);
  ASSERT_FALSE(answer.status);
  EXPECT_EQ(answer.status.error().code, ErrorCode::Malformed);
}

TEST(Jpeg2000Block, SaysWhenSamplesMayNotFitSixteenBits) {
  WrittenBlock written;
  Block block{.width = 2, .height = 1, .samples = {32767, -3}, .band = Band::LL, .style = {}};
  test::write_block(block, kAllPasses, written);
  EXPECT_TRUE(fast_answer<std::int16_t>(written.coded, 2, 1).status);
  block.samples[0] = 32768;
  test::write_block(block, kAllPasses, written);
  const auto answer = fast_answer<std::int16_t>(written.coded, 2, 1);
  ASSERT_FALSE(answer.status);
  EXPECT_EQ(answer.status.error().code, ErrorCode::OutOfRange);
}

}  // namespace
}  // namespace slipring::codecs::jpeg2000
