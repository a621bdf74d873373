#include "codecs/kernels/range.h"

#include <gtest/gtest.h>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::kernels {
namespace {

template <class Sample>
std::vector<std::uint8_t> samples(std::initializer_list<Sample> values) {
  std::vector<std::uint8_t> bytes;
  for (const Sample value : values) {
    const auto* byte = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), byte, byte + sizeof value);
  }
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

}  // namespace
}  // namespace slipring::codecs::kernels
