#include <gtest/gtest.h>

#include "codecs/jpeg/jpeg_codec.h"
#include "codecs/jpeg_markers.h"
#include "tests/codecs/jpeg/jpeg_writer.h"

namespace slipring::codecs::jpeg {
namespace {

using namespace codecs::fixture;

struct Sampling {
  int horizontal, vertical;
};
constexpr Sampling kSamplings[] = {{1, 1}, {2, 1}, {2, 2}, {1, 2}, {4, 1}};

Pixels sample_stream(const pixel::Layout& l, const JpegWriter& how = {}) {
  return write_jpeg(make_frame(l, Pattern::Gradient), l, how);
}

std::size_t find_marker(const Pixels& stream, std::uint8_t marker) {
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (stream[i] == 0xFF && stream[i + 1] == marker) return i;
  return stream.size();
}

TEST(Jpeg, GivesWhatThePlainLibraryGivesForEverySizeAndSampling) {
  for (const std::uint16_t samples : kGreyAndColour) {
    for (const pixel::Layout& l : sizes(samples, 8, 8, false)) {
      for (const Sampling s : kSamplings) {
        for (const bool progressive : {false, true}) {
          for (const bool ycc : {false, true}) {
            const JpegWriter how{.ycc = ycc,
                                 .horizontal = s.horizontal,
                                 .vertical = s.vertical,
                                 .progressive = progressive};
            const Pixels stream = write_jpeg(make_frame(l, Pattern::Noise), l, how);
            const Decoded back = decode(jpeg_row(), stream, l);
            ASSERT_TRUE(back.status) << text(l) << back.status.error().what;
            EXPECT_EQ(back.pixels, read_jpeg(stream)) << text(l);
            EXPECT_EQ(back.quirks.bits, 0U);
          }
        }
      }
    }
  }
}

TEST(Jpeg, YCbCrStaysYCbCr) {
  const pixel::Layout l = layout(16, 16, 3, 8, 8);
  Pixels red(l.samples_per_frame(), 0);
  for (std::size_t i = 0; i < red.size(); i += 3) red[i] = 255;
  const Decoded back = decode(jpeg_row(), write_jpeg(red, l, {.quality = 100, .ycc = true}), l);
  ASSERT_TRUE(back.status);
  EXPECT_NEAR(back.pixels[0], 76, 2);   // Y of red, JFIF 1.02
  EXPECT_NEAR(back.pixels[1], 85, 2);   // Cb
  EXPECT_NEAR(back.pixels[2], 255, 2);  // Cr
}

TEST(Jpeg, ReadsAFrameInFragmentsAndOnePadByte) {
  const pixel::Layout l = layout(20, 30, 3, 8, 8);
  Pixels stream = sample_stream(l);
  const Pixels expected = read_jpeg(stream);
  stream.push_back(0);
  const Decoded back = decode(jpeg_row(), split(stream), l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, expected);
  EXPECT_EQ(back.quirks.bits, 0U);
  stream.push_back(0);
  EXPECT_TRUE(decode(jpeg_row(), stream, l).quirks.has(Quirk::TrailingBytes));
}

TEST(Jpeg, EightBitsFillSixteenAllocatedAndSignsAreExtended) {
  const pixel::Layout l = layout(9, 10, 1, 8, 8);
  const Pixels stream = sample_stream(l);
  const Pixels expected = read_jpeg(stream);
  const Decoded plain = decode(jpeg_row(), stream, layout(9, 10, 1, 16, 12));
  ASSERT_TRUE(plain.status);
  EXPECT_TRUE(plain.quirks.has(Quirk::WrongPrecision));
  const Decoded with_sign = decode(jpeg_row(), stream, layout(9, 10, 1, 16, 8, true));
  ASSERT_TRUE(with_sign.status);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(load_le<std::uint16_t>(&plain.pixels[2 * i]), expected[i]);
    EXPECT_EQ(static_cast<std::int16_t>(load_le<std::uint16_t>(&with_sign.pixels[2 * i])),
              static_cast<std::int8_t>(expected[i]));
  }
}

TEST(Jpeg, AMissingEndIsToleratedWhenAllSamplesWereThere) {
  const pixel::Layout l = layout(20, 30, 3, 8, 8);
  Pixels stream = sample_stream(l);
  const Pixels expected = read_jpeg(stream);
  stream.resize(stream.size() - 2);
  const Decoded back = decode(jpeg_row(), stream, l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, expected);
  EXPECT_TRUE(back.quirks.has(Quirk::MissingEndMarker));
}

TEST(Jpeg, AProgressiveImageWithoutItsEndIsTruncated) {
  const pixel::Layout l = layout(20, 30, 3, 8, 8);
  Pixels stream = sample_stream(l, {.progressive = true});
  stream.resize(stream.size() - 2);
  EXPECT_EQ(decode(jpeg_row(), stream, l).status.error().code, ErrorCode::Truncated);
}

TEST(Jpeg, ExtraneousBytesBeforeAMarkerAreTolerated) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  Pixels stream = sample_stream(l);
  const Pixels expected = read_jpeg(stream);
  stream.insert(stream.end() - 2, {0, 0, 0, 0});
  const Decoded back = decode(jpeg_row(), stream, l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, expected);
  EXPECT_TRUE(back.quirks.has(Quirk::LibraryWarning));
}

