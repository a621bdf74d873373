#include "codecs/base/buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace slipring {
namespace {

TEST(Buffer, StartsEmptyAndOwnsNothing) {
  const Buffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
  EXPECT_EQ(buffer.data(), nullptr);
}

TEST(Buffer, IsAlignedTo64BytesAndKeepsItsContentWhenItGrows) {
  Buffer buffer;
  for (int i = 0; i < 10000; ++i) buffer.append(static_cast<std::uint8_t>(i));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % Buffer::kAlignment, 0U);
  for (int i = 0; i < 10000; ++i)
    ASSERT_EQ(buffer.data()[i], static_cast<std::uint8_t>(i)) << "byte " << i;
}

TEST(Buffer, NeverShrinksItsCapacity) {
  Buffer buffer;
  buffer.resize(1000);
  const std::size_t capacity = buffer.capacity();
  const std::uint8_t* data = buffer.data();
  buffer.clear();
  buffer.resize(capacity);
  EXPECT_EQ(buffer.data(), data);
  EXPECT_EQ(buffer.capacity(), capacity);
}

TEST(Buffer, MovesWithoutCopying) {
  Buffer from;
  from.append(as_bytes("pixels"));
  const std::uint8_t* data = from.data();
  Buffer to(std::move(from));
  EXPECT_EQ(to.data(), data);
  EXPECT_EQ(as_text(to.bytes()), "pixels");
  Buffer assigned;
  assigned = std::move(to);
  EXPECT_EQ(assigned.data(), data);
}

TEST(Buffer, AppendingNothingIsNothing) {
  Buffer buffer;
  buffer.append(Bytes{});
  EXPECT_TRUE(buffer.empty());
}

TEST(Scratch, SlotsDoNotDisturbEachOther) {
  Scratch scratch;
  const MutableBytes first = scratch.take(0, 100);
  const MutableBytes second = scratch.take(1, 100000);
  std::ranges::fill(first, std::uint8_t{1});
  std::ranges::fill(second, std::uint8_t{2});
  EXPECT_EQ(first.size(), 100U);
  EXPECT_EQ(first.front(), 1);
  EXPECT_EQ(first.back(), 1);
  EXPECT_EQ(second.back(), 2);
}

TEST(Scratch, ReusesASlotsMemory) {
  Scratch scratch;
  const std::uint8_t* data = scratch.take(3, 4096).data();
  EXPECT_EQ(scratch.take(3, 64).data(), data);
}

}  // namespace
}  // namespace slipring
