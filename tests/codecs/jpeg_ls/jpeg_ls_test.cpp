#include <gtest/gtest.h>

#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/jpeg_markers.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::jpeg_ls {
namespace {

using namespace codecs::fixture;

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
  EXPECT_EQ(decode(jpeg_ls_row(), signed_stream, with_sign).quirks.bits, 0U);
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

TEST(JpegLs, SaysWhatItCannotEncode) {
  EXPECT_TRUE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 16, 12)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 32, 32)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 1, 1)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 2, 8, 8)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(70000, 2, 1, 8, 8)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(0, 2, 1, 8, 8)).empty());
}

Pixels entropy_coded(const Pixels& stream) {
  const auto header = read_jpeg_header(stream);
  return {stream.begin() + static_cast<std::ptrdiff_t>(header->scan_offset), stream.end() - 2};
}

// Up to the first scan's data, for an image of other rows, with a segment put in before SOS.
Pixels header_of(const Pixels& stream, std::uint8_t rows, const Pixels& segment) {
  const auto header = read_jpeg_header(stream);
  Pixels head(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(header->scan_offset));
  for (std::size_t i = 0; i + 1 < head.size(); ++i)
    if (head[i] == 0xFF && head[i + 1] == jpeg_marker::kSof55) head[i + 6] = rows;
  const std::size_t sos = head.size() - 8 - 2 * header->scan.components;
  head.insert(head.begin() + static_cast<std::ptrdiff_t>(sos), segment.begin(), segment.end());
  return head;
}

TEST(JpegLs, RestartMarkersBeginAnew) {
  const pixel::Layout half = layout(10, 20, 1, 8, 8);
  const Pixels top = make_frame(half, Pattern::Noise, 1);
  const Pixels bottom = make_frame(half, Pattern::Gradient, 2);
  const Pixels first = encode(jpeg_ls_row(), top, half);
  const Pixels second = encode(jpeg_ls_row(), bottom, half);
  Pixels stream = header_of(first, 20, {0xFF, 0xDD, 0, 4, 0, 10});
  for (const std::uint8_t byte : entropy_coded(first)) stream.push_back(byte);
  const std::size_t restart = stream.size();
  stream.insert(stream.end(), {0xFF, 0xD0});
  for (const std::uint8_t byte : entropy_coded(second)) stream.push_back(byte);
  stream.insert(stream.end(), {0xFF, 0xD9});
  Pixels expected = top;
  expected.insert(expected.end(), bottom.begin(), bottom.end());
  const Decoded back = decode(jpeg_ls_row(), stream, layout(20, 20, 1, 8, 8));
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, expected);
  stream[restart + 1] = 0xD1;
  EXPECT_FALSE(decode(jpeg_ls_row(), stream, layout(20, 20, 1, 8, 8)).status);
}

