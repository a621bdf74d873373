// JPEG-LS beside CharLS: what it writes we read, what we write it reads, pixel for pixel.
#include <charls/charls.h>
#include <gtest/gtest.h>

#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/jpeg_markers.h"
#include "tests/codecs/frames.h"
#include "tests/codecs/jpeg_ls/mixed_frame.h"

namespace slipring::codecs::jpeg_ls {
namespace {

using namespace codecs::fixture;

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

TEST(JpegLsAndCharls, ReadsEveryInterleaveMode) {
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

TEST(JpegLsAndCharls, NearLosslessStaysWithinItsBound) {
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

TEST(JpegLsAndCharls, SignedSamplesAreExtendedFromThePrecision) {
  const pixel::Layout l = layout(1, 2, 1, 16, 12, true);
  const Pixels twelve_bits = {0xFF, 0x0F, 0x01, 0x00};
  const Decoded back = decode(
      jpeg_ls_row(), written_by_charls(twelve_bits, l, 12, charls::interleave_mode::none), l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, (Pixels{0xFF, 0xFF, 0x01, 0x00}));
}

Pixels decoded_by_charls(const Pixels& stream) {
  charls::jpegls_decoder decoder(stream, true);
  Pixels out(decoder.destination_size());
  decoder.decode(out);
  return out;
}

TEST(JpegLsAndCharls, DecodesAsCharlsDoesForEveryNearPresetAndInterleaveMode) {
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

TEST(JpegLsAndCharls, DecodesAsCharlsDoesForEveryPrecision) {
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

TEST(JpegLsAndCharls, ReadsDeepStreamsWithUnclampedThresholds) {
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

void expect_charls_reads(const pixel::Layout& l, const Pixels& pixels,
                         EncodeParameters parameters = {}) {
  const Pixels stream = encode(jpeg_ls_row(), pixels, l, parameters);
  const Decoded ours = decode(jpeg_ls_row(), stream, l);
  ASSERT_TRUE(ours.status) << text(l);
  if (parameters.near == 0) {
    ASSERT_TRUE(ours.pixels == pixels) << text(l);
  }
  Pixels theirs = decoded_by_charls(stream);
  if (parameters.interleave == Interleave::None && l.samples_per_pixel != 1) {  // planes
    Pixels planes = theirs;
    const std::size_t bytes = l.bytes_per_sample();
    const std::size_t count = l.samples_per_frame() / l.samples_per_pixel;
    for (std::size_t i = 0; i < l.samples_per_frame(); ++i)
      std::copy_n(&planes[(i % l.samples_per_pixel * count + i / l.samples_per_pixel) * bytes],
                  bytes, &theirs[i * bytes]);
  }
  ASSERT_TRUE(theirs == ours.pixels) << text(l) << " near " << int{parameters.near};
}

TEST(JpegLsAndCharls, CharlsReadsWhatWeWriteOfEveryDepthSizeAndSign) {
  for (std::uint16_t stored = 2; stored <= 16; ++stored)
    for (const bool is_signed : {false, true})
      for (const std::uint16_t samples : kGreyAndColour)
        for (const pixel::Layout& l : sizes(samples, stored <= 8 ? 8 : 16, stored, is_signed)) {
          for (const Pattern pattern : kPatterns) expect_charls_reads(l, make_frame(l, pattern));
          if (!is_signed) expect_charls_reads(l, mixed_frame(l, 4, stored));
        }
}

TEST(JpegLsAndCharls, CharlsReadsEveryInterleaveModeAndNear) {
  for (const std::uint16_t stored : {std::uint16_t{8}, std::uint16_t{12}, std::uint16_t{16}})
    for (const std::uint16_t samples : kGreyAndColour)
      for (const Interleave interleave : {Interleave::None, Interleave::Line, Interleave::Sample})
        for (const unsigned bound : {0U, 1U, 2U, 3U, 10U, 100U}) {
          const auto near = static_cast<std::uint8_t>(bound);
          const pixel::Layout l = layout(31, 45, samples, stored <= 8 ? 8 : 16, stored);
          for (const unsigned amplitude : {0U, 3U, 90U})
            expect_charls_reads(l, mixed_frame(l, amplitude, near),
                                {.near = near, .interleave = interleave});
        }
}

TEST(JpegLsAndCharls, ColourTransformsOfItsMakersAreUndoneAndReported) {
  for (const std::uint16_t depth : {std::uint16_t{8}, std::uint16_t{16}})
    for (const auto transform :
         {charls::color_transformation::hp1, charls::color_transformation::hp2,
          charls::color_transformation::hp3})
      for (const auto mode : {charls::interleave_mode::line, charls::interleave_mode::sample}) {
        const pixel::Layout l = layout(21, 30, 3, depth, depth);
        const Pixels pixels = make_frame(l, Pattern::Noise);
        charls::jpegls_encoder encoder;
        encoder.frame_info({l.columns, l.rows, depth, 3})
            .interleave_mode(mode)
            .color_transformation(transform);
        Pixels stream(encoder.estimated_destination_size() * 4);
        encoder.destination(stream);
        stream.resize(encoder.encode(pixels));
        const Decoded back = decode(jpeg_ls_row(), stream, l);
        ASSERT_TRUE(back.status) << back.status.error().what;
        EXPECT_TRUE(back.pixels == pixels) << depth << " " << static_cast<int>(transform);
        EXPECT_TRUE(back.quirks.has(Quirk::VendorColourTransform));
      }
}

}  // namespace
}  // namespace slipring::codecs::jpeg_ls
