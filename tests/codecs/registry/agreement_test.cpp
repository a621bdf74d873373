#include "codecs/agreement.h"

#include <gtest/gtest.h>

#include "tests/codecs/frames.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

CodestreamInfo info(std::uint32_t rows, std::uint32_t columns, std::uint8_t precision) {
  CodestreamInfo one;
  one.rows = rows;
  one.columns = columns;
  one.components = 1;
  one.precision_bits = precision;
  return one;
}

TEST(Agreement, NamesTheFirstDimensionThatDiffers) {
  Quirks quirks;
  EXPECT_TRUE(agree(info(2, 3, 8), layout(2, 3, 1, 8, 8), quirks));
  EXPECT_EQ(agree(info(2, 3, 8), layout(4, 3, 1, 8, 8), quirks).error().expected, 4U);
  EXPECT_EQ(agree(info(2, 3, 8), layout(2, 5, 1, 8, 8), quirks).error().expected, 5U);
  EXPECT_EQ(agree(info(2, 3, 8), layout(2, 3, 3, 8, 8), quirks).error().expected, 3U);
  EXPECT_EQ(agree(info(2, 3, 9), layout(2, 3, 1, 8, 8), quirks).error().code,
            ErrorCode::OutOfRange);
  EXPECT_EQ(quirks.bits, 0U);
}

TEST(Agreement, NotesAnotherPrecisionOrSign) {
  Quirks quirks;
  CodestreamInfo one = info(2, 3, 10);
  one.is_signed = true;
  EXPECT_TRUE(agree(one, layout(2, 3, 1, 16, 12), quirks));
  EXPECT_TRUE(quirks.has(Quirk::WrongPrecision));
  EXPECT_FALSE(quirks.has(Quirk::WrongSign));
  one.sign_known = true;
  EXPECT_TRUE(agree(one, layout(2, 3, 1, 16, 12), quirks));
  EXPECT_TRUE(quirks.has(Quirk::WrongSign));
}

TEST(Agreement, TakesAnyPrecisionFromBitsStoredToBitsAllocated) {
  Quirks quirks;
  for (const std::uint8_t precision : {std::uint8_t{12}, std::uint8_t{14}, std::uint8_t{16}})
    EXPECT_TRUE(agree(info(2, 3, precision), layout(2, 3, 1, 16, 12), quirks));
  EXPECT_EQ(quirks.bits, 0U);
}

TEST(SignExtend, CopiesTheHighestBitOfThePrecisionUpwards) {
  Pixels sixteen = {0xFF, 0x0F, 0xFF, 0x07, 0x00, 0xF8};
  sign_extend(sixteen, 2, 12);
  EXPECT_EQ(sixteen, (Pixels{0xFF, 0xFF, 0xFF, 0x07, 0x00, 0xF8}));
  Pixels eight = {0x40, 0x3F};
  sign_extend(eight, 1, 7);
  EXPECT_EQ(eight, (Pixels{0xC0, 0x3F}));
  Pixels whole = {0x80, 0x01};
  sign_extend(whole, 1, 8);
  EXPECT_EQ(whole, (Pixels{0x80, 0x01}));
}

TEST(Widen, ExtendsWithZeros) {
  const Pixels bytes = {0x80, 0x01};
  Pixels wide(8);
  widen(bytes, 1, wide, 4);
  EXPECT_EQ(wide, (Pixels{0x80, 0, 0, 0, 0x01, 0, 0, 0}));
  Pixels words(4);
  widen(bytes, 2, words, 4);
  EXPECT_EQ(words, (Pixels{0x80, 0x01, 0, 0}));
}

}  // namespace
}  // namespace slipring::codecs