TEST(JpegLs, AMissingEndAndPaddingBeforeTheEndAreTolerated) {
  const pixel::Layout l = layout(10, 20, 1, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  Pixels stream = encode(jpeg_ls_row(), pixels, l);
  stream.insert(stream.end() - 2, 0);
  EXPECT_EQ(decode(jpeg_ls_row(), stream, l).pixels, pixels);
  stream.resize(stream.size() - 3);
  const Decoded back = decode(jpeg_ls_row(), stream, l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_TRUE(back.quirks.has(Quirk::MissingEndMarker));
}

TEST(JpegLs, AScanWithMoreDataThanItsImageIsMalformed) {
  const pixel::Layout l = layout(10, 20, 1, 8, 8);
  Pixels stream = encode(jpeg_ls_row(), make_frame(l, Pattern::Noise), l);
  stream.insert(stream.end() - 2, {0x55, 0x55, 0x55, 0x55});
  EXPECT_EQ(decode(jpeg_ls_row(), stream, l).status.error().code, ErrorCode::Malformed);
}

// Run interruptions whose codes grow without bound: CharLS 2.4.1 ends the
// process at an assertion, and without assertions never comes back.

TEST(JpegLs, RunInterruptionsThatGrowAreStopped) {
  std::vector<bool> bits;
  std::uint64_t a = 2;
  std::uint64_t n = 1;
  for (int line = 0; line < 40 && a < (std::uint64_t{1} << 34); ++line) {
    int k = 0;
    while ((n << k) < a + (n >> 1)) ++k;
    bits.push_back(false);  // the run ends at once
    for (int i = 0; i < 15; ++i) bits.push_back(false);
    bits.push_back(true);
    for (int i = 0; i < k; ++i) bits.push_back(i + 1 != k);
    const std::uint64_t code = (std::uint64_t{15} << k) | ((std::uint64_t{1} << k) - 2);
    a += code / 2;
    ++n;
  }
  Pixels stream = {0xFF, 0xD8, 0xFF, 0xF7, 0, 11, 2, 0, 60, 0, 1, 1, 1,
                   0x11, 0,    0xFF, 0xDA, 0, 8,  1, 1, 0,  0, 0, 0};
  int held = 0;
  unsigned byte = 0;
  for (const bool bit : bits) {
    byte = byte << 1 | (bit ? 1U : 0U);
    const int wanted = stream.back() == 0xFF && stream.size() > 25 ? 7 : 8;
    if (++held < wanted) continue;
    stream.push_back(static_cast<std::uint8_t>(byte));
    byte = 0;
    held = 0;
  }
  stream.insert(stream.end(), {0, 0, 0, 0, 0xFF, 0xD9});
  EXPECT_EQ(decode(jpeg_ls_row(), stream, layout(60, 1, 1, 8, 2)).status.error().code,
            ErrorCode::Malformed);
}

// The stream with a segment before its first scan, and the scan's components given a table.
Pixels with_segment(const Pixels& stream, const Pixels& segment, std::uint8_t table = 0) {
  const auto header = read_jpeg_header(stream);
  const std::size_t sos = header->scan_offset - 8 - 2 * header->scan.components;
  Pixels out = stream;
  for (std::size_t i = 0; i < header->scan.components; ++i) out[sos + 6 + 2 * i] = table;
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(sos), segment.begin(), segment.end());
  return out;
}

TEST(JpegLs, AMappingTableGivesItsEntriesForTheSamples) {
  const pixel::Layout l = layout(4, 5, 1, 8, 8);
  Pixels pixels(20);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i % 3);
  const Pixels stream = encode(jpeg_ls_row(), pixels, l);
  const Pixels first = {0xFF, 0xF8, 0, 7, 2, 5, 1, 40, 50};
  const Pixels rest = {0xFF, 0xF8, 0, 6, 3, 5, 1, 60};
  const Pixels mapped = with_segment(with_segment(stream, first, 5), rest, 5);
  const Decoded back = decode(jpeg_ls_row(), mapped, l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  for (std::size_t i = 0; i < pixels.size(); ++i)
    EXPECT_EQ(back.pixels[i], 40 + 10 * pixels[i]) << i;
  // A table that no component names changes nothing; one that is too short is an error.
  EXPECT_EQ(decode(jpeg_ls_row(), with_segment(stream, first), l).pixels, pixels);
  EXPECT_EQ(decode(jpeg_ls_row(), with_segment(stream, first, 5), l).status.error().code,
            ErrorCode::Malformed);
  EXPECT_EQ(decode(jpeg_ls_row(), with_segment(stream, {}, 5), l).status.error().code,
            ErrorCode::Malformed);
}

TEST(JpegLs, AMappingTableOfColoursMakesColours) {
  const pixel::Layout numbers = layout(2, 3, 1, 8, 8);
  const Pixels stream = encode(jpeg_ls_row(), {0, 1, 1, 0, 0, 1}, numbers);
  const Pixels table = {0xFF, 0xF8, 0, 11, 2, 1, 3, 10, 20, 30, 1, 2, 3};
  const Decoded back = decode(jpeg_ls_row(), with_segment(stream, table, 1), layout(2, 3, 3, 8, 8));
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, (Pixels{10, 20, 30, 1, 2, 3, 1, 2, 3, 10, 20, 30, 10, 20, 30, 1, 2, 3}));
}

