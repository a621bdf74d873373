// HTJ2K frames there and back, and what a decoder must survive. Streams of others:
// openjpeg_test.cpp, openjph_test.cpp, corpus_test.cpp.
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <thread>

#include "codecs/htj2k/htj2k_codec.h"
#include "codecs/jpeg2000_markers.h"
#include "codecs/kernels/targets.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::htj2k {
namespace {

using namespace codecs::fixture;

TEST(Htj2k, EveryLayoutOfFewBytesComesBack) {
  for (const std::uint16_t samples : std::vector<std::uint16_t>{1, 2, 3, 4})
    for (const auto& [allocated, stored] : std::vector<std::pair<std::uint16_t, std::uint16_t>>{
             {8, 1}, {8, 7}, {8, 8}, {16, 9}, {16, 12}, {16, 13}, {16, 14}, {16, 16}, {32, 20}})
      for (const bool is_signed : {false, true})
        for (const pixel::Layout& l : sizes(samples, allocated, stored, is_signed))
          for (const Pattern pattern : {Pattern::Gradient, Pattern::Extremes})
            expect_round_trip(htj2k_row(), l, make_frame(l, pattern));
}

TEST(Htj2k, LargerFramesOfEveryPatternComeBack) {
  for (const auto& [allocated, stored] :
       std::vector<std::pair<std::uint16_t, std::uint16_t>>{{8, 8}, {16, 12}, {16, 16}})
    for (const Pattern pattern : kPatterns) {
      const pixel::Layout l = layout(301, 517, 1, allocated, stored);
      expect_round_trip(htj2k_row(), l, make_frame(l, pattern));
    }
}

// Decoded strip by strip; the last strip has a low row alone, or both.
TEST(Htj2k, FramesOfManyStripsComeBack) {
  for (const auto& [rows, stored] :
       std::vector<std::pair<std::uint32_t, std::uint16_t>>{{1153, 12}, {1154, 12}, {1100, 16}})
    for (const Pattern pattern : {Pattern::Gradient, Pattern::Noise}) {
      const pixel::Layout l = layout(rows, 517, 1, 16, stored);
      expect_round_trip(htj2k_row(), l, make_frame(l, pattern));
    }
}

TEST(Htj2k, TheReversibleComponentTransformComesBack) {
  for (const auto& [allocated, stored] :
       std::vector<std::pair<std::uint16_t, std::uint16_t>>{{8, 8}, {16, 12}, {16, 16}})
    for (const Pattern pattern : kPatterns) {
      const pixel::Layout l = layout(70, 131, 3, allocated, stored);
      expect_round_trip(htj2k_row(), l, make_frame(l, pattern), {.colour_transform = true});
    }
}

TEST(Htj2k, TheReversibleComponentTransformOfSmallFramesComesBack) {
  for (const std::uint16_t stored : std::vector<std::uint16_t>{14, 15, 16})
    for (const pixel::Layout& l : sizes(3, 16, stored, false))
      expect_round_trip(htj2k_row(), l, make_frame(l, Pattern::Extremes),
                        {.colour_transform = true});
}

TEST(Htj2k, OneBitFramesComeBack) {
  for (const std::uint32_t columns : {1U, 8U, 13U, 130U}) {
    const pixel::Layout l = layout(37, columns, 1, 1, 1);
    Pixels pixels(*l.frame_bytes());
    for (std::size_t i = 0; i < std::size_t{l.rows} * columns; ++i)
      pixels[i / 8] = static_cast<std::uint8_t>(pixels[i / 8] | ((i * i / 7 % 2) << (i % 8)));
    expect_round_trip(htj2k_row(), l, pixels);
  }
}

TEST(Htj2k, TilesComeBack) {
  for (const std::uint32_t side : {16U, 33U, 64U})
    for (const std::uint16_t samples : kGreyAndColour) {
      const pixel::Layout l = layout(75, 101, samples, 16, 12);
      expect_round_trip(htj2k_row(), l, make_frame(l, Pattern::Gradient),
                        {.colour_transform = samples == 3, .tile_side = side});
    }
}

TEST(Htj2k, SamplesBeyondBitsStoredAreKept) {
  pixel::Layout l = layout(40, 40, 1, 16, 12);
  const Pixels pixels = make_frame(layout(40, 40, 1, 16, 16), Pattern::Noise);
  expect_round_trip(htj2k_row(), l, pixels);
  l.is_signed = true;
  expect_round_trip(htj2k_row(), l, pixels);
}

// FNV-1a, of streams one after another.
void add_to(std::uint64_t& hash, const Pixels& stream) {
  for (const std::uint8_t byte : stream) hash = (hash ^ byte) * 0x100000001B3U;
}

// The bytes are those of 32-bit coefficients: written before such samples had narrower ones.
TEST(Htj2k, SignedSamplesOfFewerBitsThanStoredAreWrittenAsTheyWere) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const std::uint16_t samples : kGreyAndColour)
    for (const std::uint16_t stored : std::vector<std::uint16_t>{14, 16})
      for (const std::uint16_t taken : std::vector<std::uint16_t>{8, 12, 13, 14})
        for (const Pattern pattern : kPatterns) {
          const pixel::Layout l = layout(301, 517, samples, 16, stored, true);
          const Pixels pixels = make_frame(layout(301, 517, samples, 16, taken, true), pattern);
          const EncodeParameters parameters{.colour_transform = samples == 3};
          expect_round_trip(htj2k_row(), l, pixels, parameters);
          add_to(hash, encode(htj2k_row(), pixels, l, parameters));
        }
  EXPECT_EQ(hash, 15799384581871495577U);
}

