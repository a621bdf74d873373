#include "codecs/codestream/parameters.h"

#include <gtest/gtest.h>

#include "codecs/codestream/header_bits.h"
#include "codecs/codestream/segment_lengths.h"
#include "tests/codecs/codestream/samples.h"
#include "tests/codecs/guarded_memory.h"

namespace slipring::codecs::codestream::test {
namespace {

using slipring::test::GuardedMemory;

// The sum of absolute values of the 5/3's analysis filter (T.800 F.4.8.1) that leads to a band of
// this level: the low-pass filter level by level, then the last one.
double gain(unsigned level, bool high) {
  std::vector<double> filter = {1};
  for (unsigned l = 1; l <= level; ++l) {
    const std::vector<double> low = {-0.125, 0.25, 0.75, 0.25, -0.125};
    const std::vector<double> taps = high && l == level ? std::vector<double>{-0.5, 1, -0.5} : low;
    const std::size_t spread = std::size_t{1} << (l - 1);
    std::vector<double> next(filter.size() + (taps.size() - 1) * spread, 0);
    for (std::size_t t = 0; t < taps.size(); ++t)
      for (std::size_t i = 0; i < filter.size(); ++i) next[i + t * spread] += taps[t] * filter[i];
    filter = next;
  }
  double sum = 0;
  for (const double tap : filter) sum += tap < 0 ? -tap : tap;
  return sum;
}

TEST(ParametersTest, ReversibleExponentsHoldTheLargestCoefficient) {
  for (unsigned levels = 0; levels <= 10; ++levels)
    for (unsigned precision = 1; precision <= 16; ++precision) {
      const Quantization q = reversible_quantization(levels, precision, false);
      for (unsigned b = 0; b < q.bands; ++b) {
        const unsigned level = b == 0 ? levels : levels - (b - 1) / 3;
        const double x = b == 0 || b % 3 == 2 ? gain(level, false) : gain(level, true);
        const double y = b == 0 || b % 3 == 1 ? gain(level, false) : gain(level, true);
        const double most = x * y * static_cast<double>(1U << (precision - 1));
        const unsigned planes = q.guard_bits + q.exponent[b] - 1U;
        EXPECT_LE(most, static_cast<double>(std::uint64_t{1} << planes))
            << levels << ' ' << precision << ' ' << b;
        if (planes > 1 && precision > 2) {
          EXPECT_GT(most * 2, static_cast<double>(std::uint64_t{1} << planes) * 0.99);
        }
      }
    }
}

TEST(ParametersTest, DeepSamplesGetMoreGuardBits) {
  const Quantization q = reversible_quantization(5, 31, true);
  EXPECT_GT(q.guard_bits, 1);
  for (unsigned b = 0; b < q.bands; ++b) EXPECT_LE(q.exponent[b], 31);
}

TEST(ParametersTest, IrreversibleStepsFollowTheBaseStep) {
  const Quantization q = irreversible_quantization(5, 1.0 / 256);
  EXPECT_EQ(q.bands, 16);
  for (unsigned b = 0; b < q.bands; ++b) {
    EXPECT_LT(q.mantissa[b], 2048);
    EXPECT_GE(q.exponent[b], 8);
  }
  EXPECT_EQ(irreversible_quantization(0, 1.0).exponent[0], 0);
  EXPECT_EQ(irreversible_quantization(0, 1.0).mantissa[0], 0);
}

TEST(ParametersTest, MagnitudeBitsGoThereAndBack) {
  for (unsigned bits = 1; bits <= 74; ++bits) {
    EXPECT_LE(magb_bits(bits), 31);
    EXPECT_GE(magnitude_bits_of(magb_bits(bits)), bits);
    if (magb_bits(bits) != 0) {
      EXPECT_LT(magnitude_bits_of(magb_bits(bits) - 1), bits);
    }
  }
}

TEST(HeaderBitsTest, WhatIsWrittenIsReadWithStuffingAndNothingBehindIt) {
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    std::vector<std::pair<std::uint32_t, unsigned>> values;
    std::uint64_t total = 0;
    for (unsigned n = draw(random, 0, 60); n-- > 0;) {
      const unsigned count = draw(random, 1, 32);
      std::uint32_t value = static_cast<std::uint32_t>(random());
      if (draw(random, 0, 1) == 0) value = ~std::uint32_t{0};  // plenty of 0xFF
      values.emplace_back(count == 32 ? value : value & ((1U << count) - 1), count);
      total += count;
    }
    std::vector<std::uint8_t> room(HeaderBitWriter::room_for(total));
    HeaderBitWriter writer(room.data());
    for (const auto& [value, count] : values) writer.bits(value, count);
    const std::uint8_t* end = writer.finish();
    ASSERT_LE(end, room.data() + room.size());
    room.resize(static_cast<std::size_t>(end - room.data()));
    for (std::size_t b = 1; b < room.size(); ++b)
      if (room[b - 1] == 0xFF) {
        ASSERT_LT(room[b], 0x80);
      }
    if (!room.empty()) {
      ASSERT_NE(room.back(), 0xFF);
    }
    const GuardedMemory guarded{Bytes(room)};
    HeaderBitReader reader(guarded.bytes().data(), guarded.bytes().data() + room.size());
    for (const auto& [value, count] : values) ASSERT_EQ(reader.bits(count), value);
    reader.align();
    EXPECT_FALSE(reader.overrun());
    EXPECT_FALSE(reader.bad_stuffing());
    EXPECT_EQ(reader.position(), guarded.bytes().data() + room.size());
  }
}

TEST(HeaderBitsTest, ReadingBehindTheEndGivesZerosAndIsRemembered) {
  const std::uint8_t byte = 0xA0;
  HeaderBitReader reader(&byte, &byte + 1);
  EXPECT_EQ(reader.bits(12), 0xA00U);
  EXPECT_TRUE(reader.overrun());
}

TEST(HeaderBitsTest, AMarkerInAHeaderIsSeen) {
  const std::array<std::uint8_t, 2> bytes = {0xFF, 0x91};
  HeaderBitReader reader(bytes.data(), bytes.data() + 2);
  EXPECT_EQ(reader.bits(9), 0x1FEU);
  EXPECT_TRUE(reader.bad_stuffing());
}

TEST(SegmentLengthsTest, BypassedPassesAreCutAsTheStandardsTableSays) {
  EXPECT_EQ(segment_passes_max(0, 0), kOpenEnded);
  EXPECT_EQ(segment_passes_max(kTerminateEachPass, 7), 1U);
  EXPECT_EQ(segment_passes_max(kTerminateEachPass | kBypass, 10), 1U);
  EXPECT_EQ(segment_passes_max(kBypass, 0), 10U);
  EXPECT_EQ(segment_passes_max(kBypass, 10), 2U);
  EXPECT_EQ(segment_passes_max(kBypass, 12), 1U);
  EXPECT_EQ(segment_passes_max(kBypass, 13), 2U);
}

struct HtBits {
  std::uint32_t value;
  unsigned count;
};
HtSets read_sets(unsigned before, unsigned passes, const std::vector<HtBits>& fields, bool& right,
                 HtSets sets = {}) {
  std::array<std::uint8_t, 64> room = {};
  HeaderBitWriter writer(room.data());
  for (const HtBits& field : fields) writer.bits(field.value, field.count);
  HeaderBitReader reader(room.data(), writer.finish());
  std::uint64_t bytes = 0;
  right = sets.read(before, passes, 3, reader, bytes);
  return sets;
}

TEST(SegmentLengthsTest, AnHtBlockOfThreePassesHasTwoSegments) {
  bool right = false;
  const HtSets sets = read_sets(0, 3, {{6, 3}, {9, 4}}, right);
  EXPECT_TRUE(right);
  EXPECT_EQ(sets.cleanup_bytes, 6U);
  EXPECT_EQ(sets.refinement_bytes, 9U);
  EXPECT_EQ(sets.refinement_passes, 2);
  EXPECT_EQ(sets.cleanup_pass, 0);
}

TEST(SegmentLengthsTest, PlaceholderPassesLengthenTheFieldOfTheFirstSegment) {
  bool right = false;
  const HtSets sets = read_sets(0, 8, {{30, 3 + 2}, {5, 3}}, right);  // 6 placeholders, 1, 1
  EXPECT_TRUE(right);
  EXPECT_EQ(sets.cleanup_pass, 6);
  EXPECT_EQ(sets.cleanup_bytes, 30U);
  EXPECT_EQ(sets.refinement_passes, 1);
}

TEST(SegmentLengthsTest, ALayerOfPlaceholdersAloneHasNoBytes) {
  bool right = false;
  const HtSets sets = read_sets(0, 6, {{0, 3 + 2}}, right);
  EXPECT_TRUE(right);
  EXPECT_TRUE(sets.placeholders);
  const HtSets later = read_sets(6, 1, {{4, 3}}, right, sets);
  EXPECT_TRUE(right);
  EXPECT_FALSE(later.placeholders);
  EXPECT_EQ(later.cleanup_pass, 6);
}

TEST(SegmentLengthsTest, ALaterHtSetTakesThePlaceOfAnEarlierOne) {
  bool right = false;
  const HtSets sets = read_sets(0, 5, {{7, 3 + 2}, {3, 3}}, right);
  EXPECT_TRUE(right);  // 3 placeholders and a cleanup pass, then one refinement pass
  const HtSets later = read_sets(5, 3, {{2, 3}, {5, 3}, {1, 3}}, right, sets);
  EXPECT_TRUE(right);
  EXPECT_EQ(later.cleanup_pass, 6);
  EXPECT_EQ(later.cleanup_bytes, 5U);
  EXPECT_EQ(later.refinement_bytes, 1U);
  EXPECT_EQ(later.skipped_bytes, 7U + 3 + 2);
}

TEST(SegmentLengthsTest, ACleanupSegmentOfOneByteIsImpossible) {
  bool right = true;
  EXPECT_TRUE(read_sets(0, 1, {{1, 3}}, right).placeholders);
  EXPECT_FALSE(right);
}

}  // namespace
}  // namespace slipring::codecs::codestream::test
