#include "engine/collate/order.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/collate/external_sort.h"
#include "engine/collate/paths.h"
#include "engine/collate/roots.h"
#include "engine/collate/rows.h"
#include "tests/engine/collate/objects.h"

namespace slipring::collate {
namespace {

std::optional<NumberGaps> gaps(std::vector<std::int32_t> numbers) {
  return find_number_gaps(numbers);
}

TEST(NumberGaps, ARunWithoutHolesHasNone) {
  EXPECT_FALSE(gaps({}));
  EXPECT_FALSE(gaps({7}));
  EXPECT_FALSE(gaps({1, 2, 3, 4}));
  EXPECT_FALSE(gaps({-2, -1, 0}));
  EXPECT_FALSE(gaps({10, 20, 30}));
}

TEST(NumberGaps, WhatIsMissingIsCounted) {
  const auto found = gaps({1, 2, 5, 6, 9});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->missing, 4U);
  EXPECT_EQ(found->before, 2);
  EXPECT_EQ(found->after, 5);
  EXPECT_EQ(gaps({10, 20, 40})->missing, 1U);
}

TEST(NumberGaps, NumbersThatCountNothingHaveNone) {
  EXPECT_FALSE(gaps({-2147483647 - 1, 0, 2147483647}));
  EXPECT_FALSE(gaps({20260101, 20260217, 31999999}));
}

PlaceTrouble trouble(std::vector<float> positions) {
  std::vector<Place> places;
  for (const float position : positions)
    places.push_back({position, static_cast<std::uint32_t>(places.size())});
  return find_place_trouble(places);
}

TEST(PlaceTrouble, EvenStepsAreNoTrouble) {
  for (const auto& each : std::vector<std::vector<float>>{
           {}, {1}, {1, 9}, {0, 2.5F, 5, 7.5F}, {0, 1, 2.2F, 3}, {0, 0, 5, 5, 10, 10}}) {
    EXPECT_EQ(trouble(each).gaps, 0U);
    EXPECT_EQ(trouble(each).uneven, 0U);
  }
}

TEST(PlaceTrouble, GapsAndPlacesVisitedMoreOftenAreFound) {
  const PlaceTrouble gap = trouble({0, 1, 2, 5, 6, 7, 11});
  EXPECT_EQ(gap.gaps, 2U);
  EXPECT_EQ(gap.gap_file, 3U);
  EXPECT_DOUBLE_EQ(gap.usual_step, 1);
  EXPECT_DOUBLE_EQ(gap.largest_step, 4);
  const PlaceTrouble twice = trouble({0, 1, 2, 2, 3});
  EXPECT_EQ(twice.uneven, 1U);
  EXPECT_EQ(twice.usual_count, 1U);
  EXPECT_EQ(twice.uneven_count, 2U);
  EXPECT_EQ(twice.uneven_file, 2U);
}

TEST(ExternalSort, GivesEverythingBackInOrderHoweverItIsSpread) {
  using Leading = std::uint64_t (*)(std::uint64_t hash, std::uint32_t i);
  constexpr Leading kSpreads[] = {
      [](std::uint64_t hash, std::uint32_t) { return hash; },
      [](std::uint64_t, std::uint32_t i) -> std::uint64_t { return i; },
      [](std::uint64_t, std::uint32_t) -> std::uint64_t { return 7; },
      [](std::uint64_t hash, std::uint32_t) { return hash % 3; },
      [](std::uint64_t hash, std::uint32_t) { return ~std::uint64_t{0} - hash % 100; },
      [](std::uint64_t hash, std::uint32_t i) { return i == 5 ? ~std::uint64_t{0} : hash % 9; },
  };
  for (const Leading& spread : kSpreads)
    for (const std::uint32_t count : {0U, 1U, 63U, 64U, 65U, 1000U, 4097U}) {
      test::MemorySpills spills;
      ExternalSort<ReferenceRow> sort(spills, std::uint64_t{1} << 20);
      std::vector<ReferenceRow> expected;
      std::uint64_t state = count;
      for (std::uint32_t i = 0; i < count; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        expected.push_back({spread(state, i), static_cast<std::uint32_t>(state >> 33), i});
        ASSERT_TRUE(sort.add(expected.back()).has_value());
      }
      std::sort(expected.begin(), expected.end());
      ASSERT_TRUE(sort.finish().has_value());
      ReferenceRow row;
      for (const ReferenceRow& each : expected) {
        ASSERT_TRUE(sort.next(row).value());
        ASSERT_TRUE(row.target == each.target && row.file == each.file &&
                    row.offset == each.offset);
      }
      EXPECT_FALSE(sort.next(row).value());
    }
}

TEST(ExternalSort, GivesEverythingBackInOrderWhateverFitsIntoMemory) {
  for (const std::uint64_t memory :
       {std::uint64_t{1}, std::uint64_t{4096}, std::uint64_t{1} << 20}) {
    test::MemorySpills spills;
    ExternalSort<ReferenceRow> sort(spills, memory);
    std::uint64_t state = 1;
    std::vector<std::uint64_t> expected;
    for (std::uint32_t i = 0; i < 3000; ++i) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      ASSERT_TRUE(sort.add({state >> 40, i, 0}).has_value());
      expected.push_back(state >> 40);
    }
    std::sort(expected.begin(), expected.end());
    ASSERT_TRUE(sort.finish().has_value());
    EXPECT_EQ(sort.runs() == 0, memory > 100'000);
    ReferenceRow row;
    for (const std::uint64_t each : expected) {
      const auto more = sort.next(row);
      ASSERT_TRUE(more.has_value() && *more);
      ASSERT_EQ(row.target, each);
    }
    EXPECT_FALSE(sort.next(row).value());
    EXPECT_FALSE(sort.next(row).value());
  }
}

TEST(Paths, AreGivenBackByNumberAndInOrderWithTheirMarks) {
  for (const std::uint64_t memory : {std::uint64_t{0}, std::uint64_t{1} << 20}) {
    test::MemorySpills spills;
    Paths paths(spills, memory);
    std::vector<std::string> expected;
    for (int i = 0; i < 500; ++i) {
      expected.push_back("a/study" + std::to_string(i / 7) + "/im" + std::to_string(i) +
                         (i % 50 == 0 ? std::string(i * 3, 'x') : ""));
      if (i % 11 == 3) expected.back() = expected[static_cast<std::size_t>(i) - 1];
      if (i % 17 == 5) expected.back().clear();
      ASSERT_EQ(paths.add(expected.back(), 0xFFFFFFFFU - static_cast<std::uint32_t>(i)).value(),
                static_cast<std::uint32_t>(i));
      ASSERT_EQ(paths.at(static_cast<std::uint32_t>(i / 2)).value(),
                expected[static_cast<std::size_t>(i / 2)]);
    }
    std::uint32_t next = 0;
    ASSERT_TRUE(paths
                    .each([&](const Paths::Entry& entry) -> Result<void> {
                      EXPECT_EQ(entry.number, next);
                      EXPECT_EQ(entry.mark, 0xFFFFFFFFU - next);
                      EXPECT_EQ(entry.path, expected[next++]);
                      return {};
                    })
                    .has_value());
    EXPECT_EQ(next, 500U);
    for (std::uint32_t i = 500; i-- > 0;) EXPECT_EQ(paths.at(i).value(), expected[i]);
  }
}

TEST(UidRoot, IsTheOrganisationsPart) {
  EXPECT_EQ(uid_root("1.2.840.113619.2.55.3"), "1.2.840.113619");
  EXPECT_EQ(uid_root("1.3.12.2.1107.5.1.4"), "1.3.12.2.1107");
  EXPECT_EQ(uid_root("1.3.6.1.4.1.14519.5.2.1"), "1.3.6.1.4.1.14519");
  EXPECT_EQ(uid_root("1.2.276.0.7230010.3.1"), "1.2.276.0.7230010");
  for (const char* none : {"", "2.25.123456", "1.2.3", "1.2.840.x.5", "abc"})
    EXPECT_EQ(uid_root(none), "") << none;
}

TEST(DayNumber, CountsDaysOfTheGregorianCalendar) {
  EXPECT_EQ(day_number("19000101"), 1);
  EXPECT_EQ(day_number("19000301"), 60);  // 1900 was no leap year
  EXPECT_EQ(day_number("20260102") - day_number("20251231"), 2);
  for (const char* none : {"", "18991231", "20260230", "2026010", "2026-1-2", "21000101"})
    EXPECT_EQ(day_number(none), 0) << none;
}

TEST(ObjectKeys, OnlyWhatWasEncodedIsDecoded) {
  dicom::ObjectKeys keys;
  keys.object.sop = 5;
  keys.references.resize(3);
  const auto bytes = dicom::encode(keys);
  EXPECT_EQ(bytes.size(), 64U + 48U);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const bool whole = length >= 64 && length % 16 == 0;
    EXPECT_EQ(dicom::decode_keys(Bytes(bytes).first(length)).has_value(), whole) << length;
  }
  keys.object.position = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(dicom::decode_keys(dicom::encode(keys)).has_value());
}

}  // namespace
}  // namespace slipring::collate
