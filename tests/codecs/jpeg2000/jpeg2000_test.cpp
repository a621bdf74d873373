#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "codecs/jpeg2000/jpeg2000_codec.h"
#include "codecs/jpeg2000_markers.h"
#include "tests/codecs/jpeg2000/jpeg2000_writer.h"

namespace slipring::codecs::jpeg2000 {
namespace {

using namespace codecs::fixture;

CodestreamInfo info_of(const Pixels& stream) {
  const std::vector<Bytes> fragments = {stream};
  return jpeg2000_row().probe(fragments).value_or(CodestreamInfo{});
}

TEST(Jpeg2000, RoundTripsEveryDepthSignAndSize) {
  struct Depth {
    std::uint16_t allocated, stored;
  };
  for (const Depth depth : {Depth{8, 1},
                            {8, 2},
                            {8, 4},
                            {8, 7},
                            {8, 8},
                            {16, 8},
                            {16, 10},
                            {16, 12},
                            {16, 15},
                            {16, 16}})
    for (const bool is_signed : {false, true})
      for (const std::uint16_t samples : kGreyAndColour)
        for (const pixel::Layout& l : sizes(samples, depth.allocated, depth.stored, is_signed))
          for (const Pattern pattern : kPatterns)
            expect_round_trip(jpeg2000_row(), l, make_frame(l, pattern),
                              {.colour_transform = samples == 3 && pattern != Pattern::Flat});
}

TEST(Jpeg2000, RoundTripsFramesOfManyCodeBlocks) {
  for (const Pattern pattern : kPatterns) {
    const pixel::Layout l = layout(300, 517, 1, 16, 16);
    expect_round_trip(jpeg2000_row(), l, make_frame(l, pattern));
    const pixel::Layout colour = layout(300, 517, 3, 16, 16, true);
    expect_round_trip(jpeg2000_row(), colour, make_frame(colour, pattern),
                      {.colour_transform = true});
  }
  for (const auto& [rows, columns] :
       std::vector<std::pair<std::uint32_t, std::uint32_t>>{{1, 5000}, {5000, 1}, {2, 3000}}) {
    const pixel::Layout l = layout(rows, columns, 1, 16, 12);
    expect_round_trip(jpeg2000_row(), l, make_frame(l, Pattern::Noise));
  }
}

TEST(Jpeg2000, TheCodestreamSaysWhatTheDataSetSays) {
  const pixel::Layout l = layout(20, 30, 3, 16, 12, true);
  const Pixels stream =
      encode(jpeg2000_row(), make_frame(l, Pattern::Noise), l, {.colour_transform = true});
  const CodestreamInfo info = info_of(stream);
  EXPECT_EQ(info.kind, Codestream::Jpeg2000);
  EXPECT_EQ(info.precision_bits, 12);
  EXPECT_TRUE(info.is_signed);
  EXPECT_TRUE(info.lossless);
  EXPECT_TRUE(info.colour_transform);
  EXPECT_EQ(decode(jpeg2000_row(), stream, l).quirks.bits, 0U);
}

TEST(Jpeg2000, SamplesBeyondBitsStoredAreKept) {
  for (const bool is_signed : {false, true}) {
    const pixel::Layout l = layout(20, 30, 1, 16, 12, is_signed);
    Pixels pixels = make_frame(l, Pattern::Gradient);
    pixels[40] = 0xFF;
    pixels[41] = 0x0F;  // not the sign extension of its 12 bits
    pixels[43] = 0x70;  // an overlay in the unused bits
    expect_round_trip(jpeg2000_row(), l, pixels);
    EXPECT_EQ(info_of(encode(jpeg2000_row(), pixels, l)).precision_bits, 16);
  }
}

TEST(Jpeg2000, ReadsTilesLayersAndPrecinctsOfOthers) {
  const pixel::Layout l = layout(90, 100, 3, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  for (const Jpeg2000Writer& how :
       {Jpeg2000Writer{.tile_side = 33}, Jpeg2000Writer{.layers = 4},
        Jpeg2000Writer{.precinct_side = 32}, Jpeg2000Writer{.resolutions = 1},
        Jpeg2000Writer{.colour_transform = true}}) {
    const Decoded back = decode(jpeg2000_row(), write_jpeg2000(pixels, l, how), l);
    ASSERT_TRUE(back.status) << back.status.error().what;
    EXPECT_EQ(back.pixels, pixels);
  }
}

TEST(Jpeg2000, ReadsLossyStreams) {
  const pixel::Layout l = layout(64, 64, 1, 8, 8);
  const Pixels pixels(l.samples_per_frame(), 100);
  const Pixels stream = write_jpeg2000(pixels, l, {.irreversible = true});
  EXPECT_FALSE(info_of(stream).lossless);
  const Decoded back = decode(jpeg2000_row(), stream, l);
  ASSERT_TRUE(back.status);
  for (const std::uint8_t value : back.pixels) ASSERT_NEAR(value, 100, 1);
}

TEST(Jpeg2000, ReadsJp2BoxesAndSaysSo) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  const Pixels stream = write_jpeg2000(pixels, l, {.boxed = true});
  EXPECT_TRUE(info_of(stream).in_jp2_box);
  const Decoded back = decode(jpeg2000_row(), stream, l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_TRUE(back.quirks.has(Quirk::BoxedCodestream));
}

TEST(Jpeg2000, AnUnsignedCodestreamOfSignedSamplesIsExtendedFromItsPrecision) {
  const pixel::Layout plain = layout(4, 4, 1, 16, 12);
  const Pixels pixels = make_frame(plain, Pattern::Noise);
  const Pixels stream = encode(jpeg2000_row(), pixels, plain);
  const Decoded back = decode(jpeg2000_row(), stream, layout(4, 4, 1, 16, 12, true));
  ASSERT_TRUE(back.status);
  EXPECT_TRUE(back.quirks.has(Quirk::WrongSign));
  for (std::size_t i = 0; i < pixels.size(); i += 2) {
    const int value = load_le<std::uint16_t>(&pixels[i]);
    EXPECT_EQ(static_cast<std::int16_t>(load_le<std::uint16_t>(&back.pixels[i])),
              value < 2048 ? value : value - 4096);
  }
}

TEST(Jpeg2000, ASignedCodestreamOfUnsignedSamplesKeepsTwosComplement) {
  const pixel::Layout with_sign = layout(4, 4, 1, 16, 12, true);
  const Pixels pixels = make_frame(with_sign, Pattern::Noise);
  const Pixels stream = encode(jpeg2000_row(), pixels, with_sign);
  const Decoded back = decode(jpeg2000_row(), stream, layout(4, 4, 1, 16, 12));
  ASSERT_TRUE(back.status);
  EXPECT_TRUE(back.quirks.has(Quirk::WrongSign));
  EXPECT_EQ(back.pixels, pixels);
}

TEST(Jpeg2000, OneBitPixelsArePacked) {
  const pixel::Layout wide = layout(3, 3, 1, 8, 1);
  const Pixels bytes = {1, 0, 1, 1, 0, 0, 1, 0, 1};
  const Decoded back =
      decode(jpeg2000_row(), write_jpeg2000(bytes, wide, {.precision = 1, .resolutions = 1}),
             layout(3, 3, 1, 1, 1));
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, (Pixels{0x4D, 0x01}));
  const Decoded unpacked =
      decode(jpeg2000_row(), write_jpeg2000(bytes, wide, {.precision = 8, .resolutions = 1}),
             layout(3, 3, 1, 1, 1));
  ASSERT_TRUE(unpacked.status);
  EXPECT_EQ(unpacked.pixels, back.pixels);
  EXPECT_TRUE(unpacked.quirks.has(Quirk::OneBitUnpacked));
}

TEST(Jpeg2000, SubsampledComponentsAreUnsupported) {
  const pixel::Layout l = layout(20, 30, 3, 8, 8);
  const Pixels stream = write_jpeg2000(make_frame(l, Pattern::Gradient), l, {.subsampling = 2});
  EXPECT_EQ(decode(jpeg2000_row(), stream, l).status.error().code, ErrorCode::Unsupported);
}

TEST(Jpeg2000, ReadsAFrameInFragmentsAndOnePadByte) {
  const pixel::Layout l = layout(20, 30, 3, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  Pixels stream = encode(jpeg2000_row(), pixels, l);
  stream.push_back(0);
  const Decoded back = decode(jpeg2000_row(), split(stream), l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_EQ(back.quirks.bits, 0U);
  stream.push_back(0);
  EXPECT_TRUE(decode(jpeg2000_row(), stream, l).quirks.has(Quirk::TrailingBytes));
}

TEST(Jpeg2000, AMissingEndIsToleratedWhenAllTilePartsWereThere) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  Pixels stream = encode(jpeg2000_row(), pixels, l);
  stream.resize(stream.size() - 2);
  const Decoded back = decode(jpeg2000_row(), stream, l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_TRUE(back.quirks.has(Quirk::MissingEndMarker));
}

TEST(Jpeg2000, AnotherGeometryIsAnErrorWithBothNumbers) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  const Pixels stream = encode(jpeg2000_row(), make_frame(l, Pattern::Gradient), l);
  const Decoded back = decode(jpeg2000_row(), stream, layout(20, 31, 1, 8, 8));
  ASSERT_FALSE(back.status);
  EXPECT_EQ(back.status.error().code, ErrorCode::DimensionMismatch);
  EXPECT_EQ(back.status.error().expected, 31U);
  EXPECT_EQ(back.status.error().actual, 30U);
  EXPECT_EQ(decode(jpeg2000_row(), stream, layout(20, 30, 3, 8, 8)).status.error().code,
            ErrorCode::DimensionMismatch);
  const pixel::Layout deep = layout(20, 30, 1, 16, 12);
  EXPECT_EQ(
      decode(jpeg2000_row(), encode(jpeg2000_row(), make_frame(deep, Pattern::Noise), deep), l)
          .status.error()
          .code,
      ErrorCode::OutOfRange);
}

TEST(Jpeg2000, SaysWhatItCannotEncode) {
  EXPECT_TRUE(jpeg2000_row().cannot_encode(layout(2, 2, 1, 16, 12)).empty());
  EXPECT_FALSE(jpeg2000_row().cannot_encode(layout(2, 2, 1, 32, 32)).empty());
  EXPECT_FALSE(jpeg2000_row().cannot_encode(layout(2, 2, 1, 1, 1)).empty());
  EXPECT_FALSE(jpeg2000_row().cannot_encode(layout(2, 2, 2, 8, 8)).empty());
}

TEST(Jpeg2000, EveryTruncationIsSeen) {
  for (const std::uint16_t samples : kGreyAndColour)
    for (const Pattern pattern : kPatterns) {
      const pixel::Layout l = layout(17, 19, samples, 8, 8);
      expect_truncations_are_seen(jpeg2000_row(), encode(jpeg2000_row(), make_frame(l, pattern), l),
                                  l);
    }
  const pixel::Layout l = layout(40, 40, 1, 8, 8);
  for (const Jpeg2000Writer& how :
       {Jpeg2000Writer{.tile_side = 20}, Jpeg2000Writer{.layers = 3},
        Jpeg2000Writer{.irreversible = true}, Jpeg2000Writer{.block_style = 0x3F, .parts = 'R'}})
    expect_truncations_are_seen(jpeg2000_row(),
                                write_jpeg2000(make_frame(l, Pattern::Gradient), l, how), l);
}

TEST(Jpeg2000, EveryCorruptionIsSurvived) {
  for (const std::uint16_t samples : kGreyAndColour) {
    const pixel::Layout l = layout(17, 19, samples, 8, 8);
    expect_corruptions_are_survived(jpeg2000_row(),
                                    encode(jpeg2000_row(), make_frame(l, Pattern::Noise), l), l);
  }
  const pixel::Layout l = layout(24, 19, 1, 8, 8);
  for (const Jpeg2000Writer& how :
       {Jpeg2000Writer{.irreversible = true},
        Jpeg2000Writer{.layers = 2, .precinct_side = 16, .block_style = 0x3F}})
    expect_corruptions_are_survived(jpeg2000_row(),
                                    write_jpeg2000(make_frame(l, Pattern::Noise), l, how), l);
}

class Threads final : public Crew {
 public:
  [[nodiscard]] std::size_t hands() const override { return 3; }
  void each(std::size_t parts, const std::function<void(std::size_t, std::size_t)>& work) override {
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> threads;
    for (std::size_t hand = 0; hand < hands(); ++hand)
      threads.emplace_back([&, hand] {
        for (std::size_t part = next++; part < parts; part = next++) work(part, hand);
      });
  }
};

TEST(Jpeg2000, ManyHandsMakeTheSamePixels) {
  const pixel::Layout l = layout(300, 517, 3, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  const Pixels stream = encode(jpeg2000_row(), pixels, l, {.colour_transform = true});
  Threads crew;
  Scratch scratch;
  scratch.lend(&crew);
  Pixels back(pixels.size());
  const Bytes fragment = stream;
  DecodeJob job{.fragments = {&fragment, 1}, .layout = l, .out = back};
  jpeg2000_row().decode_batch({&job, 1}, scratch);
  ASSERT_TRUE(job.status) << job.status.error().what;
  EXPECT_TRUE(back == pixels);
}

// Max-shift (T.800 H) is OpenJPEG's.
TEST(Jpeg2000, ARegionOfInterestIsDecodedAllTheSame) {
  const pixel::Layout l = layout(60, 70, 1, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  const Decoded back = decode(jpeg2000_row(), write_jpeg2000(pixels, l, {.region_shift = 9}), l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_TRUE(back.pixels == pixels);
}

}  // namespace
}  // namespace slipring::codecs::jpeg2000
