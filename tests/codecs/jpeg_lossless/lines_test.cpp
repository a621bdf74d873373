// Every instruction set against the obvious loops, all lengths.
#include <gtest/gtest.h>

#include "codecs/jpeg_lossless/lines/differences.h"
#include "codecs/jpeg_lossless/lines/predict.h"
#include "codecs/jpeg_lossless/lines/store.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::jpeg_lossless {
namespace {

using test::for_every_target;

constexpr std::size_t kCounts[] = {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 200};

struct TestLine {
  explicit TestLine(std::size_t count, std::uint32_t seed, std::uint32_t mask = 0xFFFF)
      : memory(kLineMargin + count + kLineSlack) {
    std::mt19937 random(seed);
    for (auto& sample : memory) sample = static_cast<std::uint16_t>(random() & mask);
  }
  std::uint16_t* data() { return memory.data() + kLineMargin; }
  [[nodiscard]] std::vector<std::uint16_t> first(std::size_t count) const {
    const auto begin = memory.begin() + kLineMargin;
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
  }
  std::vector<std::uint16_t> memory;
};

TEST(Lines, AreReconstructedAsByTheScalarLoop) {
  for_every_target([] {
    for (const std::size_t count : kCounts) {
      for (std::uint32_t predictor = 0; predictor <= 7; ++predictor) {
        for (const std::uint32_t mask : {0xFFFFU, 0x00FFU, 0x8000U}) {
          TestLine differences(count, 1, mask), above(count, 2, mask), now(count, 3),
              plain(count, 4);
          const Line line{differences.data(), above.data(), now.data(), count};
          const Line right{differences.data(), above.data(), plain.data(), count};
          const std::uint16_t all = predictor == 0 ? reconstruct_first_line(line, 2048)
                                                   : reconstruct_line(line, predictor);
          EXPECT_EQ(all, predictor == 0 ? reconstruct_first_line_scalar(right, 2048)
                                        : reconstruct_line_scalar(right, predictor));
          EXPECT_EQ(now.first(count), plain.first(count)) << predictor << " " << count;
        }
      }
    }
  });
}

TEST(Lines, GiveBackTheSamplesWhoseDifferencesTheyAre) {
  for_every_target([] {
    for (const std::size_t count : kCounts) {
      for (std::uint32_t predictor = 0; predictor <= 7; ++predictor) {
        TestLine above(count, 2), now(count, 3), to(count, 4), plain(count, 5), back(count, 6);
        const SourceLine line{predictor == 0 ? nullptr : above.data(), now.data(), count, 77};
        const std::uint32_t by = std::max(1U, predictor);
        differences(line, by, to.data());
        differences_scalar(line, by, plain.data());
        EXPECT_EQ(to.first(count), plain.first(count)) << predictor << " " << count;
        const Line again{to.data(), above.data(), back.data(), count};
        if (predictor == 0)
          reconstruct_first_line(again, 77);
        else
          reconstruct_line(again, predictor);
        EXPECT_EQ(back.first(count), now.first(count));
      }
    }
  });
}

TEST(Lines, AreStoredAsByTheScalarLoopAndNotAByteMore) {
  for_every_target([] {
    for (const std::size_t count : kCounts) {
      for (const std::uint32_t planes : {1U, 2U, 3U, 4U}) {
        for (const std::uint32_t bytes : {1U, 2U, 4U, 8U}) {
          for (const SampleForm& form : std::vector<SampleForm>{
                   {bytes == 1 ? 8U : 16U, 0, false}, {7, 2, true}, {5, 0, false}}) {
            std::vector<TestLine> lines;
            std::vector<const std::uint16_t*> from;
            for (std::uint32_t k = 0; k < planes; ++k) lines.emplace_back(count, k);
            for (TestLine& line : lines) from.push_back(line.data());
            const StoredLine line{from, count, form, bytes};
            test::GuardedMemory to(planes * count * bytes);
            std::vector<std::uint8_t> right(planes * count * bytes);
            store_line(line, to.writable().data());
            store_line_scalar(line, right.data());
            EXPECT_TRUE(std::ranges::equal(to.bytes(), right));
          }
        }
      }
    }
  });
}

TEST(Lines, AreLoadedAsByTheScalarLoopAndNotAByteMore) {
  for_every_target([] {
    for (const std::size_t count : kCounts) {
      for (const std::uint32_t planes : {1U, 2U, 3U, 4U}) {
        for (const std::uint32_t bytes : {1U, 2U}) {
          const test::GuardedMemory from{Bytes(test::random_bytes(count * planes * bytes, 9))};
          std::vector<TestLine> lines(planes, TestLine(count, 1)), right = lines;
          std::vector<std::uint16_t*> to, plain;
          for (std::uint32_t k = 0; k < planes; ++k) {
            to.push_back(lines[k].data());
            plain.push_back(right[k].data());
          }
          load_line(from.bytes().data(), bytes, count, to);
          load_line_scalar(from.bytes().data(), bytes, count, plain);
          for (std::uint32_t k = 0; k < planes; ++k)
            EXPECT_EQ(lines[k].first(count), right[k].first(count));
        }
      }
    }
  });
}

TEST(Lines, PixelsAreSubtractedAsByTheScalarLoop) {
  for_every_target([] {
    for (const std::size_t count : kCounts) {
      for (const std::uint32_t components : {1U, 2U, 3U, 4U}) {
        TestLine line(count, 3), to(count, 1), right(count, 2);
        for (std::uint32_t k = 1; k <= components; ++k)
          *(line.data() - k) = static_cast<std::uint16_t>(k * 9001);
        pixel_differences(line.data(), count, components, to.data());
        pixel_differences_scalar(line.data(), count, components, right.data());
        EXPECT_EQ(to.first(count), right.first(count));
      }
    }
  });
}

TEST(Lines, OfTheFrameAreSubtractedAsByTheScalarLoopAndNothingBehindThemIsRead) {
  for_every_target([] {
    for (const std::size_t count : kCounts) {
      const test::GuardedMemory from{Bytes(test::random_bytes(count * 2, 5))};
      TestLine to(count, 1), right(count, 2);
      left_differences(from.bytes().data(), count, 2048, to.data());
      left_differences_scalar(from.bytes().data(), count, 2048, right.data());
      EXPECT_EQ(to.first(count), right.first(count)) << count;
    }
  });
}

TEST(Lines, AreKnownByWhatWouldBeStored) {
  for_every_target([] {
    for (const std::size_t count : kCounts) {
      for (const std::uint32_t bytes : {1U, 2U}) {
        for (const SampleForm& form : std::vector<SampleForm>{
                 {bytes == 1 ? 8U : 16U, 0, false}, {7, 2, true}, {5, 0, false}}) {
          TestLine from(count, 9);
          const std::uint16_t* const plane = from.data();
          const StoredLine line{{&plane, 1}, count, form, bytes};
          std::vector<std::uint8_t> stored(count * bytes);
          store_line_scalar(line, stored.data());
          for (std::size_t i = 0; i <= stored.size(); ++i) {
            if (i < stored.size()) stored[i] ^= 4;
            const test::GuardedMemory to{Bytes(stored)};
            EXPECT_EQ(line_is(line, to.bytes().data()), i == stored.size());
            EXPECT_EQ(line_is_scalar(line, to.bytes().data()), i == stored.size());
            if (i < stored.size()) stored[i] ^= 4;
          }
        }
      }
    }
  });
}

TEST(Lines, CategoriesAreCountedAsByTheScalarLoop) {
  for_every_target([] {
    for (const std::size_t count : {std::size_t{1}, std::size_t{33}, std::size_t{70000}}) {
      for (const std::uint32_t mask : {0xFFFFU, 0x03FFU, 0x00FFU, 0x8000U, 0U}) {
        TestLine line(count, 7, mask);
        if (count > 40000) line.data()[40000] = 0x7123;  // one of its size among smaller ones
        Histogram counted = {}, right = {};
        count_categories(line.data(), count, counted);
        count_categories_scalar(line.data(), count, right);
        EXPECT_EQ(counted, right);
      }
    }
  });
}

TEST(Lines, CategoriesOfAFrameAreThoseOfTheDifferencesOfItsLines) {
  for_every_target([] {
    for (const std::size_t columns : {1, 2, 31, 64, 65, 700}) {
      for (const std::size_t lines : {1, 2, 3, 70}) {
        for (const std::uint32_t mask : {0xFFFFU, 0x03FFU, 0x8000U, 0U}) {
          const std::size_t size = lines * columns;
          TestLine frame(size, 8, mask), differences(columns, 1);
          const test::GuardedMemory from{
              Bytes(reinterpret_cast<const std::uint8_t*>(frame.data()), 2 * size)};
          Histogram counted = {}, plain = {}, right = {};
          count_left_categories(from.bytes().data(), size, columns, 2048, counted);
          count_left_categories_scalar(from.bytes().data(), size, columns, 2048, plain);
          for (std::size_t y = 0; y < lines; ++y) {
            const std::uint16_t* line = frame.data() + y * columns;
            left_differences_scalar(from.bytes().data() + 2 * y * columns, columns,
                                    y == 0 ? std::uint16_t{2048} : line[-static_cast<int>(columns)],
                                    differences.data());
            count_categories_scalar(differences.data(), columns, right);
          }
          EXPECT_EQ(counted, right) << columns << " " << lines;
          EXPECT_EQ(plain, right) << columns << " " << lines;
        }
      }
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::jpeg_lossless
