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

TEST(ByteSwap, EveryStartOnALineIsTheSame) {
  test::for_every_target([] {
    const auto from = test::random_bytes(700, 3);
    for (const std::uint32_t width : {2U, 4U, 8U}) {
      for (std::size_t start = 0; start < 65; ++start) {
        std::vector<std::uint8_t> right(from.size(), 0xAA), in_place = from;
        auto got = right;
        const std::size_t size = (from.size() - start) / width * width - width;
        const Bytes words_of = Bytes(from).first(size);
        byte_swap_scalar(words_of, MutableBytes(right).subspan(start, size), width);
        byte_swap(words_of, MutableBytes(got).subspan(start, size), width);
        ASSERT_EQ(got, right) << width << " from " << start;
        const MutableBytes words = MutableBytes(in_place).subspan(start, size);
        byte_swap(words, words, width);
        byte_swap(words, words, width);
        ASSERT_EQ(in_place, from) << width << " from " << start;
      }
    }
  });
}

TEST(ByteSwap, MoreThanACacheHoldsIsNoOtherCase) {
  std::vector<std::uint8_t> bytes((std::size_t{128} << 20) + 500);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 2654435761U >> 23);
  for (const std::size_t start : {0U, 1U, 6U}) {
    std::vector<std::uint8_t> got(bytes.size()), right(bytes.size());
    const std::size_t size = bytes.size() - 8;
    byte_swap_scalar(Bytes(bytes).first(size), MutableBytes(right).subspan(start, size), 2);
    byte_swap(Bytes(bytes).first(size), MutableBytes(got).subspan(start, size), 2);
    ASSERT_TRUE(got == right) << start;
  }
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
