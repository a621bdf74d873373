#include "codecs/kernels/range.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::kernels {
namespace {

template <class Sample>
std::vector<std::uint8_t> samples(std::initializer_list<Sample> values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(Sample));
  std::memcpy(bytes.data(), values.begin(), bytes.size());
  return bytes;
}

pixel::Layout layout(std::uint16_t allocated, std::uint16_t stored, bool is_signed) {
  return {1, 1, 1, allocated, stored, static_cast<std::uint16_t>(stored - 1), is_signed};
}

TEST(Range, FindsMinimumMaximumAndTheBitsInUse) {
  EXPECT_EQ(range(samples<std::uint16_t>({5, 4095, 16}), 2, false), (Range{5, 4095, 4095}));
  EXPECT_EQ(range(samples<std::int16_t>({5, -1024, 16}), 2, true), (Range{-1024, 16, 0xFC15}));
  EXPECT_EQ(range(samples<std::int8_t>({-1, 1}), 1, true), (Range{-1, 1, 0xFF}));
  EXPECT_EQ(range(samples<std::uint32_t>({0x80000000, 1}), 4, false),
            (Range{1, 0x80000000, 0x80000001}));
}

TEST(Range, OfNoSamplesIsAllZeros) {
  test::for_every_target([] { EXPECT_EQ(range({}, 2, false), Range{}); });
}

TEST(Range, EveryTargetAgreesWithTheScalarLoopAtEveryLengthUpToAGuardPage) {
  test::for_every_target([] {
    for (const std::uint32_t width : {1U, 2U, 4U}) {
      for (std::size_t size = width; size <= 400; size += width) {
        auto random = test::random_bytes(size, static_cast<std::uint32_t>(size * width));
        if (size % 3 == 0)
          for (auto& byte : random) byte &= 0x3B;
        const test::GuardedMemory memory(random);
        for (const bool is_signed : {false, true})
          ASSERT_EQ(range(memory.bytes(), width, is_signed), range_scalar(random, width, is_signed))
              << width << " x " << size;
      }
    }
  });
}

TEST(Range, FindsOneOutstandingSampleWhereverItIs) {
  test::for_every_target([] {
    for (std::size_t at = 0; at < 200; ++at) {
      std::vector<std::uint8_t> bytes(400, 1);
      bytes[2 * at + 1] = 0x90;
      const Range unsigned_range = range(bytes, 2, false);
      ASSERT_EQ(unsigned_range, (Range{0x0101, 0x9001, 0x9101})) << at;
      const Range signed_range = range(bytes, 2, true);
      ASSERT_EQ(signed_range, (Range{0x9001 - 0x10000, 0x0101, 0x9101})) << at;
    }
  });
}

TEST(Fits, UnsignedSamplesMustHaveNothingAboveBitsStored) {
  EXPECT_TRUE(fits(layout(16, 12, false), samples<std::uint16_t>({0, 4095})));
  EXPECT_FALSE(fits(layout(16, 12, false), samples<std::uint16_t>({0, 4096})));
  EXPECT_TRUE(fits(layout(8, 7, false), samples<std::uint8_t>({127})));
  EXPECT_FALSE(fits(layout(8, 7, false), samples<std::uint8_t>({128})));
  EXPECT_FALSE(fits(layout(32, 31, false), samples<std::uint32_t>({0x80000000U})));
}

TEST(Fits, SignedSamplesMustBeTheExtensionOfTheirStoredBits) {
  EXPECT_TRUE(fits(layout(16, 12, true), samples<std::int16_t>({-2048, 2047})));
  EXPECT_FALSE(fits(layout(16, 12, true), samples<std::int16_t>({2048})));
  EXPECT_FALSE(fits(layout(16, 12, true), samples<std::int16_t>({-2049})));
  EXPECT_FALSE(fits(layout(16, 12, true), samples<std::uint16_t>({0x0FFF})));  // not extended
  EXPECT_TRUE(fits(layout(32, 20, true), samples<std::int32_t>({-524288, 524287})));
}

TEST(Fits, WhenAllAllocatedBitsAreStoredAnythingFits) {
  EXPECT_TRUE(fits(layout(16, 16, true), test::random_bytes(64, 1)));
  EXPECT_TRUE(fits(layout(1, 1, false), test::random_bytes(64, 1)));
  EXPECT_TRUE(fits(layout(32, 32, false), test::random_bytes(64, 1)));
}