TEST(JpegLs, AMappingTableOfWordsWidensTheSamples) {
  const pixel::Layout eight = layout(1, 4, 1, 8, 8);
  const Pixels stream = encode(jpeg_ls_row(), {1, 0, 1, 1}, eight);
  const Pixels table = {0xFF, 0xF8, 0, 9, 2, 1, 2, 0x12, 0x34, 0xAB, 0xCD};
  const Decoded back =
      decode(jpeg_ls_row(), with_segment(stream, table, 1), layout(1, 4, 1, 16, 16));
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, (Pixels{0xCD, 0xAB, 0x34, 0x12, 0xCD, 0xAB, 0xCD, 0xAB}));
  EXPECT_FALSE(decode(jpeg_ls_row(), with_segment(stream, table, 1), eight).status);
}

TEST(JpegLs, TheSizeMayComeInASegmentOfItsOwn) {
  const pixel::Layout l = layout(7, 9, 1, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  Pixels stream = encode(jpeg_ls_row(), pixels, l);
  for (std::size_t i = 7; i < 11; ++i) stream[i] = 0;  // Y and X of SOF55
  EXPECT_EQ(decode(jpeg_ls_row(), stream, l).status.error().code, ErrorCode::Unsupported);
  const Pixels size = {0xFF, 0xF8, 0, 10, 4, 3, 0, 0, 7, 0, 0, 9};
  const Decoded back = decode(jpeg_ls_row(), with_segment(stream, size), l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, pixels);
}

// LSE type 1 between the scans of three components: the first with other thresholds than the rest.
TEST(JpegLs, PresetsMayChangeBetweenScans) {
  const pixel::Layout l = layout(12, 14, 3, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  Pixels stream = encode(jpeg_ls_row(), pixels, l, {.interleave = Interleave::None});
  const Pixels defaults = {0xFF, 0xF8, 0, 13, 1, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0};
  std::size_t found = 0;
  for (std::size_t at = stream.size() - 2; at-- > 2;)
    if (stream[at] == 0xFF && stream[at + 1] == jpeg_marker::kSos) {
      stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(at), defaults.begin(),
                    defaults.end());
      stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(at), {0xFF, 0xFF});  // fill bytes
      ++found;
    }
  EXPECT_EQ(found, 3U);
  const Decoded back = decode(jpeg_ls_row(), stream, l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, pixels);
}

TEST(JpegLs, NearLosslessSamplesStayWithinTheirBoundAndSignedOnesAreRefused) {
  for (const std::uint16_t samples : kGreyAndColour)
    for (const unsigned bound : {1U, 2U, 5U, 60U}) {
      const auto near = static_cast<std::uint8_t>(bound);
      const pixel::Layout l = layout(25, 33, samples, 8, 8);
      const Pixels pixels = make_frame(l, Pattern::Noise);
      const Pixels stream = encode(jpeg_ls_row(), pixels, l, {.near = near});
      EXPECT_EQ(info_of(stream).near, near);
      const Decoded back = decode(jpeg_ls_row(), stream, l);
      ASSERT_TRUE(back.status);
      for (std::size_t i = 0; i < pixels.size(); ++i)
        ASSERT_LE(std::abs(pixels[i] - back.pixels[i]), near);
    }
  Buffer out;
  Scratch scratch;
  const pixel::Layout with_sign = layout(2, 2, 1, 16, 16, true);
  const Pixels pixels(8);
  EncodeJob job{.pixels = pixels, .layout = with_sign, .parameters = {.near = 1}, .out = &out};
  jpeg_ls_row().encode_batch({&job, 1}, scratch);
  EXPECT_EQ(job.status.error().code, ErrorCode::Unsupported);
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
