#include "codecs/kernels/row/samples.h"

#include <gtest/gtest.h>

#include <cstring>

#include "codecs/kernels/row/row_epilogue.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::kernels {
namespace {

using Vector = std::vector<std::uint8_t>;

Vector words(std::initializer_list<unsigned> values) {
  Vector bytes;
  for (const unsigned value : values) {
    bytes.push_back(static_cast<std::uint8_t>(value));
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  return bytes;
}

Vector moved(const Vector& from, const SampleMove& move) {
  Vector to(from.size() / move.from_bytes * move.to_bytes);
  move_samples(from, to, move);
  return to;
}

TEST(Samples, TheSignOfTheStoredBitsIsExtended) {
  const SampleMove move{.sign = true, .bits = 12};
  EXPECT_EQ(moved(words({0x07FF, 0x0800, 0x0FFF, 0xF001}), move),
            words({0x07FF, 0xF800, 0xFFFF, 0x0001}));
}

TEST(Samples, WhatLiesAboveTheStoredBitsIsMasked) {
  EXPECT_EQ(moved(words({0xFFFF, 0x1234}), {.bits = 12}), words({0x0FFF, 0x0234}));
}

TEST(Samples, AHighBitAboveIsBroughtDownAndBack) {
  const SampleMove down = from_high_bit(2, 12, 15, false);
  EXPECT_EQ(moved(words({0xABCF, 0xFFFF}), down), words({0x0ABC, 0x0FFF}));
  EXPECT_EQ(moved(words({0x0ABC, 0xFFFF}), to_high_bit(2, 12, 15)), words({0xABC0, 0xFFF0}));
  EXPECT_EQ(moved(words({0x8000, 0x7FF0}), from_high_bit(2, 12, 15, true)),
            words({0xF800, 0x07FF}));
  EXPECT_EQ(moved(Vector{0xFC, 0x03}, from_high_bit(1, 6, 7, false)), (Vector{0x3F, 0x00}));
}

TEST(Samples, WideningKeepsTheValue) {
  EXPECT_EQ(moved(Vector{0x80, 0x7F}, {.from_bytes = 1, .to_bytes = 2}), words({0x80, 0x7F}));
  EXPECT_EQ(moved(Vector{0x80, 0x7F}, {.from_bytes = 1, .to_bytes = 2, .from_signed = true}),
            words({0xFF80, 0x7F}));
}

std::vector<SampleMove> every_move() {
  std::vector<SampleMove> all;
  for (const std::uint32_t from : {1U, 2U, 4U, 8U}) {
    for (const std::uint32_t to : {1U, 2U, 4U, 8U}) {
      for (const bool from_signed : {false, true})
        for (const bool sign : {false, true})
          for (const std::uint32_t bits : {0U, 1U, 7U, 8 * to})
            all.push_back({.from_bytes = from,
                           .to_bytes = to,
                           .from_signed = from_signed,
                           .sign = sign,
                           .bits = bits});
    }
    for (std::uint32_t high = 5; high < 8 * from; high += 2) {
      for (const std::uint32_t stored : {1U, 4U, high + 1}) {
        all.push_back(from_high_bit(from, stored, high, false));
        all.push_back(from_high_bit(from, stored, high, true));
        all.push_back(to_high_bit(from, stored, high));
      }
    }
  }
  return all;
}

TEST(Samples, EveryTargetAgreesWithTheScalarLoopAtEveryLengthAndStartUpToAGuardPage) {
  test::for_every_target([] {
    for (const SampleMove& move : every_move()) {
      for (std::size_t count : {0U, 1U, 3U, 15U, 16U, 33U, 64U, 127U, 300U}) {
        const Vector random =
            test::random_bytes(count * move.from_bytes, static_cast<std::uint32_t>(count));
        Vector right(count * move.to_bytes);
        move_samples_scalar(random.data(), right.data(), count, move);
        const test::GuardedMemory in(random);
        test::GuardedMemory out(right.size());
        move_samples(in.bytes(), out.writable(), move);
        ASSERT_TRUE(std::ranges::equal(out.bytes(), right))
            << move.from_bytes << " to " << move.to_bytes << ", " << move.bits << " bits, count "
            << count << " shifts " << move.right << " " << move.left;
        Vector odd(right.size() + 1);
        move_samples(in.bytes(), MutableBytes(odd).subspan(1), move);
        ASSERT_TRUE(std::equal(right.begin(), right.end(), odd.begin() + 1));
      }
    }
  });
}

TEST(Samples, InPlaceIsTheSame) {
  test::for_every_target([] {
    for (const SampleMove& move : every_move()) {
      if (move.from_bytes != move.to_bytes) continue;
      for (const std::size_t start : {0U, 1U, 8U, 24U, 63U}) {
        Vector bytes = test::random_bytes(start + 150 * move.from_bytes, 5);
        Vector right = bytes;
        const MutableBytes samples = MutableBytes(bytes).subspan(start);
        move_samples_scalar(samples.data(), &right[start], 150, move);
        move_samples(samples, samples, move);
        ASSERT_EQ(bytes, right);
      }
    }
  });
}

TEST(RowEpilogue, PlanarRowsOfAnyLengthAreMovedAndInterleaved) {
  test::for_every_target([] {
    for (std::uint32_t components = 1; components <= RowEpilogue::kPlanesMax + 1; ++components) {
      for (const std::uint32_t width : {1U, 2U, 4U, 8U}) {
        const SampleMove move{.to_bytes = width, .sign = true, .bits = 7};
        const RowEpilogue epilogue(move, components);
        for (const std::size_t pixels : {1U, 17U, 1030U, 2500U}) {
          std::vector<Vector> planes;
          std::vector<const std::uint8_t*> at;
          for (std::uint32_t c = 0; c < components; ++c)
            planes.push_back(test::random_bytes(2 * pixels, c));
          for (const Vector& plane : planes) at.push_back(plane.data());
          Vector right(pixels * components * width);
          for (std::size_t i = 0; i < pixels; ++i)
            for (std::uint32_t c = 0; c < components; ++c)
              move_samples_scalar(at[c] + 2 * i, &right[(i * components + c) * width], 1, move);
          test::GuardedMemory out(epilogue.row_bytes(pixels));
          epilogue.planar(at, out.writable().data(), pixels);
          ASSERT_TRUE(std::ranges::equal(out.bytes(), right)) << components << " " << width;
        }
      }
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::kernels
