#include "codecs/pixel/layout.h"

#include <gtest/gtest.h>

namespace slipring::pixel {
namespace {

Layout layout(std::uint32_t rows, std::uint32_t columns, std::uint16_t samples,
              std::uint16_t bits) {
  return {rows, columns, samples, bits, bits, static_cast<std::uint16_t>(bits - 1), false};
}

TEST(Layout, FrameBytesAreRowsByColumnsBySamplesByBytes) {
  EXPECT_EQ(layout(512, 512, 1, 16).frame_bytes(), 524288U);
  EXPECT_EQ(layout(480, 640, 3, 8).frame_bytes(), 921600U);
  EXPECT_EQ(layout(10, 10, 1, 64).frame_bytes(), 800U);
}

TEST(Layout, AOneBitFrameIsRoundedUpToWholeBytes) {
  EXPECT_EQ(layout(510, 510, 1, 1).frame_bytes(), 32513U);
  EXPECT_EQ(layout(1, 1, 1, 1).frame_bytes(), 1U);
}

TEST(Layout, AZeroDimensionIsOutOfRange) {
  EXPECT_EQ(layout(0, 512, 1, 16).frame_bytes().error().code, ErrorCode::OutOfRange);
  EXPECT_EQ(layout(512, 0, 1, 16).frame_bytes().error().code, ErrorCode::OutOfRange);
  EXPECT_EQ(layout(512, 512, 0, 16).frame_bytes().error().code, ErrorCode::OutOfRange);
}

TEST(Layout, OddBitsAllocatedAreOutOfRange) {
  for (const std::uint16_t bits : std::initializer_list<std::uint16_t>{0, 2, 7, 12, 65, 72, 65535})
    EXPECT_EQ(layout(4, 4, 1, bits).frame_bytes().error().code, ErrorCode::OutOfRange) << bits;
}

TEST(Layout, AFrameBeyondTheLimitIsRefusedWithBothNumbers) {
  const auto refused = layout(65535, 65535, 3, 16).frame_bytes();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(refused.error().expected, std::uint64_t{2} << 30);
  EXPECT_EQ(refused.error().actual, std::uint64_t{65535} * 65535 * 6);
}

TEST(Layout, AnOverflowOf64BitsIsRefused) {
  EXPECT_EQ(layout(~0U, ~0U, 65535, 64).frame_bytes().error().code, ErrorCode::LimitExceeded);
}

}  // namespace
}  // namespace slipring::pixel
