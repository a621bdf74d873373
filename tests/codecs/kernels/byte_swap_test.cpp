#include "codecs/kernels/byte_swap.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::kernels {
namespace {

using Eight = std::array<std::uint8_t, 8>;

TEST(ByteSwap, TheScalarLoopReversesTheBytesOfEachWord) {
  const Eight from{1, 2, 3, 4, 5, 6, 7, 8};
  Eight to{};
  byte_swap_scalar(from, to, 2);
  EXPECT_EQ(to, (Eight{2, 1, 4, 3, 6, 5, 8, 7}));
  byte_swap_scalar(from, to, 4);
  EXPECT_EQ(to, (Eight{4, 3, 2, 1, 8, 7, 6, 5}));
  byte_swap_scalar(from, to, 8);
  EXPECT_EQ(to, (Eight{8, 7, 6, 5, 4, 3, 2, 1}));
}

TEST(ByteSwap, EveryTargetAgreesWithTheScalarLoopAtEveryLengthUpToAGuardPage) {
  test::for_every_target([] {
    for (const std::uint32_t width : {2U, 4U, 8U}) {
      for (std::size_t size = 0; size <= 600; size += width) {
        const auto random = test::random_bytes(size, static_cast<std::uint32_t>(size));
        const test::GuardedMemory from(random);
        test::GuardedMemory to(size);
        std::vector<std::uint8_t> right(size);
        byte_swap_scalar(random, right, width);
        byte_swap(from.bytes(), to.writable(), width);
        ASSERT_TRUE(std::ranges::equal(to.bytes(), right)) << width << " x " << size;
      }
    }
  });
}

TEST(ByteSwap, WorksInPlaceAndTwiceIsNothing) {
  test::for_every_target([] {
    for (const std::size_t start : {0U, 1U, 3U}) {
      auto bytes = test::random_bytes(1024 + 3, 5);
      const auto before = bytes;
      const auto words = MutableBytes(bytes).subspan(start, 1024);
      byte_swap(words, words, 2);
      EXPECT_NE(bytes, before);
      byte_swap(words, words, 2);
      EXPECT_EQ(bytes, before);
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::kernels