// The row that is looked at first fits 16-bit coefficients, the last sample does not.
TEST(Htj2k, OneWideSampleAmongNarrowOnesComesBack) {
  const pixel::Layout l = layout(301, 517, 1, 16, 16, true);
  Pixels pixels = make_frame(layout(301, 517, 1, 16, 12, true), Pattern::Noise);
  pixels.back() = 0x80;
  expect_round_trip(htj2k_row(), l, pixels);
}

TEST(Htj2k, EveryInstructionSetWritesTheSameBytes) {
  const pixel::Layout grey = layout(130, 201, 1, 16, 12);
  const pixel::Layout colour = layout(130, 201, 3, 8, 8);
  const pixel::Layout grey_signed = layout(130, 201, 1, 16, 12, true);
  const pixel::Layout spacious = layout(130, 201, 1, 16, 16, true);  // for the same samples
  for (const EncodeParameters& parameters :
       {EncodeParameters{.colour_transform = true},
        EncodeParameters{.colour_transform = true, .by_resolution = true},
        EncodeParameters{.colour_transform = true, .step = 1.0 / 512}})
    for (const pixel::Layout& l : {grey, colour, spacious}) {
      const Pixels pixels = make_frame(l.bits_stored == 16 ? grey_signed : l, Pattern::Gradient);
      const Pixels best = encode(htj2k_row(), pixels, l, parameters);
      for (const kernels::Target& target : kernels::supported_targets()) {
        kernels::use_target(target.bit);
        EXPECT_TRUE(encode(htj2k_row(), pixels, l, parameters) == best) << target.name;
      }
      kernels::use_target(0);
    }
}

std::size_t count_of(Bytes stream, const Pixels& bytes) {
  std::size_t count = 0;
  for (std::size_t i = 0; i + bytes.size() <= stream.size(); ++i)
    if (std::ranges::equal(stream.subspan(i, bytes.size()), bytes)) ++count;
  return count;
}