TEST(Jpeg, OtherPrecisionsArithmeticAndLosslessAreUnsupported) {
  const pixel::Layout l = layout(20, 30, 1, 16, 12);
  const Pixels stream = sample_stream(layout(20, 30, 1, 8, 8));
  const std::size_t sof = find_marker(stream, jpeg_marker::kSof0);
  Pixels ten = stream;
  ten[sof + 1] = jpeg_marker::kSof1;
  ten[sof + 4] = 10;
  EXPECT_EQ(decode(jpeg_row(), ten, l).status.error().code, ErrorCode::Unsupported);
  Pixels lossless = stream;
  lossless[sof + 1] = jpeg_marker::kSof3;
  EXPECT_EQ(decode(jpeg_row(), lossless, l).status.error().code, ErrorCode::Unsupported);
  const Pixels arithmetic = sample_stream(layout(20, 30, 1, 8, 8), {.arithmetic = true});
  EXPECT_EQ(decode(jpeg_row(), arithmetic, l).status.error().code, ErrorCode::Unsupported);
  const std::vector<Bytes> fragments = {ten};
  EXPECT_EQ(jpeg_row().probe(fragments).error().code, ErrorCode::Unsupported);
}

TEST(Jpeg, AnEightBitExtendedFrameIsDecoded) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  Pixels stream = sample_stream(l);
  const Pixels expected = read_jpeg(stream);
  stream[find_marker(stream, jpeg_marker::kSof0) + 1] = jpeg_marker::kSof1;
  const Decoded back = decode(jpeg_row(), stream, l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, expected);
}

TEST(Jpeg, AnotherGeometryIsAnErrorWithBothNumbers) {
  const Pixels stream = sample_stream(layout(20, 30, 1, 8, 8));
  const Decoded back = decode(jpeg_row(), stream, layout(20, 31, 1, 8, 8));
  ASSERT_FALSE(back.status);
  EXPECT_EQ(back.status.error().code, ErrorCode::DimensionMismatch);
  EXPECT_EQ(back.status.error().expected, 31U);
  EXPECT_EQ(back.status.error().actual, 30U);
}

TEST(Jpeg, AHugeImageInAFewBytesIsRefusedBeforeAnythingIsAllocated) {
  Pixels stream = sample_stream(layout(16, 16, 1, 8, 8));
  const std::size_t sof = find_marker(stream, jpeg_marker::kSof0);
  for (std::size_t i = 5; i < 9; ++i) stream[sof + i] = 0xF0;
  const pixel::Layout l = layout(0xF0F0, 0x20, 1, 8, 8);
  stream[sof + 7] = 0, stream[sof + 8] = 0x20;
  const Decoded back = decode(jpeg_row(), stream, l);
  ASSERT_FALSE(back.status);
  EXPECT_EQ(back.status.error().code, ErrorCode::Truncated);
}

TEST(Jpeg, EveryTruncationIsSeen) {
  for (const std::uint16_t samples : kGreyAndColour) {
    const pixel::Layout l = layout(17, 19, samples, 8, 8);
    for (const bool progressive : {false, true})
      for (const unsigned restart : {0U, 1U})
        expect_truncations_are_seen(
            jpeg_row(), sample_stream(l, {.progressive = progressive, .restart_rows = restart}), l);
  }
  const pixel::Layout l = layout(17, 19, 3, 8, 8);
  expect_truncations_are_seen(jpeg_row(), sample_stream(l, {.separate_scans = true}), l);
}

TEST(Jpeg, EveryCorruptionIsSurvived) {
  const pixel::Layout l = layout(17, 19, 3, 8, 8);
  for (const bool progressive : {false, true})
    expect_corruptions_are_survived(
        jpeg_row(), sample_stream(l, {.ycc = true, .horizontal = 2, .progressive = progressive}),
        l);
}

}  // namespace
}  // namespace slipring::codecs::jpeg
