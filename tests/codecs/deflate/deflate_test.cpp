#include "codecs/deflate/deflate.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <random>
#include <vector>

namespace slipring::codecs::deflate {
namespace {

using Text = std::vector<std::uint8_t>;

Text sample(std::size_t size, unsigned variety, unsigned seed = 7) {
  std::mt19937 random(seed);
  Text text(size);
  for (std::uint8_t& byte : text) byte = static_cast<std::uint8_t>(random() % variety);
  return text;
}

Text deflated(const Text& text, int level = kDefaultLevel) {
  Buffer out;
  EXPECT_TRUE(deflate_raw(text, level, out));
  return {out.data(), out.data() + out.size()};
}

Text zlib_wrapped(const Text& text) {
  libdeflate_compressor* handle = libdeflate_alloc_compressor(6);
  Text out(libdeflate_zlib_compress_bound(handle, text.size()));
  out.resize(libdeflate_zlib_compress(handle, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(handle);
  return out;
}

bool equals(const Buffer& out, const Text& text) {
  return out.size() == text.size() && std::equal(text.begin(), text.end(), out.data());
}

TEST(Deflate, WhatIsDeflatedAtAnyLevelInflatesToItself) {
  for (const int level : {0, 1, 6, 9, 12, 99}) {
    for (const std::size_t size : {0U, 1U, 2U, 1000U, 100'000U}) {
      for (const unsigned variety : {1U, 3U, 256U}) {
        const Text text = sample(size, variety);
        const Text stream = deflated(text, level);
        Buffer out;
        const auto inflated = inflate_raw(stream, {}, out);
        ASSERT_TRUE(inflated) << inflated.error().what;
        EXPECT_EQ(inflated->consumed_bytes, stream.size());
        EXPECT_TRUE(equals(out, text));
      }
    }
  }
}

TEST(Deflate, OutputFarLargerThanTheFirstGuessIsFound) {
  const Text text(20'000'000, 42);
  const Text stream = deflated(text);
  Buffer out;
  ASSERT_TRUE(inflate_raw(stream, {}, out));
  EXPECT_TRUE(equals(out, text));
}

TEST(Deflate, TrailingBytesAreLeftAndCounted) {
  Text stream = deflated(sample(5000, 9));
  const std::size_t size = stream.size();
  stream.insert(stream.end(), {1, 2, 3});
  Buffer out;
  const auto inflated = inflate_raw(stream, {}, out);
  ASSERT_TRUE(inflated);
  EXPECT_EQ(inflated->consumed_bytes, size);
}

TEST(Deflate, ZlibWrappingIsToldFromRawAndRead) {
  const Text text = sample(5000, 9);
  const Text stream = zlib_wrapped(text);
  EXPECT_TRUE(looks_like_zlib(stream));
  EXPECT_FALSE(looks_like_zlib(deflated(text)));
  EXPECT_FALSE(looks_like_zlib({}));
  Buffer out;
  const auto inflated = inflate_zlib(stream, {}, out);
  ASSERT_TRUE(inflated);
  EXPECT_EQ(inflated->consumed_bytes, stream.size());
  EXPECT_TRUE(equals(out, text));
}

TEST(Deflate, AStoredRawBlockThatStartsLikeZlibIsRaw) {
  // Type 0 with the header bits of 0x78, length 0x0001 after the byte boundary.
  const Text stream = {0x78, 0x01, 0x00, 0xFE, 0xFF, 0x55, 0x03, 0x00};
  EXPECT_FALSE(looks_like_zlib(stream));
  Buffer out;
  ASSERT_TRUE(inflate_raw(stream, {}, out));
  EXPECT_TRUE(equals(out, Text{0x55}));
}

TEST(Deflate, EveryPrefixIsTruncated) {
  for (const unsigned variety : {1U, 5U, 256U}) {
    const Text stream = deflated(sample(700, variety));
    for (std::size_t size = 0; size < stream.size(); ++size) {
      Buffer out;
      const Text prefix(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
      const auto inflated = inflate_raw(prefix, {}, out);
      ASSERT_FALSE(inflated) << size;
      EXPECT_EQ(inflated.error().code, ErrorCode::Truncated) << size;
      EXPECT_LE(inflated.error().offset, size);
    }
  }
}

TEST(Deflate, EveryPrefixOfAZlibStreamIsTruncated) {
  const Text stream = zlib_wrapped(sample(700, 50));
  for (std::size_t size = 0; size < stream.size(); ++size) {
    Buffer out;
    const Text prefix(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    const auto inflated = inflate_zlib(prefix, {}, out);
    ASSERT_FALSE(inflated) << size;
    EXPECT_EQ(inflated.error().code, ErrorCode::Truncated) << size;
  }
}

TEST(Deflate, EverySingleByteChangeOfAZlibStreamIsAnError) {
  const Text text = sample(300, 50);
  const Text stream = zlib_wrapped(text);
  for (std::size_t at = 0; at < stream.size(); ++at) {
    for (const unsigned change : {1U, 0x10U, 0xFFU}) {
      Text damaged = stream;
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ change);
      Buffer out;
      const auto inflated = inflate_zlib(damaged, {}, out);
      EXPECT_TRUE(!inflated || equals(out, text)) << at;
    }
  }
}

TEST(Deflate, AWrongChecksumIsAMismatch) {
  Text stream = zlib_wrapped(sample(300, 50));
  stream.back() ^= 1;
  Buffer out;
  const auto inflated = inflate_zlib(stream, {}, out);
  ASSERT_FALSE(inflated);
  EXPECT_EQ(inflated.error().code, ErrorCode::Mismatch);
}

TEST(Deflate, TheBudgetStopsABomb) {
  const Text stream = deflated(Text(10'000'000, 0));
  Buffer out;
  const InflateLimits absolute{.output_bytes_max = 1'000'000};
  auto inflated = inflate_raw(stream, absolute, out);
  ASSERT_FALSE(inflated);
  EXPECT_EQ(inflated.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(inflated.error().expected, 1'000'000U);
  const InflateLimits ratio{.ratio_max = 10, .ratio_floor_bytes = 0};
  inflated = inflate_raw(stream, ratio, out);
  ASSERT_FALSE(inflated);
  EXPECT_EQ(inflated.error().code, ErrorCode::LimitExceeded);
  EXPECT_TRUE(out.empty());
}

TEST(Deflate, TheBudgetIsTheSmallerOfCapAndRatioButNotBelowTheFloor) {
  const InflateLimits limits;
  EXPECT_EQ(limits.budget(1), std::uint64_t{64} << 20);
  EXPECT_EQ(limits.budget(1'000'000), 1'100'000'000U);
  EXPECT_EQ(limits.budget(~std::uint64_t{0}), limits.output_bytes_max);
}

TEST(Deflate, AnExactOutputHasNeitherMoreNorFewerBytes) {
  const Text text = sample(1000, 9);
  const Text stream = deflated(text);
  Text out(1000);
  ASSERT_TRUE(inflate_raw_exact(stream, out));
  EXPECT_EQ(out, text);
  Text small(999);
  EXPECT_EQ(inflate_raw_exact(stream, small).error().code, ErrorCode::LimitExceeded);
  Text large(1001);
  EXPECT_EQ(inflate_raw_exact(stream, large).error().code, ErrorCode::Mismatch);
}

}  // namespace
}  // namespace slipring::codecs::deflate
