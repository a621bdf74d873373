// Bits and stuffed bytes, both ways: every instruction set against the obvious loops.
#include "codecs/jpeg_lossless/encode/pack.h"

#include <gtest/gtest.h>

#include <memory>

#include "codecs/jpeg_lossless/decode/unstuff.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::jpeg_lossless {
namespace {

using test::for_every_target;

// Bytes of which some are 0xFF, and some of those followed by zeros, fill bytes and markers.
std::vector<std::uint8_t> with_ff(std::size_t size, std::uint32_t seed, bool markers) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < size) {
    bytes.push_back(static_cast<std::uint8_t>(random() % 255));
    const auto choice = random() % 40;
    if (choice == 0) bytes.insert(bytes.end(), {0xFF, 0});
    if (choice == 1) bytes.insert(bytes.end(), {0xFF, 0xFF, 0xFF, 0});
    if (choice == 2 && markers) bytes.insert(bytes.end(), {0xFF, 0xD0});
  }
  bytes.resize(size);
  return bytes;
}

TEST(Unstuff, DoesWhatTheScalarLoopDoesAndReadsNothingBehindTheEnd) {
  for_every_target([] {
    for (std::size_t size = 0; size < 400; ++size) {
      for (const bool markers : {false, true}) {
        const test::GuardedMemory from{
            Bytes(with_ff(size, static_cast<std::uint32_t>(size), markers))};
        std::vector<std::uint8_t> to(size + kUnstuffSlack), right(size + kUnstuffSlack);
        const Unstuffed fast = unstuff(from.bytes(), to.data());
        const Unstuffed plain = unstuff_scalar(from.bytes(), right.data());
        EXPECT_EQ(fast.consumed, plain.consumed);
        ASSERT_EQ(fast.produced, plain.produced);
        EXPECT_TRUE(std::equal(to.begin(), to.begin() + static_cast<std::ptrdiff_t>(fast.produced),
                               right.begin()));
      }
    }
  });
}

TEST(Unstuff, StopsAtTheFirstByteOfAMarkerWithItsFillBytes) {
  const std::vector<std::uint8_t> bytes = {1, 0xFF, 0, 2, 0xFF, 0xFF, 0xD9, 3};
  std::vector<std::uint8_t> to(bytes.size() + kUnstuffSlack);
  const Unstuffed found = unstuff(bytes, to.data());
  EXPECT_EQ(found.consumed, 4U);
  ASSERT_EQ(found.produced, 3U);
  EXPECT_EQ(to[1], 0xFF);
}

TEST(Stuff, DoesWhatTheScalarLoopDoes) {
  for_every_target([] {
    for (std::size_t size = 0; size < 300; ++size) {
      const test::GuardedMemory raw{Bytes(with_ff(size, static_cast<std::uint32_t>(size), true))};
      std::vector<std::uint8_t> to(2 * size + kStuffSlack), right(2 * size + kStuffSlack);
      const std::size_t fast = stuff(raw.bytes(), to.data());
      ASSERT_EQ(fast, stuff_scalar(raw.bytes(), right.data()));
      to.resize(fast);
      right.resize(fast);
      EXPECT_EQ(to, right);
    }
  });
}

EncodeTable some_table(std::uint32_t seed) {
  std::mt19937 random(seed);
  Histogram histogram;
  for (std::uint64_t& count : histogram) count = 1 + random() % (1U << random() % 20);
  return encode_table(optimal_table(histogram));
}

TEST(Pack, WritesWhatTheScalarLoopWrites) {
  for_every_target([] {
    const auto work = std::make_unique<PackWork>();
    std::vector<std::uint8_t> raw(kRawBytes), right(kRawBytes);
    std::mt19937 random(3);
    for (std::uint32_t round = 0; round < 200; ++round) {
      const std::size_t planes = 1 + round % 4;
      const std::size_t count = 1 + random() % kPackSamples;
      const std::uint32_t mask = (1U << (1 + round / 4 % 16)) - 1;
      std::vector<std::vector<std::uint16_t>> lines(planes);
      std::vector<const std::uint16_t*> from;
      std::vector<EncodeTable> tables;
      for (auto& line : lines) {
        line.resize(count + 32);
        for (auto& d : line) {
          d = static_cast<std::uint16_t>(random() & mask);
          if (random() % 2 != 0) d = static_cast<std::uint16_t>(-d);
          if (d == 0x8000 && round % 3 != 0) d = 0;
        }
        from.push_back(line.data());
        tables.push_back(some_table(static_cast<std::uint32_t>(random())));
      }
      PendingBits pending{5, 3}, plain{5, 3};
      const std::size_t bytes = pack(from, count, tables, pending, *work, raw.data());
      ASSERT_EQ(bytes, pack_scalar(from, count, tables, plain, right.data()));
      EXPECT_TRUE(
          std::equal(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(bytes), right.begin()));
      ASSERT_EQ(pending.count, plain.count);
      const std::uint64_t valid = (std::uint64_t{1} << pending.count) - 1;
      EXPECT_EQ(pending.bits & valid, plain.bits & valid);
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::jpeg_lossless
