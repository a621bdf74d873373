#include "codecs/rle/rle_codec.h"

#include <gtest/gtest.h>

#include <array>

#include "codecs/rle/rle_decoder.h"
#include "tests/codecs/kernels/every_target.h"
#include "tests/codecs/rle/frames.h"

namespace slipring::codecs::rle {
namespace {

using test::ByteVector;
using test::decode;
using test::Decoded;
using test::encode;
using test::layout;
using test::rle_frame;
using test::runny_bytes;

TEST(RleCodec, TheFirstSegmentIsTheMostSignificantByte) {
  const ByteVector frame = rle_frame({{1, 0x12, 0x34}, {1, 0x56, 0x78}});
  EXPECT_EQ(decode(layout(1, 2, 1, 16), frame).out, (ByteVector{0x56, 0x12, 0x78, 0x34}));
}

TEST(RleCodec, SamplesFollowEachOtherAndTheBytesOfEachComeMostSignificantFirst) {
  const ByteVector frame = rle_frame({{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}, {0, 6}});
  EXPECT_EQ(decode(layout(1, 1, 3, 16), frame).out, (ByteVector{2, 1, 4, 3, 6, 5}));
  const ByteVector colour = rle_frame({{1, 1, 2}, {1, 3, 4}, {1, 5, 6}});
  EXPECT_EQ(decode(layout(1, 2, 3, 8), colour).out, (ByteVector{1, 3, 5, 2, 4, 6}));
}

TEST(RleCodec, ARunMayCrossRowsWhenDecoding) {
  EXPECT_EQ(decode(layout(4, 3, 1, 8), rle_frame({{245, 8}})).out, ByteVector(12, 8));
}

TEST(RleCodec, AnOddSegmentOffsetIsAQuirk) {
  const Decoded odd = decode(layout(1, 2, 1, 16), rle_frame({{1, 1, 2}, {1, 3, 4}}));
  EXPECT_TRUE(odd.status);
  EXPECT_EQ(odd.quirks.bits, static_cast<std::uint32_t>(Quirk::OddSegmentOffset));
}

TEST(RleCodec, APlaneThatDecodesToTooMuchIsClippedWithAQuirk) {
  const Decoded clipped = decode(layout(1, 2, 1, 16), rle_frame({{2, 1, 2, 3}, {254, 4}}));
  EXPECT_TRUE(clipped.status);
  EXPECT_EQ(clipped.out, (ByteVector{4, 1, 4, 2}));
  EXPECT_TRUE(clipped.quirks.has(Quirk::SegmentTooLong));
  const Decoded more = decode(layout(1, 2, 1, 16), rle_frame({{255, 1, 0, 9}, {255, 4}}));
  EXPECT_TRUE(more.status);
  EXPECT_EQ(more.quirks.bits, static_cast<std::uint32_t>(Quirk::SegmentTooLong));
}

TEST(RleCodec, OnePadByteIsSilentAndMoreAtTheEndAreAQuirk) {
  EXPECT_EQ(decode(layout(1, 2, 1, 8), rle_frame({{1, 1, 2, 0}})).quirks.bits, 0U);
  EXPECT_TRUE(
      decode(layout(1, 2, 1, 8), rle_frame({{1, 1, 2, 0, 0}})).quirks.has(Quirk::TrailingBytes));
}

TEST(RleCodec, AShortPlaneIsAnErrorThatSaysWhereAndHowManyBytes) {
  const Decoded cut = decode(layout(1, 4, 1, 16), rle_frame({{253, 1}, {254, 2}}));
  ASSERT_FALSE(cut.status);
  EXPECT_EQ(cut.status.error().code, ErrorCode::Truncated);
  EXPECT_EQ(cut.status.error().offset, 68U);
  EXPECT_EQ(cut.status.error().expected, 4U);
  EXPECT_EQ(cut.status.error().actual, 3U);
}

TEST(RleCodec, ASegmentCountThatIsNotSamplesTimesBytesIsADimensionMismatch) {
  const Decoded one = decode(layout(1, 2, 1, 16), rle_frame({{255, 1}}));
  ASSERT_FALSE(one.status);
  EXPECT_EQ(one.status.error().code, ErrorCode::DimensionMismatch);
  EXPECT_EQ(one.status.error().expected, 2U);
  EXPECT_EQ(one.status.error().actual, 1U);
  EXPECT_FALSE(decode(layout(1, 2, 1, 8), rle_frame({{255, 1}, {255, 1}})).status);
}

TEST(RleCodec, AFrameMayComeInSeveralFragmentsCutAnywhere) {
  const auto pixels = runny_bytes(2400, 80, 1);
  const ByteVector frame = encode(layout(40, 30, 1, 16), pixels);
  for (std::size_t cut = 0; cut <= frame.size(); ++cut) {
    const std::array<Bytes, 4> fragments{Bytes{}, Bytes(frame).first(cut), Bytes{},
                                         Bytes(frame).subspan(cut)};
    const Decoded decoded = decode(layout(40, 30, 1, 16), fragments);
    ASSERT_TRUE(decoded.status) << cut;
    ASSERT_EQ(decoded.out, pixels) << cut;
  }
}

TEST(RleCodec, OneBitPixelsArePackedEightToAByteBeforeRle) {
  const auto packed = runny_bytes(32, 70, 4);
  const ByteVector frame = encode(layout(16, 16, 1, 1), packed);
  const Decoded decoded = decode(layout(16, 16, 1, 1), frame);
  EXPECT_TRUE(decoded.status);
  EXPECT_EQ(decoded.out, packed);
  EXPECT_EQ(decoded.quirks.bits, 0U);
}

TEST(RleCodec, OneBitPixelsWithAByteEachAreRecognisedByTheirNumberAndPackedLowestBitFirst) {
  const Decoded decoded =
      decode(layout(2, 6, 1, 1), rle_frame({{3, 1, 0, 0, 255, 255, 0, 5, 1, 0, 0, 0, 0, 1}}));
  EXPECT_TRUE(decoded.status);
  EXPECT_EQ(decoded.out, (ByteVector{0b01001001, 0b00001000}));
  EXPECT_EQ(decoded.quirks.bits, static_cast<std::uint32_t>(Quirk::OneBitUnpacked));
}

TEST(RleCodec, AOneBitFrameWhoseRowsDoNotEndOnAByteRoundTrips) {
  const auto packed = runny_bytes(326, 60, 4);
  EXPECT_EQ(decode(layout(51, 51, 1, 1), encode(layout(51, 51, 1, 1), packed)).out, packed);
}

TEST(RleCodec, LayoutsWithMoreThanFifteenPlanesCannotBeEncodedOrDecoded) {
  const auto& row = rle_row();
  EXPECT_EQ(row.cannot_encode(layout(8, 8, 1, 64)), "");
  EXPECT_EQ(row.cannot_encode(layout(8, 8, 3, 32)), "");
  EXPECT_EQ(row.cannot_encode(layout(8, 8, 15, 8)), "");
  EXPECT_EQ(row.cannot_encode(layout(8, 8, 1, 1)), "");
  EXPECT_NE(row.cannot_encode(layout(8, 8, 4, 32)), "");
  EXPECT_NE(row.cannot_encode(layout(8, 8, 3, 64)), "");
  EXPECT_NE(row.cannot_encode(layout(8, 8, 3, 1)), "");
  EXPECT_TRUE(encode(layout(8, 8, 4, 32), ByteVector(1024)).empty());
  EXPECT_EQ(decode(layout(8, 8, 4, 32), rle_frame({{1, 2}})).status.error().code,
            ErrorCode::Unsupported);
}

TEST(RleCodec, EveryLayoutRoundTripsOnEveryTargetWithTheSameBytes) {
  for (const unsigned samples : {1U, 2U, 3U, 4U}) {
    for (const unsigned bits : {8U, 16U, 24U, 32U, 40U, 64U}) {
      if (samples * bits / 8 > 15) continue;
      for (const auto& [rows, columns] : {std::pair{1U, 1U}, {1U, 300U}, {300U, 1U}, {37U, 129U}}) {
        const pixel::Layout shape = layout(rows, columns, static_cast<std::uint16_t>(samples),
                                           static_cast<std::uint16_t>(bits));
        for (const unsigned repeat : {0U, 70U, 100U}) {
          const auto pixels = runny_bytes(*shape.frame_bytes(), repeat, rows + bits);
          const ByteVector first = encode(shape, pixels);
          test::for_every_target([&] {
            ASSERT_EQ(encode(shape, pixels), first);
            const Decoded decoded = decode(shape, first);
            ASSERT_TRUE(decoded.status);
            ASSERT_EQ(decoded.out, pixels);
            ASSERT_EQ(decoded.quirks.bits, 0U);
          });
        }
      }
    }
  }
}

TEST(RleCodec, WhatItWritesHasEvenSegmentsAndNeverTheControlByte80AndRowsThatStandAlone) {
  const pixel::Layout shape = layout(50, 37, 1, 16);
  const auto pixels = runny_bytes(*shape.frame_bytes(), 85, 8);
  const ByteVector frame = encode(shape, pixels);
  EXPECT_EQ(frame.size() % 2, 0U);
  const auto header = parse_header(frame, frame.size());
  ASSERT_TRUE(header);
  EXPECT_FALSE(header->odd_offset);
  EXPECT_EQ(header->offsets[0], 64U);
  for (std::uint32_t k = 0; k < header->segments; ++k) {
    const Bytes segment = header->segment(frame, k);
    std::size_t row_left = 37;
    std::size_t rows = 0;
    for (std::size_t at = 0; rows < 50;) {
      ASSERT_LT(at, segment.size());
      const unsigned control = segment[at];
      ASSERT_NE(control, 0x80U);
      const std::size_t count = control < 0x80 ? control + 1U : 257U - control;
      ASSERT_LE(count, row_left);
      row_left -= count;
      at += control < 0x80 ? count + 1 : 2;
      if (row_left == 0) {
        row_left = 37;
        ++rows;
      }
    }
  }
}

TEST(RleCodec, EveryTruncationIsAnErrorOrAtMostLosesThePadByte) {
  const pixel::Layout shape = layout(9, 31, 1, 16);
  const auto pixels = runny_bytes(*shape.frame_bytes(), 75, 2);
  const ByteVector frame = encode(shape, pixels);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    const Decoded decoded = decode(shape, Bytes(frame).first(size));
    if (decoded.status) {
      EXPECT_EQ(size + 1, frame.size());
      EXPECT_EQ(decoded.out, pixels);
    }
  }
}

TEST(RleCodec, ACorruptedByteNeverDoesMoreThanChangePixelsOrFail) {
  const pixel::Layout shape = layout(9, 31, 3, 8);
  const ByteVector frame = encode(shape, runny_bytes(*shape.frame_bytes(), 75, 2));
  for (std::size_t at = 0; at < frame.size(); ++at) {
    for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
      ByteVector broken = frame;
      broken[at] = static_cast<std::uint8_t>(broken[at] ^ flip);
      const Decoded decoded = decode(shape, broken);
      if (!decoded.status) {
        EXPECT_LE(decoded.status.error().offset, broken.size());
      }
    }
  }
}

