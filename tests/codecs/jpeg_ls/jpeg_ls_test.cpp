#include <charls/charls.h>
#include <gtest/gtest.h>

#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::jpeg_ls {
namespace {

using namespace codecs::testing;

// What other writers make: any interleave mode, planar or not, near-lossless.
Pixels written_by_charls(const Pixels& samples, const pixel::Layout& l, int precision,
                         charls::interleave_mode mode, int near = 0) {
  charls::jpegls_encoder encoder;
  encoder.frame_info({l.columns, l.rows, precision, l.samples_per_pixel})
      .interleave_mode(mode)
      .near_lossless(near);
  Pixels stream(encoder.estimated_destination_size() * 4);
  encoder.destination(stream);
  stream.resize(encoder.encode(samples));
  return stream;
}

CodestreamInfo info_of(const Pixels& stream) {
  const std::vector<Bytes> fragments = {stream};
  return jpeg_ls_row().probe(fragments).value_or(CodestreamInfo{});
}

TEST(JpegLs, RoundTripsEveryDepthSignAndSize) {
  struct Depth {
    std::uint16_t allocated, stored;
  };
  for (const Depth depth : {Depth{8, 1},
                            {8, 2},
                            {8, 7},
                            {8, 8},
                            {16, 6},
                            {16, 8},
                            {16, 10},
                            {16, 12},
                            {16, 13},
                            {16, 15},
                            {16, 16}})
    for (const bool is_signed : {false, true})
      for (const std::uint16_t samples : kGreyAndColour)
        for (const pixel::Layout& l : sizes(samples, depth.allocated, depth.stored, is_signed))
          for (const Pattern pattern : kPatterns)
            expect_round_trip(jpeg_ls_row(), l, make_frame(l, pattern));
}

TEST(JpegLs, SamplesBeyondBitsStoredAreKept) {
  const pixel::Layout l = layout(20, 30, 1, 16, 12);
  Pixels pixels = make_frame(l, Pattern::Gradient);
  pixels[41] = 0xF0;  // an overlay in the unused bits
  expect_round_trip(jpeg_ls_row(), l, pixels);
  EXPECT_EQ(info_of(encode(jpeg_ls_row(), pixels, l)).precision_bits, 16);
}

TEST(JpegLs, ThePrecisionIsBitsStoredForUnsignedAndBitsAllocatedForSignedSamples) {
  const pixel::Layout plain = layout(20, 30, 1, 16, 12);
  const Pixels stream = encode(jpeg_ls_row(), make_frame(plain, Pattern::Noise), plain);
  EXPECT_EQ(info_of(stream).precision_bits, 12);
  EXPECT_EQ(decode(jpeg_ls_row(), stream, plain).quirks.bits, 0U);
  const pixel::Layout with_sign = layout(20, 30, 1, 16, 12, true);
  const Pixels signed_stream =
      encode(jpeg_ls_row(), make_frame(with_sign, Pattern::Noise), with_sign);
  EXPECT_EQ(info_of(signed_stream).precision_bits, 16);
  EXPECT_TRUE(decode(jpeg_ls_row(), signed_stream, with_sign).quirks.has(Quirk::WrongPrecision));
}

TEST(JpegLs, ReadsEveryInterleaveMode) {
  const pixel::Layout l = layout(17, 23, 3, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  Pixels planar(pixels.size());
  for (std::size_t i = 0; i < pixels.size(); ++i)
    planar[i % 3 * (pixels.size() / 3) + i / 3] = pixels[i];
  for (const auto mode : {charls::interleave_mode::line, charls::interleave_mode::sample}) {
    const Decoded back = decode(jpeg_ls_row(), written_by_charls(pixels, l, 8, mode), l);
    ASSERT_TRUE(back.status);
    EXPECT_EQ(back.pixels, pixels);
  }
  const Decoded back =
      decode(jpeg_ls_row(), written_by_charls(planar, l, 8, charls::interleave_mode::none), l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, pixels);
}

TEST(JpegLs, NearLosslessStaysWithinItsBound) {
  const pixel::Layout l = layout(40, 50, 1, 16, 12);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  const Pixels stream = written_by_charls(pixels, l, 12, charls::interleave_mode::none, 3);
  EXPECT_EQ(info_of(stream).near, 3);
  EXPECT_FALSE(info_of(stream).lossless);
  const Decoded back = decode(jpeg_ls_row(), stream, l);
  ASSERT_TRUE(back.status);
  for (std::size_t i = 0; i < pixels.size(); i += 2)
    ASSERT_LE(
        std::abs(load_le<std::uint16_t>(&pixels[i]) - load_le<std::uint16_t>(&back.pixels[i])), 3);
}

TEST(JpegLs, SignedSamplesAreExtendedFromThePrecision) {
  const pixel::Layout l = layout(1, 2, 1, 16, 12, true);
  const Pixels twelve_bits = {0xFF, 0x0F, 0x01, 0x00};
  const Decoded back = decode(
      jpeg_ls_row(), written_by_charls(twelve_bits, l, 12, charls::interleave_mode::none), l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, (Pixels{0xFF, 0xFF, 0x01, 0x00}));
}

TEST(JpegLs, ReadsAFrameInFragmentsAndOnePadByte) {
  const pixel::Layout l = layout(20, 30, 3, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  Pixels stream = encode(jpeg_ls_row(), pixels, l);
  stream.push_back(0);
  const Decoded back = decode(jpeg_ls_row(), split(stream), l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_EQ(back.quirks.bits, 0U);
  stream.push_back(0);
  EXPECT_TRUE(decode(jpeg_ls_row(), stream, l).quirks.has(Quirk::TrailingBytes));
}

TEST(JpegLs, AnotherGeometryIsAnErrorWithBothNumbers) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  const Pixels stream = encode(jpeg_ls_row(), make_frame(l, Pattern::Gradient), l);
  const Decoded rows = decode(jpeg_ls_row(), stream, layout(21, 30, 1, 8, 8));
  ASSERT_FALSE(rows.status);
  EXPECT_EQ(rows.status.error().code, ErrorCode::DimensionMismatch);
  EXPECT_EQ(rows.status.error().expected, 21U);
  EXPECT_EQ(rows.status.error().actual, 20U);
  EXPECT_EQ(decode(jpeg_ls_row(), stream, layout(20, 30, 3, 8, 8)).status.error().code,
            ErrorCode::DimensionMismatch);
}

TEST(JpegLs, SamplesWiderThanBitsAllocatedAreAnError) {
  const pixel::Layout l = layout(20, 30, 1, 16, 12);
  const Pixels stream = encode(jpeg_ls_row(), make_frame(l, Pattern::Noise), l);
  EXPECT_EQ(decode(jpeg_ls_row(), stream, layout(20, 30, 1, 8, 8)).status.error().code,
            ErrorCode::OutOfRange);
}

TEST(JpegLs, NarrowSamplesFillTheirAllocatedBits) {
  const pixel::Layout eight = layout(20, 30, 1, 8, 8);
  const Pixels pixels = make_frame(eight, Pattern::Gradient);
  const Pixels stream = encode(jpeg_ls_row(), pixels, eight);
  const Decoded back = decode(jpeg_ls_row(), stream, layout(20, 30, 1, 16, 16));
  ASSERT_TRUE(back.status);
  EXPECT_TRUE(back.quirks.has(Quirk::WrongPrecision));
  EXPECT_EQ(back.pixels[2], pixels[1]);
  EXPECT_EQ(back.pixels[3], 0);
}

TEST(JpegLs, MappingTablesAreUnsupported) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  Pixels stream = encode(jpeg_ls_row(), make_frame(l, Pattern::Gradient), l);
  const Pixels table = {0xFF, 0xF8, 0x00, 0x08, 0x02, 0x01, 0x01, 0x00, 0x10, 0x20};
  stream.insert(stream.begin() + 2, table.begin(), table.end());
  EXPECT_EQ(decode(jpeg_ls_row(), stream, l).status.error().code, ErrorCode::Unsupported);
}

TEST(JpegLs, SaysWhatItCannotEncode) {
  EXPECT_TRUE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 16, 12)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 32, 32)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 1, 1)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 2, 8, 8)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(70000, 2, 1, 8, 8)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(0, 2, 1, 8, 8)).empty());
}

TEST(JpegLs, EveryTruncationIsSeen) {
  for (const std::uint16_t samples : kGreyAndColour)
    for (const Pattern pattern : kPatterns) {
      const pixel::Layout l = layout(9, 11, samples, 8, 8);
      expect_truncations_are_seen(jpeg_ls_row(), encode(jpeg_ls_row(), make_frame(l, pattern), l),
                                  l);
    }
  const pixel::Layout deep = layout(9, 11, 1, 16, 16);
  expect_truncations_are_seen(jpeg_ls_row(),
                              encode(jpeg_ls_row(), make_frame(deep, Pattern::Noise), deep), deep);
}

TEST(JpegLs, EveryCorruptionIsSurvived) {
  for (const std::uint16_t samples : kGreyAndColour) {
    const pixel::Layout l = layout(9, 11, samples, 16, 12);
    for (const Pattern pattern : {Pattern::Noise, Pattern::Gradient})
      expect_corruptions_are_survived(jpeg_ls_row(),
                                      encode(jpeg_ls_row(), make_frame(l, pattern), l), l);
  }
}

}  // namespace
}  // namespace slipring::codecs::jpeg_ls
