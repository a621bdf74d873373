#include "codecs/rle/rle_header.h"

#include <gtest/gtest.h>

#include "tests/codecs/rle/frames.h"

namespace slipring::codecs::rle {
namespace {

using test::ByteVector;
using test::rle_frame;

TEST(RleHeader, GivesTheSegmentsBetweenTheOffsets) {
  const ByteVector frame = rle_frame({{1, 2}, {3, 4, 5, 6}});
  const auto header = parse_header(frame, frame.size());
  ASSERT_TRUE(header);
  EXPECT_EQ(header->segments, 2U);
  EXPECT_EQ(header->segment(frame, 0).size(), 2U);
  EXPECT_EQ(header->segment(frame, 1).size(), 4U);
  EXPECT_EQ(header->segment(frame, 1)[0], 3);
  EXPECT_FALSE(header->odd_offset);
}

TEST(RleHeader, NoticesAnOddOffset) {
  const ByteVector frame = rle_frame({{1, 2, 3}, {4}});
  EXPECT_TRUE(parse_header(frame, frame.size())->odd_offset);
}

TEST(RleHeader, EveryTruncationOfTheHeaderIsTruncated) {
  const ByteVector frame = rle_frame({{1, 2}});
  for (std::size_t size = 0; size < kHeaderBytes; ++size) {
    const auto header = parse_header(Bytes(frame).first(size), size);
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().code, ErrorCode::Truncated);
    EXPECT_EQ(header.error().actual, size);
  }
}

TEST(RleHeader, ACountOfZeroOrOverFifteenIsMalformed) {
  for (const std::uint32_t count : {0U, 16U, 0x10000000U, ~0U}) {
    ByteVector frame = rle_frame({{1, 2}});
    store_le(frame.data(), count);
    const auto header = parse_header(frame, frame.size());
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().code, ErrorCode::Malformed);
    EXPECT_EQ(header.error().offset, 0U);
    EXPECT_EQ(header.error().actual, count);
  }
}

TEST(RleHeader, AnOffsetInsideTheHeaderDescendingOrBeyondTheEndIsMalformedAtItsField) {
  const ByteVector good = rle_frame({{1, 2}, {3, 4}});
  for (const std::uint32_t offset : {0U, 63U, 64U, 65536U, ~0U}) {
    ByteVector frame = good;
    store_le(&frame[8], offset);
    const auto header = parse_header(frame, frame.size());
    ASSERT_FALSE(header) << offset;
    EXPECT_EQ(header.error().code, ErrorCode::Malformed);
    EXPECT_EQ(header.error().offset, 8U);
    EXPECT_EQ(header.error().actual, offset);
  }
}

TEST(RleHeader, AnOffsetBehindAGapIsAccepted) {
  ByteVector frame = rle_frame({{1, 2, 3, 4}});
  store_le<std::uint32_t>(&frame[4], 66);
  EXPECT_EQ(parse_header(frame, frame.size())->segment(frame, 0).size(), 2U);
}

TEST(RleHeader, OffsetsOfSegmentsThatAreNotThereAreNotRead) {
  ByteVector frame = rle_frame({{1, 2}});
  store_le<std::uint32_t>(&frame[60], ~0U);
  EXPECT_TRUE(parse_header(frame, frame.size()));
}

}  // namespace
}  // namespace slipring::codecs::rle