// PS3.5 A.4.4: RPCL, TLM, and a smallest resolution of at most 64 a side.
TEST(Htj2k, ByResolutionHasTileLengthsAPartAResolutionAndASmallImageFirst) {
  for (const auto& [rows, columns] : std::vector<std::pair<std::uint32_t, std::uint32_t>>{
           {64, 64}, {512, 512}, {1, 5000}, {4200, 4100}}) {
    const pixel::Layout l = layout(rows, columns, 1, 8, 8);
    const Pixels pixels = make_frame(l, Pattern::Gradient);
    const EncodeParameters parameters{.by_resolution = true};
    expect_round_trip(htj2k_row(), l, pixels, parameters);
    const Pixels stream = encode(htj2k_row(), pixels, l, parameters);
    const auto header = read_jpeg2000_header(stream);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->cod.progression, 2);
    const unsigned levels = header->cod.style.levels;
    EXPECT_LE(std::min(rows, columns) >> levels, 64U);
    EXPECT_EQ(count_of(Bytes(stream).first(header->end), {0xFF, 0x55}), 1U);  // TLM
    EXPECT_EQ(count_of(stream, {0xFF, 0x90, 0, 10}), levels + 1U);            // SOT
  }
}

TEST(Htj2k, AReducedImageIsTheRightSizeAndLooksLikeTheWhole) {
  const pixel::Layout l = layout(203, 310, 1, 8, 8);
  Pixels pixels(l.samples_per_frame());
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>(i / l.columns / 2 + i % l.columns / 4);
  for (const std::uint32_t side : {0U, 64U}) {
    const Pixels stream = encode(htj2k_row(), pixels, l, {.tile_side = side});
    for (std::uint8_t reduce = 0; reduce <= 3; ++reduce) {
      pixel::Layout small = l;
      small.rows = (l.rows + (1U << reduce) - 1) >> reduce;
      small.columns = (l.columns + (1U << reduce) - 1) >> reduce;
      Pixels out(small.samples_per_frame());
      const Bytes fragment = stream;
      DecodeJob job{.fragments = {&fragment, 1}, .layout = small, .out = out, .reduce = reduce};
      Scratch scratch;
      htj2k_row().decode_batch({&job, 1}, scratch);
      ASSERT_TRUE(job.status) << job.status.error().what;
      for (std::size_t y = 0; y < small.rows; ++y)
        for (std::size_t x = 0; x < small.columns; ++x)
          ASSERT_NEAR(out[y * small.columns + x], pixels[(y << reduce) * l.columns + (x << reduce)],
                      4)
              << y << "," << x << " by " << int{reduce};
    }
  }
}

TEST(Htj2k, MoreReductionThanLevelsIsRefused) {
  const pixel::Layout l = layout(16, 16, 1, 8, 8);
  const Pixels stream = encode(htj2k_row(), make_frame(l, Pattern::Flat), l);
  Pixels out(1);
  const Bytes fragment = stream;
  DecodeJob job{
      .fragments = {&fragment, 1}, .layout = layout(1, 1, 1, 8, 8), .out = out, .reduce = 6};
  Scratch scratch;
  htj2k_row().decode_batch({&job, 1}, scratch);
  ASSERT_FALSE(job.status);
}

// ---------------------------------------------------------------- irreversible

double peak_error(const Pixels& a, const Pixels& b) {
  double peak = 0;
  for (std::size_t i = 0; i < a.size(); i += 2)
    peak = std::max(peak, std::abs(double{load_le<std::uint16_t>(&a[i]) * 1.0} -
                                   load_le<std::uint16_t>(&b[i])));
  return peak;
}

TEST(Htj2k, AFinerStepIsNearerAndLonger) {
  const pixel::Layout l = layout(120, 150, 1, 16, 12);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  double last_error = 1e9;
  std::size_t last_size = 0;
  for (const double step : {1.0 / 64, 1.0 / 512, 1.0 / 4096}) {
    const Pixels stream = encode(htj2k_row(), pixels, l, {.step = step});
    const Decoded back = decode(htj2k_row(), stream, l);
    ASSERT_TRUE(back.status) << back.status.error().what;
    const double error = peak_error(pixels, back.pixels);
    EXPECT_LT(error, last_error);
    EXPECT_GT(stream.size(), last_size);
    EXPECT_LE(error, 4 * step * 4096 + 1);
    last_error = error;
    last_size = stream.size();
  }
}

