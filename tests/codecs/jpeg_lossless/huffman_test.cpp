#include "codecs/jpeg_lossless/huffman.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "codecs/jpeg_lossless/encode/optimal_table.h"

namespace slipring::codecs::jpeg_lossless {
namespace {

Histogram random_histogram(std::mt19937& random) {
  Histogram histogram = {};
  const unsigned used = 1 + static_cast<unsigned>(random() % kCategories);
  for (unsigned i = 0; i < used; ++i)
    histogram[random() % kCategories] = 1 + random() % (1U << random() % 24);
  return histogram;
}

TEST(HuffmanTables, EveryCodeIsReadAsTheCategoryItWasMadeFor) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const Histogram histogram = random_histogram(random);
    const HuffmanSpec spec = optimal_table(histogram);
    ASSERT_TRUE(spec.fits_a_tree());
    const EncodeTable table = encode_table(spec);
    const HuffmanCodes codes(spec);
    for (std::uint8_t category = 0; category < kCategories; ++category) {
      ASSERT_EQ(histogram[category] != 0, table.lengths[category] != 0);
      if (table.lengths[category] == 0) continue;
      const std::uint32_t shift = kCodeBitsMax - table.lengths[category];
      for (const std::uint32_t behind : {0U, (1U << shift) - 1}) {
        const auto code =
            codes.decode((static_cast<std::uint32_t>(table.codes[category]) << shift) | behind);
        EXPECT_EQ(code.value, category);
        EXPECT_EQ(code.bits, table.lengths[category]);
      }
    }
    EXPECT_EQ(codes.decode(0xFFFF).bits, 0U) << "the code of ones is not used (K.2)";
  }
}

TEST(HuffmanTables, AreWithinABitOfTheEntropy) {
  std::mt19937 random(2);
  for (int round = 0; round < 100; ++round) {
    const Histogram histogram = random_histogram(random);
    double total = 0, bits = 0;
    for (const std::uint64_t count : histogram) total += static_cast<double>(count);
    for (std::size_t i = 0; i < kCategories; ++i)
      if (histogram[i] != 0) {
        const auto count = static_cast<double>(histogram[i]);
        bits += count * (std::log2(total / count) + (i == kCategoryMax ? 0. : double(i)));
      }
    const auto coded = static_cast<double>(coded_bits(histogram, optimal_table(histogram)));
    EXPECT_GE(coded, bits - 1);
    EXPECT_LE(coded, bits + total + 64);
  }
}

// Each count as large as all before it: no codes are longer.
TEST(HuffmanTables, NoCodeIsLongerThan16Bits) {
  Histogram histogram = {};
  for (std::size_t i = 0; i < kCategories; ++i) histogram[i] = std::uint64_t{1} << i;
  const HuffmanSpec spec = optimal_table(histogram);
  EXPECT_EQ(spec.size, kCategories);
  EXPECT_TRUE(spec.fits_a_tree());
  EXPECT_GT(spec.counts[kCodeBitsMax], 0);
}

TEST(HuffmanTables, CountsBeyondATreeAreSeen) {
  HuffmanSpec spec;
  spec.counts[1] = 3;
  EXPECT_FALSE(spec.fits_a_tree());
  spec.counts[1] = 2;
  EXPECT_TRUE(spec.fits_a_tree());
  spec.counts[16] = 1;
  EXPECT_FALSE(spec.fits_a_tree());
}

// Table H.2
TEST(Extend, TellsTheDifferenceOfEveryCategory) {
  EXPECT_EQ(extend(0, 0), 0);
  EXPECT_EQ(extend(0, 1), 0xFFFF);
  EXPECT_EQ(extend(1, 1), 1);
  EXPECT_EQ(extend(0, 3), static_cast<std::uint16_t>(-7));
  EXPECT_EQ(extend(3, 3), static_cast<std::uint16_t>(-4));
  EXPECT_EQ(extend(4, 3), 4);
  EXPECT_EQ(extend(7, 3), 7);
  EXPECT_EQ(extend(0, 15), static_cast<std::uint16_t>(-32767));
  EXPECT_EQ(extend(0x8000, 16), 0x8000);
}

}  // namespace
}  // namespace slipring::codecs::jpeg_lossless
