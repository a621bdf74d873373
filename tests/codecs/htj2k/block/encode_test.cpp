#include "codecs/htj2k/block/encode.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/htj2k/block/encode_blocks.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::htj2k {
namespace {

using test::block_of;
using test::coefficients;
using test::Content;
using test::encode;
using test::encode_scalar;
using test::expect_same;
using test::for_every_target;
using test::kContents;

struct Size {
  std::uint32_t width, height;
};

std::vector<Size> sizes() {
  std::vector<Size> all = {{64, 64}, {1024, 4}, {4, 1024}, {1023, 3}, {3, 1023}, {819, 5},
                           {5, 819}, {128, 32}, {32, 128}, {1, 1024}, {1024, 1}, {256, 16}};
  std::mt19937 random(5);
  for (std::uint32_t side = 1; side <= 66; ++side) {
    all.push_back({side, 1 + static_cast<std::uint32_t>(random()) % 62});
    all.push_back({1 + static_cast<std::uint32_t>(random()) % 62, side});
  }
  for (std::uint32_t area = 0; area < 36; ++area) all.push_back({1 + area % 6, 1 + area / 6});
  return all;
}

std::string text_of(const std::vector<std::uint8_t>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

template <class Value>
std::string bytes_of(std::uint32_t width, std::uint32_t height, unsigned planes, Value value) {
  std::vector<std::int32_t> values;
  for (int y = 0; y < static_cast<int>(height); ++y)
    for (int x = 0; x < static_cast<int>(width); ++x) values.push_back(value(x, y));
  const auto block = block_of(values, width, height, planes);
  expect_same(encode(block), encode_scalar(block));
  return text_of(encode(block).bytes);
}

TEST(HtBlockEncode, WritesTheBytesThatAnotherEncoderWrites) {
  EXPECT_EQ(bytes_of(1, 1, 1, [](int, int) { return -1; }), "006300");
  EXPECT_EQ(bytes_of(4, 4, 12, [](int x, int y) { return x * y * 37 - 80; }),
            "9f9f4ff5b3f8f03e9f05cf5043030130870000d73800");
  EXPECT_EQ(
      bytes_of(7, 5, 16,
               [](int x, int y) { return (x * x * x * y * 91 + y * 1009) % 4001 - 2000; }),
      "9feffde70ffef9067d5e6e9ff7f3e74bf9f93b8980008e3191e0564c748b856a78ab89b5a79e20eb0349f68a"
      "68e976fcf902897eed9dd0e14721003ed48401a8b101");
  EXPECT_EQ(bytes_of(16, 6, 8, [](int x, int y) { return (x + y) % 11 == 0 ? x - y : 0; }),
            "902283f3e09898cd7700");
  EXPECT_EQ(
      bytes_of(5, 9, 30,
               [](int x, int y) { return (1 << (x * 6 + y / 2)) * ((x + y) % 2 != 0 ? 1 : -1); }),
      "01e0ff7f3ff0ff40ff7fff7fff7fff5fff7fff012000fef00fff3f00fc7f00fcff1ffcff3ff8ff7fdfff7fff"
      "03c000f887ff70ff0f00ff3f00fcff3ff8ff7fe1ff7fff7eff7fff007000fc87ff61ff3f00fcff01e0ff7f87"
      "ff7f3ffcff7fbfff7fff7f00f81ffeff03c0ff7f1ffeff7f005c17675fc6afe357f1a983eb88b2b101");
}

TEST(HtBlockEncode, ByTheBookIsWhatTheDecoderByTheBookReads) {
  std::uint32_t seed = 0;
  for (const auto& [width, height] : sizes()) {
    for (const Content content : kContents) {
      const unsigned planes = 1 + ++seed % kBitPlanesMax;
      SCOPED_TRACE(testing::Message() << width << " x " << height << ", " << planes << " planes, "
                                      << static_cast<int>(content));
      const auto values = coefficients<std::int32_t>(content, width, height, planes, seed);
      const auto encoded = encode_scalar(block_of(values, width, height, planes));
      ASSERT_TRUE(encoded.block.status.has_value());
      ASSERT_EQ(test::decoded(encoded.block.encoded, encoded.bytes, width, height, planes), values);
      ASSERT_LE(encoded.bytes.size(), encoded_bytes_max(width, height, planes));
    }
  }
}

template <class T>
void expect_the_reference_everywhere(unsigned planes_max) {
  for_every_target([&] {
    std::uint32_t seed = 0;
    for (const auto& [width, height] : sizes()) {
      for (const Content content : kContents) {
        const unsigned planes = 1 + ++seed % planes_max;
        SCOPED_TRACE(testing::Message() << width << " x " << height << ", " << planes << " planes, "
                                        << static_cast<int>(content));
        const auto values = coefficients<T>(content, width, height, planes, seed);
        auto block = block_of(values, width, height, planes);
        if (std::is_same_v<T, float> && seed % 2 == 0) block.inverse_step = 0.37F;
        expect_same(encode(block), encode_scalar(block));
        if (testing::Test::HasFailure()) return;
      }
    }
  });
}

TEST(HtBlockEncode, EveryTargetWritesSixteenBitsByTheBook) {
  expect_the_reference_everywhere<std::int16_t>(15);
}
TEST(HtBlockEncode, EveryTargetWritesThirtyTwoBitsByTheBook) {
  expect_the_reference_everywhere<std::int32_t>(18);
}
TEST(HtBlockEncode, EveryTargetWritesRealNumbersByTheBook) {
  expect_the_reference_everywhere<float>(16);
}

TEST(HtBlockEncode, LowestSixteenBitNumberNeedsSixteenPlanes) {
  for_every_target([] {
    for (const unsigned planes : {15U, 16U, 20U}) {
      std::vector<std::int16_t> values(64 * 64, -32768);
      for (std::size_t i = 0; i < values.size(); i += 7) values[i] = 32767;
      const auto block = block_of(values, 64, 64, planes);
      const auto encoded = encode(block);
      expect_same(encoded, encode_scalar(block));
      EXPECT_EQ(encoded.block.status.has_value(), planes != 15);
      if (planes == 15) continue;
      EXPECT_EQ(test::decoded(encoded.block.encoded, encoded.bytes, 64, 64, planes),
                std::vector<std::int32_t>(values.begin(), values.end()));
    }
  });
}

TEST(HtBlockEncode, MagnitudesBeyondTheBitPlanesAreRefused) {
  for_every_target([] {
    for (const unsigned planes : {0U, 1U, 9U, 15U, 29U, 30U}) {
      // The lowest number of all has no magnitude in 31 bits.
      constexpr auto kLowest = std::numeric_limits<std::int32_t>::min();
      const std::int32_t over = planes == 30 ? kLowest : -(std::int32_t{1} << planes);
      for (const std::size_t at : {0U, 35U, 63U}) {
        std::vector<std::int32_t> values(64, 0);
        values[at] = over;
        auto encoded = encode(block_of(values, 8, 8, planes));
        ASSERT_FALSE(encoded.block.status.has_value());
        EXPECT_EQ(encoded.block.status.error().code, ErrorCode::OutOfRange);
        EXPECT_TRUE(encoded.bytes.empty());
        EXPECT_EQ(encoded.block.encoded.cleanup_bytes, 0U);
      }
    }
    const auto unsupported = encode(block_of(std::vector<std::int32_t>(4, 1), 2, 2, 31));
    ASSERT_FALSE(unsupported.block.status.has_value());
    EXPECT_EQ(unsupported.block.status.error().code, ErrorCode::Unsupported);
  });
}

TEST(HtBlockEncode, NumbersThatAreNoneOrTooGreatAreRefused) {
  for_every_target([] {
    for (const float value : {std::numeric_limits<float>::quiet_NaN(),
                              std::numeric_limits<float>::infinity(), -1e30F, 2048.0F}) {
      std::vector<float> values(60, 3.5F);
      values[59] = value;
      const auto encoded = encode(block_of(values, 10, 6, 11));
      ASSERT_FALSE(encoded.block.status.has_value());
      EXPECT_EQ(encoded.block.status.error().code, ErrorCode::OutOfRange);
    }
  });
}

TEST(HtBlockEncode, RealNumbersAreCutOffTowardsZero) {
  const std::vector<float> values = {3.99F, -3.99F, 0.99F, -0.99F, 1000.0F, -1.0F};
  auto block = block_of(values, 3, 2, 12);
  for_every_target([&] {
    auto encoded = encode(block);
    EXPECT_EQ(test::decoded(encoded.block.encoded, encoded.bytes, 3, 2, 12),
              (std::vector<std::int32_t>{3, -3, 0, 0, 1000, -1}));
    block.inverse_step = 0.5F;
    encoded = encode(block);
    EXPECT_EQ(test::decoded(encoded.block.encoded, encoded.bytes, 3, 2, 12),
              (std::vector<std::int32_t>{1, -1, 0, 0, 500, 0}));
    block.inverse_step = 1.0F;
  });
}

TEST(HtBlockEncode, BlocksOfZerosHaveNoBytes) {
  for_every_target([] {
    for (const unsigned planes : {0U, 5U, 30U}) {
      const auto encoded = encode(block_of(std::vector<std::int16_t>(900, 0), 30, 30, planes));
      EXPECT_TRUE(encoded.block.status.has_value());
      EXPECT_TRUE(encoded.bytes.empty());
      EXPECT_EQ(encoded.block.encoded.zero_bit_planes, planes);
    }
  });
  const auto nothing = encode(block_of(std::vector<std::int16_t>{}, 0, 5, 9));
  EXPECT_TRUE(nothing.block.status.has_value());
  EXPECT_TRUE(nothing.bytes.empty());
}

TEST(HtBlockEncode, ABatchIsAppendedBlockBehindBlock) {
  const auto first = coefficients<std::int16_t>(Content::Noise, 33, 21, 9, 1);
  const auto second = coefficients<std::int16_t>(Content::Sparse, 64, 64, 12, 2);
  const std::vector<std::int16_t> zeros(64, 0);
  std::vector blocks = {block_of(first, 33, 21, 9), block_of(zeros, 8, 8, 4),
                        block_of(first, 33, 21, 3), block_of(second, 64, 64, 12)};
  Buffer out;
  out.append(std::uint8_t{0xAB});
  encode_blocks(std::span<BlockToEncode<std::int16_t>>(blocks), out);
  const auto one = encode_scalar(blocks[0]).bytes;
  const auto other = encode_scalar(blocks[3]).bytes;
  std::vector<std::uint8_t> right = {0xAB};
  right.insert(right.end(), one.begin(), one.end());
  right.insert(right.end(), other.begin(), other.end());
  EXPECT_EQ(std::vector<std::uint8_t>(out.data(), out.data() + out.size()), right);
  EXPECT_EQ(blocks[0].encoded.at, 1U);
  EXPECT_FALSE(blocks[2].status.has_value());
  EXPECT_EQ(blocks[3].encoded.at, 1 + one.size());
}

// The samples end at an unreadable page; beside them, where the stride leaves room, are numbers
// that no block may have.
template <class T>
void expect_no_look_outside(std::uint32_t width, std::uint32_t height, std::size_t stride) {
  const std::size_t count = (height - 1) * stride + width;
  test::GuardedMemory memory(count * sizeof(T));
  auto* samples = reinterpret_cast<T*>(memory.writable().data());
  std::fill(samples, samples + count, std::numeric_limits<T>::max());
  const auto values = coefficients<T>(Content::Noise, width, height, 7, width);
  for (std::uint32_t y = 0; y < height; ++y)
    std::copy_n(values.data() + std::size_t{y} * width, width, samples + y * stride);
  auto block = block_of(values, width, height, 7);
  const auto right = encode_scalar(block);
  block.source.at = samples;
  block.source.stride = stride;
  expect_same(encode(block), right);
}

TEST(HtBlockEncode, NothingOutsideTheSamplesIsRead) {
  for_every_target([] {
    for (std::uint32_t width = 1; width <= 66; ++width) {
      for (const std::uint32_t height : {1U, 2U, 3U, 61U}) {
        for (const std::size_t stride : {width, width + 5}) {
          expect_no_look_outside<std::int16_t>(width, height, stride);
          expect_no_look_outside<std::int32_t>(width, height, stride);
          expect_no_look_outside<float>(width, height, stride);
        }
      }
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::htj2k