TEST(Htj2k, AWantedRatioIsReached) {
  const pixel::Layout l = layout(256, 256, 3, 8, 8);
  Pixels pixels(l.samples_per_frame());
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>(128 + 100 * std::sin(static_cast<double>(i) / 300) +
                                          static_cast<double>(i * 7919 % 13));
  for (const double ratio : {4.0, 10.0, 30.0}) {
    const Pixels stream =
        encode(htj2k_row(), pixels, l, {.colour_transform = true, .ratio = ratio});
    EXPECT_LE(static_cast<double>(stream.size()), static_cast<double>(pixels.size()) / ratio);
    EXPECT_GE(static_cast<double>(stream.size()), static_cast<double>(pixels.size()) / ratio * 0.8);
    EXPECT_TRUE(decode(htj2k_row(), stream, l).status);
    const std::vector<Bytes> fragments = {stream};
    EXPECT_FALSE(htj2k_row().probe(fragments)->lossless);
  }
}

// A step or a ratio is one of the range that Bits Stored has: beyond it there is none.
TEST(Htj2k, SamplesBeyondBitsStoredAreNotCompressedWithLoss) {
  const pixel::Layout l = layout(40, 40, 1, 16, 12);
  const Pixels pixels = make_frame(layout(40, 40, 1, 16, 16), Pattern::Noise);
  Scratch scratch;
  for (const EncodeParameters& parameters :
       {EncodeParameters{.step = 1.0 / 512}, EncodeParameters{.ratio = 4}}) {
    Buffer out;
    EncodeJob job{pixels, l, parameters, &out, {}};
    htj2k_row().encode_batch({&job, 1}, scratch);
    ASSERT_FALSE(job.status);
    EXPECT_EQ(job.status.error().code, ErrorCode::Unsupported);
  }
}

// Bits Stored says 20, a sample has more: 25 are written, and what has 32 is for others to hold.
TEST(Htj2k, SamplesBeyondBitsStoredAreWrittenWithUpTo25Bits) {
  const pixel::Layout l = layout(5, 5, 1, 32, 20);
  Pixels pixels = make_frame(l, Pattern::Gradient);
  pixels[3] = 1;  // of the first sample, bit 24
  expect_round_trip(htj2k_row(), l, pixels);
  pixels[3] = 2;
  Scratch scratch;
  Buffer out;
  EncodeJob job{pixels, l, {}, &out, {}};
  htj2k_row().encode_batch({&job, 1}, scratch);
  ASSERT_FALSE(job.status);
  EXPECT_EQ(job.status.error().code, ErrorCode::Unsupported);
}

// ---------------------------------------------------------------- a crew

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

TEST(Htj2k, ManyHandsMakeTheSameBytesAndPixels) {
  const pixel::Layout l = layout(1100, 1000, 2, 16, 12);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  const Pixels alone = encode(htj2k_row(), pixels, l);
  Threads crew;
  Scratch scratch;
  Buffer out;
  scratch.lend(&crew);
  EncodeJob job{.pixels = pixels, .layout = l, .out = &out};
  htj2k_row().encode_batch({&job, 1}, scratch);
  ASSERT_TRUE(job.status);
  EXPECT_TRUE(std::ranges::equal(out.bytes(), alone));
  Pixels back(pixels.size());
  const Bytes fragment = alone;
  DecodeJob decoded{.fragments = {&fragment, 1}, .layout = l, .out = back};
  htj2k_row().decode_batch({&decoded, 1}, scratch);
  ASSERT_TRUE(decoded.status);
  EXPECT_TRUE(back == pixels);
}