TEST(RleCodec, AnErrorInOneJobOfABatchLeavesTheOthersAlone) {
  const ByteVector good = rle_frame({{255, 7}});
  const ByteVector bad(10);
  const Bytes fragments[] = {good, bad};
  ByteVector out(2), other(2);
  std::array<DecodeJob, 2> jobs;
  jobs[0] = {.fragments = {&fragments[1], 1}, .layout = layout(1, 2, 1, 8), .out = other};
  jobs[1] = {.fragments = {&fragments[0], 1}, .layout = layout(1, 2, 1, 8), .out = out};
  Scratch scratch;
  rle_row().decode_batch(jobs, scratch);
  EXPECT_EQ(jobs[0].status.error().code, ErrorCode::Truncated);
  ASSERT_TRUE(jobs[1].status);
  EXPECT_EQ(out, ByteVector(2, 7));
}

TEST(RleProbe, KnowsAnRleHeaderInOneFragmentOrInPieces) {
  const ByteVector frame = rle_frame({{1, 2}});
  const std::array<Bytes, 2> pieces{Bytes(frame).first(10), Bytes(frame).subspan(10)};
  const auto info = rle_row().probe(pieces);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->kind, Codestream::Rle);
  EXPECT_TRUE(info->lossless);
  const ByteVector jpeg{0xFF, 0xD8, 0xFF, 0xE0};
  const Bytes fragment = jpeg;
  EXPECT_FALSE(rle_row().probe({&fragment, 1}));
  EXPECT_FALSE(rle_row().probe({}));
}

}  // namespace
}  // namespace slipring::codecs::rle