TEST(Fits, OddWidthsAreReadSampleBySample) {
  EXPECT_TRUE(fits(layout(24, 20, false), std::vector<std::uint8_t>{0xFF, 0xFF, 0x0F}));
  EXPECT_FALSE(fits(layout(24, 20, false), std::vector<std::uint8_t>{0xFF, 0xFF, 0x1F}));
  EXPECT_TRUE(fits(layout(64, 33, true), samples<std::int64_t>({-(std::int64_t{1} << 32)})));
  EXPECT_FALSE(fits(layout(64, 33, true), samples<std::int64_t>({std::int64_t{1} << 32})));
}

TEST(Fits, AHighBitAboveTheStoredBitsDoesNotFit) {
  pixel::Layout shifted = layout(16, 12, false);
  shifted.high_bit = 15;
  EXPECT_FALSE(fits(shifted, samples<std::uint16_t>({0})));
  shifted.bits_stored = 16;
  EXPECT_TRUE(fits(shifted, samples<std::uint16_t>({0xFFFF})));
}

TEST(WithinStoredBits, UnsignedSamplesHaveZerosAbove) {
  test::for_every_target([] {
    const pixel::Layout l = layout(16, 12, false);
    EXPECT_TRUE(all_within_stored_bits(l, samples<std::uint16_t>({0, 1, 0x0FFF})));
    EXPECT_FALSE(all_within_stored_bits(l, samples<std::uint16_t>({0, 1, 0x1000})));
    EXPECT_FALSE(all_within_stored_bits(l, samples<std::uint16_t>({0xFFFF, 1, 0})));
  });
}

TEST(WithinStoredBits, SignedSamplesMayBeSignExtendedOrZeroFilled) {
  test::for_every_target([] {
    const pixel::Layout l = layout(16, 12, true);
    EXPECT_TRUE(
        all_within_stored_bits(l, samples<std::uint16_t>({0x07FF, 0xF800, 0xFFFF, 0x0FFF})));
    EXPECT_FALSE(all_within_stored_bits(l, samples<std::uint16_t>({0xF7FF})));
    EXPECT_FALSE(all_within_stored_bits(l, samples<std::uint16_t>({0x1000})));
  });
}

TEST(WithinStoredBits, OneSampleOutsideIsFoundAndCountedAtEveryPlace) {
  test::for_every_target([] {
    for (const unsigned allocated : {8U, 16U, 32U}) {
      const pixel::Layout l = layout(static_cast<std::uint16_t>(allocated),
                                     static_cast<std::uint16_t>(allocated - 1), false);
      for (std::size_t size = allocated / 8; size < 200; size += allocated / 8) {
        for (std::size_t at = 0; at < size; at += allocated / 8) {
          std::vector<std::uint8_t> bytes(size, 0);
          ASSERT_TRUE(all_within_stored_bits(l, bytes));
          bytes[at + allocated / 8 - 1] = 0x80;
          ASSERT_FALSE(all_within_stored_bits(l, bytes)) << allocated << " " << size << " " << at;
          ASSERT_EQ(count_outside_stored_bits(l, bytes), 1U);
        }
      }
    }
  });
}

// By the bits themselves: zeros above, or ones from the sign on.
TEST(WithinStoredBits, EverySixteenBitSampleIsJudgedByItsBits) {
  for (std::uint16_t stored = 1; stored < 16; ++stored) {
    const unsigned high = 0xFFFFU & ~((1U << stored) - 1);
    const unsigned sign = high | 1U << (stored - 1);
    for (unsigned value = 0; value <= 0xFFFF; value += 13) {
      const auto bytes = samples<std::uint16_t>({static_cast<std::uint16_t>(value)});
      const bool zeros = (value & high) == 0;
      ASSERT_EQ(all_within_stored_bits(layout(16, stored, false), bytes), zeros);
      ASSERT_EQ(all_within_stored_bits(layout(16, stored, true), bytes),
                zeros || (value & sign) == sign)
          << value << " " << stored;
    }
  }
}

TEST(WithinStoredBits, WhatIsLeftBehindTheLastWholeSampleIsNotRead) {
  EXPECT_TRUE(all_within_stored_bits(layout(16, 12, false), std::vector<std::uint8_t>{1, 2, 255}));
}

}  // namespace
}  // namespace slipring::codecs::kernels
