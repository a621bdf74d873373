#include "codecs/htj2k/block/tables.h"

#include <gtest/gtest.h>

#include <set>
#include <span>
#include <tuple>

namespace slipring::codecs::htj2k {
namespace {

constexpr std::uint32_t kIndexBits = 7;
constexpr std::array<std::span<const CodeRow>, 2> kBooks = {kFirstRowCodes, kOtherRowCodes};

TEST(HtTablesTest, EverySevenBitsInEveryContextHaveOneMeaning) {
  for (const auto book : kBooks) {
    std::array<std::array<int, 1U << kIndexBits>, 8> meanings = {};
    for (const CodeRow& row : book) {
      ASSERT_LT(row.context, 8);
      ASSERT_GE(row.length, 1);
      ASSERT_LE(row.length, kIndexBits);
      ASSERT_LT(row.codeword, 1U << row.length);
      for (std::uint32_t bits = row.codeword; bits < 1U << kIndexBits; bits += 1U << row.length)
        ++meanings.at(row.context).at(bits);
    }
    for (const auto& context : meanings)
      for (const int count : context) EXPECT_EQ(count, 1);
  }
}

TEST(HtTablesTest, NoTwoCodesOfAContextSayTheSame) {
  for (const auto book : kBooks) {
    std::set<std::tuple<int, int, int, int, int>> said;
    for (const CodeRow& row : book)
      EXPECT_TRUE(said.emplace(row.context, row.rho, row.u_off, row.e_k, row.e_1).second);
  }
}

TEST(HtTablesTest, ExponentBitsAreKnownOnlyOfSignificantSamples) {
  for (const auto book : kBooks) {
    for (const CodeRow& row : book) {
      EXPECT_EQ(row.e_k & ~row.rho, 0);
      EXPECT_EQ(row.e_1 & ~row.e_k, 0);
      if (row.u_off == 0) {
        EXPECT_EQ(row.e_k, 0);
      }
      if (row.rho == 0) {
        EXPECT_EQ(row.u_off, 0);
      }
    }
  }
}

TEST(HtTablesTest, AQuadThatAMelEventTellsToBeInsignificantHasNoCode) {
  for (const auto book : kBooks)
    for (const CodeRow& row : book) EXPECT_TRUE(row.context != 0 || row.rho != 0);
}

TEST(HtTablesTest, UvlcPrefixesArePrefixFreeAndComplete) {
  std::array<int, 8> meanings = {};
  for (const UvlcPrefix& prefix : kUvlcPrefixes)
    for (std::uint32_t bits = prefix.codeword; bits < 8; bits += 1U << prefix.length)
      ++meanings.at(bits);
  for (const int count : meanings) EXPECT_EQ(count, 1);
}

TEST(HtTablesTest, UvlcValuesFollowEachOtherWithoutAGap) {
  std::uint32_t next = 1;
  for (const UvlcPrefix& prefix : kUvlcPrefixes) {
    EXPECT_EQ(prefix.value, next);
    next = prefix.value + (1U << prefix.suffix_length);
  }
  EXPECT_EQ(kUvlcPrefixes.back().value + kUvlcExtendedSuffix, 33U);
}

TEST(HtTablesTest, MelExponentsNeverFall) {
  for (std::size_t k = 1; k < kMelExponents.size(); ++k)
    EXPECT_GE(kMelExponents.at(k), kMelExponents.at(k - 1));
}

}  // namespace
}  // namespace slipring::codecs::htj2k
