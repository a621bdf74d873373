#include <charls/charls.h>
#include <gtest/gtest.h>

#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/jpeg_markers.h"
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

TEST(JpegLs, SaysWhatItCannotEncode) {
  EXPECT_TRUE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 16, 12)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 32, 32)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 1, 1, 1)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(2, 2, 2, 8, 8)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(70000, 2, 1, 8, 8)).empty());
  EXPECT_FALSE(jpeg_ls_row().cannot_encode(layout(0, 2, 1, 8, 8)).empty());
}

Pixels decoded_by_charls(const Pixels& stream) {
  charls::jpegls_decoder decoder(stream, true);
  Pixels out(decoder.destination_size());
  decoder.decode(out);
  return out;
}

TEST(JpegLs, DecodesAsCharlsDoesForEveryNearPresetAndInterleaveMode) {
  // Another MAXVAL would stop CharLS's encoder at an assertion; with another RESET it takes
  // interleaved samples for single ones, and its decoder then writes behind its buffer.
  const charls::jpegls_pc_parameters presets[] = {
      {0, 0, 0, 0, 0}, {255, 4, 9, 30, 17}, {255, 3, 7, 21, 255}, {255, 10, 10, 10, 64}};
  for (const auto& preset : presets) {
    for (const int near : {0, 1, 2, 5, 40}) {
      for (const Pattern pattern : kPatterns) {
        for (const auto mode : {charls::interleave_mode::line, charls::interleave_mode::sample}) {
          if (mode == charls::interleave_mode::sample && preset.reset_value % 64 != 0) continue;
          const pixel::Layout l = layout(33, 29, 3, 8, 8);
          const Pixels pixels = make_frame(l, pattern);
          charls::jpegls_encoder encoder;
          encoder.frame_info({l.columns, l.rows, 8, 3}).interleave_mode(mode).near_lossless(near);
          charls::jpegls_pc_parameters wanted = preset;
          if (near >= wanted.threshold1)
            wanted.threshold1 = wanted.threshold2 = wanted.threshold3 = 0;
          encoder.preset_coding_parameters(wanted);
          Pixels stream(encoder.estimated_destination_size() * 4);
          encoder.destination(stream);
          stream.resize(encoder.encode(pixels));
          const Decoded back = decode(jpeg_ls_row(), stream, l);
          ASSERT_TRUE(back.status) << back.status.error().what;
          EXPECT_EQ(back.pixels, decoded_by_charls(stream)) << near;
        }
      }
    }
  }
}

TEST(JpegLs, DecodesAsCharlsDoesForEveryPrecision) {
  for (int precision = 2; precision <= 16; ++precision) {
    for (const int near : {0, 1, 3}) {
      if (near > ((1 << precision) - 1) / 2) continue;
      const std::uint16_t allocated = precision <= 8 ? 8 : 16;
      const pixel::Layout l = layout(40, 37, 1, allocated, static_cast<std::uint16_t>(precision));
      for (const Pattern pattern : kPatterns) {
        const Pixels stream = written_by_charls(make_frame(l, pattern), l, precision,
                                                charls::interleave_mode::none, near);
        const Decoded back = decode(jpeg_ls_row(), stream, l);
        ASSERT_TRUE(back.status) << precision << " " << near;
        EXPECT_EQ(back.pixels, decoded_by_charls(stream)) << precision << " " << near;
      }
    }
  }
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

// Thresholds from an unbounded MAXVAL, which the stream does not tell.
TEST(JpegLs, ReadsDeepStreamsWithUnclampedThresholds) {
  const pixel::Layout l = layout(60, 70, 1, 16, 16);
  Pixels pixels = make_frame(l, Pattern::Noise);
  for (std::size_t i = 1; i < pixels.size(); i += 2)
    pixels[i] = static_cast<std::uint8_t>(pixels[i] % 16);
  charls::jpegls_encoder encoder;
  encoder.frame_info({l.columns, l.rows, 16, 1}).encoding_options(charls::encoding_options::none);
  constexpr int kFactor = (65535 + 128) / 256;
  encoder.preset_coding_parameters({65535, kFactor + 2, kFactor * 4 + 3, kFactor * 17 + 4, 64});
  Pixels stream(encoder.estimated_destination_size() * 2);
  encoder.destination(stream);
  stream.resize(encoder.encode(pixels));
  for (std::size_t i = 0; i + 1 < stream.size(); ++i) {
    if (stream[i] != 0xFF || stream[i + 1] != jpeg_marker::kLse) continue;
    stream.erase(stream.begin() + static_cast<std::ptrdiff_t>(i),
                 stream.begin() + static_cast<std::ptrdiff_t>(i) + 15);
    break;
  }
  const Decoded back = decode(jpeg_ls_row(), stream, l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_TRUE(back.quirks.has(Quirk::UndeclaredThresholds));
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