// ---------------------------------------------------------------- bad input

TEST(Htj2k, APrefixIsAnErrorOrTheSamePixels) {
  for (const std::uint16_t samples : kGreyAndColour) {
    const pixel::Layout l = layout(33, 41, samples, 16, 12);
    const Pixels pixels = make_frame(l, Pattern::Gradient);
    expect_truncations_are_seen(htj2k_row(), encode(htj2k_row(), pixels, l), l);
    expect_truncations_are_seen(
        htj2k_row(), encode(htj2k_row(), pixels, l, {.by_resolution = true, .tile_side = 16}), l);
  }
}

TEST(Htj2k, AChangedByteIsSurvived) {
  for (const std::uint16_t samples : kGreyAndColour) {
    const pixel::Layout l = layout(20, 33, samples, 16, 12);
    const Pixels pixels = make_frame(l, Pattern::Gradient);
    expect_corruptions_are_survived(htj2k_row(), encode(htj2k_row(), pixels, l), l);
    expect_corruptions_are_survived(htj2k_row(),
                                    encode(htj2k_row(), pixels, l, {.step = 1.0 / 256}), l);
  }
}

TEST(Htj2k, GarbageBehindTheHeadersIsSurvived) {
  const pixel::Layout l = layout(70, 65, 1, 16, 12);
  const Pixels stream = encode(htj2k_row(), make_frame(l, Pattern::Noise), l);
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    Pixels garbage = stream;
    const std::size_t from = 120 + random() % 100;
    for (std::size_t i = from; i < garbage.size(); ++i)
      garbage[i] = static_cast<std::uint8_t>(random());
    (void)decode(htj2k_row(), garbage, l);
  }
}

TEST(Htj2k, FragmentsAreOneStream) {
  const pixel::Layout l = layout(50, 60, 1, 16, 12);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  const Pixels stream = encode(htj2k_row(), pixels, l);
  const Decoded back = decode(htj2k_row(), split(stream), l);
  ASSERT_TRUE(back.status);
  EXPECT_TRUE(back.pixels == pixels);
}

TEST(Htj2k, WhatIsNotAsItShouldBeIsSaid) {
  const pixel::Layout l = layout(50, 60, 1, 16, 12);
  const Pixels pixels = make_frame(l, Pattern::Noise);
  const Pixels stream = encode(htj2k_row(), pixels, l);

  Pixels padded = stream;
  padded.push_back(0);
  EXPECT_EQ(decode(htj2k_row(), padded, l).quirks.bits, 0U);
  padded.push_back(0);
  EXPECT_TRUE(decode(htj2k_row(), padded, l).quirks.has(Quirk::TrailingBytes));

  const Pixels endless(stream.begin(), stream.end() - 2);
  const Decoded back = decode(htj2k_row(), endless, l);
  ASSERT_TRUE(back.status);
  EXPECT_TRUE(back.quirks.has(Quirk::MissingEndMarker));

  pixel::Layout other = l;
  other.is_signed = true;
  EXPECT_TRUE(decode(htj2k_row(), stream, other).quirks.has(Quirk::WrongSign));
  other = l;
  other.rows = 51;
  EXPECT_EQ(decode(htj2k_row(), stream, other).status.error().code, ErrorCode::DimensionMismatch);
}

TEST(Htj2k, WhatCannotBeWrittenIsRefusedByName) {
  EXPECT_FALSE(htj2k_row().cannot_encode(layout(8, 8, 5, 8, 8)).empty());
  EXPECT_FALSE(htj2k_row().cannot_encode(layout(8, 8, 1, 32, 32)).empty());
  EXPECT_TRUE(htj2k_row().cannot_encode(layout(8, 8, 1, 32, 25)).empty());
  EXPECT_FALSE(htj2k_row().cannot_encode(layout(8, 8, 1, 64, 16)).empty());
}

}  // namespace
}  // namespace slipring::codecs::htj2k
