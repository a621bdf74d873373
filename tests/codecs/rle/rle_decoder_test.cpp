#include "codecs/rle/rle_decoder.h"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <vector>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"
#include "tests/codecs/rle/frames.h"

namespace slipring::codecs::rle {
namespace {

using test::ByteVector;

struct OnePlane {
  ByteVector out;
  SegmentEnd end;
};

OnePlane decode_one(const ByteVector& segment, std::size_t plane_bytes) {
  OnePlane answer{ByteVector(plane_bytes), {}};
  const Bytes view = segment;
  const std::uint8_t position = 0;
  decode_planes_scalar({&view, 1}, {&position, 1}, plane_bytes, answer.out.data(),
                       {&answer.end, 1});
  return answer;
}

TEST(RlePackets, ZeroTo127IsThatManyBytesAndOneAsTheyAre) {
  EXPECT_EQ(decode_one({2, 7, 8, 9}, 3).out, (ByteVector{7, 8, 9}));
}

TEST(RlePackets, MinusOneToMinus127RepeatsOneByte) {
  EXPECT_EQ(decode_one({255, 7}, 2).out, (ByteVector{7, 7}));
  EXPECT_EQ(decode_one({129, 7}, 128).out, ByteVector(128, 7));
}

TEST(RlePackets, Minus128GivesNothing) {
  EXPECT_EQ(decode_one({128, 0, 5, 128, 128, 255, 6, 128}, 3).out, (ByteVector{5, 6, 6}));
}

TEST(RlePackets, APacketBeyondThePlaneIsClippedAndSaidToBe) {
  const OnePlane literal = decode_one({3, 1, 2, 3, 4}, 3);
  EXPECT_EQ(literal.end, (SegmentEnd{3, 5, true}));
  EXPECT_EQ(literal.out, (ByteVector{1, 2, 3}));
  EXPECT_EQ(decode_one({253, 9}, 3).end, (SegmentEnd{3, 2, true}));
}

TEST(RlePackets, AMissingByteEndsTheSegment) {
  EXPECT_EQ(decode_one({3, 1, 2}, 4).end, (SegmentEnd{2, 3, false}));
  EXPECT_EQ(decode_one({253}, 4).end, (SegmentEnd{0, 1, false}));
  EXPECT_EQ(decode_one({0}, 4).end, (SegmentEnd{0, 1, false}));
}

TEST(RlePackets, WhatFollowsAFullPlaneIsNotRead) {
  EXPECT_EQ(decode_one({1, 1, 2, 0, 0}, 2).end, (SegmentEnd{2, 3, false}));
}

// Segments end at a guard page, and so does the frame.
void expect_agreement(const std::vector<ByteVector>& segments, std::size_t plane_bytes) {
  const std::size_t planes = segments.size();
  std::vector<std::unique_ptr<test::GuardedMemory>> memory;
  std::vector<Bytes> views;
  for (const ByteVector& segment : segments) {
    memory.push_back(std::make_unique<test::GuardedMemory>(segment));
    views.push_back(memory.back()->bytes());
  }
  std::vector<std::uint8_t> positions(planes);
  std::iota(positions.rbegin(), positions.rend(), std::uint8_t{0});
  ByteVector right(planes * plane_bytes);
  std::vector<SegmentEnd> right_ends(planes), ends(planes);
  decode_planes_scalar(views, positions, plane_bytes, right.data(), right_ends);
  test::GuardedMemory out(planes * plane_bytes);
  decode_planes(views, positions, plane_bytes, out.writable().data(), ends);
  ASSERT_EQ(ends, right_ends);
  for (const SegmentEnd& end : ends)
    if (end.produced < plane_bytes) return;
  ASSERT_TRUE(std::ranges::equal(out.bytes(), right));
}

TEST(RleDecoder, EveryTargetAgreesWithTheScalarDecoderOnRandomPackets) {
  test::for_every_target([] {
    for (std::uint32_t seed = 0; seed < 60; ++seed) {
      std::vector<ByteVector> segments;
      for (std::uint32_t k = 0; k <= seed % 15; ++k)
        segments.push_back(test::random_bytes(100 + 300 * seed % 7000, seed * 16 + k));
      for (const std::size_t plane_bytes : {1U, 63U, 127U, 256U, 4095U, 4097U, 9000U})
        expect_agreement(segments, plane_bytes);
    }
  });
}

TEST(RleDecoder, EveryTargetAgreesOnShortRunsLongRunsAndNothings) {
  test::for_every_target([] {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      std::vector<ByteVector> segments(2);
      std::mt19937 generator(seed);
      const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
      for (ByteVector& segment : segments) {
        while (segment.size() < 3000) {
          const std::uint32_t kind = random() % 20;
          const auto small = static_cast<std::uint8_t>(random() % 6);
          if (kind == 0) {
            segment.push_back(0x80);
          } else if (kind < 10) {
            segment.push_back(static_cast<std::uint8_t>(kind == 1 ? 129 + small : 255 - small));
            segment.push_back(static_cast<std::uint8_t>(random()));
          } else {
            const auto control = static_cast<std::uint8_t>(kind == 10 ? 127 - small : small);
            segment.push_back(control);
            for (unsigned i = 0; i <= control; ++i)
              segment.push_back(static_cast<std::uint8_t>(random()));
          }
        }
      }
      for (const std::size_t plane_bytes : {500U, 4096U, 5001U, 8192U, 100000U})
        expect_agreement(segments, plane_bytes);
    }
  });
}

TEST(RleDecoder, EveryTargetAgreesForEveryPlaneSizeNearASegmentsEnd) {
  test::for_every_target([] {
    ByteVector segment{200, 3};  // 57 times
    segment.push_back(127);
    for (unsigned i = 0; i < 128; ++i) segment.push_back(static_cast<std::uint8_t>(i));
    for (std::size_t plane_bytes = 1; plane_bytes <= 190; ++plane_bytes) {
      expect_agreement({segment}, plane_bytes);
      expect_agreement({segment, segment, segment}, plane_bytes);
    }
  });
}

TEST(RleDecoder, AnEmptySegmentIsAShortPlane) {
  test::for_every_target([] {
    expect_agreement({{}}, 100);
    expect_agreement({{}, {255, 1}}, 2);
  });
}

TEST(DecodedBytes, CountsLikeTheDecoderAndStopsWhenItIsEnough) {
  EXPECT_EQ(decoded_bytes(ByteVector{2, 7, 8, 9, 255, 1, 128}, 100), 5U);
  EXPECT_EQ(decoded_bytes(ByteVector{129, 7}, 100), 100U);
  EXPECT_EQ(decoded_bytes(ByteVector{5, 7}, 100), 1U);
  EXPECT_EQ(decoded_bytes(ByteVector{0}, 100), 0U);
  EXPECT_EQ(decoded_bytes(ByteVector{129}, 100), 0U);
}

}  // namespace
}  // namespace slipring::codecs::rle
