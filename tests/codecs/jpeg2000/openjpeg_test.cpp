// Our decoder beside OpenJPEG's on what OpenJPEG writes in every style: the same pixels, reversible
// or not, whole or cut short. Ours alone: what it refused would be an error here.
#include <gtest/gtest.h>

#include <cmath>

#include "codecs/jpeg2000/decode/part1_blocks.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "codecs/tiles/frame_job.h"
#include "tests/codecs/jpeg2000/jpeg2000_writer.h"

namespace slipring::codecs::jpeg2000 {
namespace {

using namespace codecs::fixture;

Decoded decode_by_ours(const Pixels& stream, const pixel::Layout& l, std::uint8_t reduce = 0) {
  Decoded answer;
  answer.pixels.assign(*l.frame_bytes(), 0xA5);
  const Bytes fragment = stream;
  DecodeJob job{.fragments = {&fragment, 1}, .layout = l, .out = answer.pixels, .reduce = reduce};
  Scratch scratch;
  Part1Blocks blocks;
  tiles::BlockDecoders decoders;
  decoders.part1 = &blocks;
  answer.status = tiles::decode(job, scratch, decoders);
  answer.quirks = job.quirks;
  return answer;
}

Decoded decode_by_openjpeg(const Pixels& stream, const pixel::Layout& l, std::uint8_t reduce) {
  Decoded answer;
  answer.pixels.assign(*l.frame_bytes(), 0x5A);
  const Bytes fragment = stream;
  DecodeJob job{.fragments = {&fragment, 1}, .layout = l, .out = answer.pixels, .reduce = reduce};
  Scratch scratch;
  openjpeg_row().decode_batch({&job, 1}, scratch);
  answer.status = job.status;
  return answer;
}

// Waves with grain: something for every band and bit plane.
Pixels picture(const pixel::Layout& l, unsigned grain = 4) {
  std::mt19937 random(l.rows * 31 + l.columns);
  const double half = std::ldexp(0.5, l.bits_stored);
  const std::int64_t low = l.is_signed ? -(std::int64_t{1} << (l.bits_stored - 1)) : 0;
  const std::int64_t high = low + (std::int64_t{1} << l.bits_stored) - 1;
  const std::size_t bytes = l.bytes_per_sample();
  Pixels out(*l.frame_bytes());
  for (std::size_t i = 0; i < l.samples_per_frame(); ++i) {
    const double x = static_cast<double>(i / l.samples_per_pixel % l.columns);
    const double y = static_cast<double>(i / l.samples_per_pixel / l.columns);
    const double wave =
        std::sin(x / 9 + static_cast<double>(i % l.samples_per_pixel)) * std::cos(y / 13) * half;
    const std::int64_t value = std::llround(wave + half) + low + random() % (grain + 1);
    const std::int64_t sample = std::clamp(value, low, high);
    for (std::size_t b = 0; b < bytes; ++b)
      out[i * bytes + b] = static_cast<std::uint8_t>(sample >> (8 * b));
  }
  return out;
}

Jpeg2000Writer writer_for(const pixel::Layout& l, Jpeg2000Writer how = {}) {
  how.precision = l.bits_stored;
  how.is_signed = l.is_signed;
  return how;
}

void expect_same(const pixel::Layout& l, const Pixels& pixels, const Jpeg2000Writer& given,
                 std::uint8_t reduce = 0) {
  const Jpeg2000Writer how = writer_for(l, given);
  const Pixels stream = write_jpeg2000(pixels, l, how);
  pixel::Layout small = l;
  small.rows = (l.rows + (1U << reduce) - 1) >> reduce;
  small.columns = (l.columns + (1U << reduce) - 1) >> reduce;
  const std::string name = text(l) + " style " + std::to_string(how.block_style);
  const Decoded ours = decode_by_ours(stream, small, reduce);
  ASSERT_TRUE(ours.status) << name << ": " << ours.status.error().what;
  const Decoded theirs = decode_by_openjpeg(stream, small, reduce);
  ASSERT_TRUE(theirs.status) << name << ": " << theirs.status.error().what;
  EXPECT_TRUE(ours.pixels == theirs.pixels) << name;
  const bool whole = !how.irreversible && how.ratio == 0 && reduce == 0;
  EXPECT_TRUE(!whole || ours.pixels == pixels) << name;
}

TEST(Jpeg2000AndOpenJpeg, EveryDepthSignAndSizeGivesTheSamePixels) {
  for (const auto& [allocated, stored] : std::vector<std::pair<std::uint16_t, std::uint16_t>>{
           {8, 1}, {8, 5}, {8, 8}, {16, 9}, {16, 12}, {16, 13}, {16, 14}, {16, 16}})
    for (const bool is_signed : {false, true})
      for (const std::uint16_t samples : kGreyAndColour)
        for (const bool irreversible : {false, true})
          for (const pixel::Layout& l : sizes(samples, allocated, stored, is_signed))
            for (const Pattern pattern : {Pattern::Noise, Pattern::Extremes})
              expect_same(l, make_frame(l, pattern),
                          {.irreversible = irreversible, .colour_transform = samples == 3});
}

TEST(Jpeg2000AndOpenJpeg, EveryBlockStyleGivesTheSamePixels) {
  const pixel::Layout grey = layout(90, 77, 1, 16, 12);
  const pixel::Layout colour = layout(61, 70, 3, 8, 8);
  for (int style = 0; style < 64; ++style) {
    expect_same(grey, picture(grey), {.block_style = style});
    expect_same(colour, picture(colour, 60),
                {.irreversible = true, .colour_transform = true, .block_style = style});
    expect_same(grey, picture(grey, 300), {.layers = 3, .block_style = style});
  }
}

TEST(Jpeg2000AndOpenJpeg, StreamsCutToARatioGiveTheSamePixels) {
  for (const std::uint16_t stored : std::vector<std::uint16_t>{8, 12, 13, 16})
    for (const bool is_signed : {false, true})
      for (const bool irreversible : {false, true})
        for (const float ratio : {3.0F, 12.0F, 80.0F}) {
          const pixel::Layout l = layout(150, 131, 1, stored == 8 ? 8 : 16, stored, is_signed);
          expect_same(
              l, picture(l, 1U << (stored - 3)),
              {.irreversible = irreversible, .layers = 2, .resolutions = 6, .ratio = ratio});
          expect_same(l, make_frame(l, Pattern::Extremes),
                      {.irreversible = irreversible, .resolutions = 6, .ratio = ratio});
        }
}

TEST(Jpeg2000AndOpenJpeg, TilesPrecinctsProgressionsAndPartsGiveTheSamePixels) {
  const pixel::Layout l = layout(131, 150, 3, 8, 8);
  const Pixels pixels = picture(l);
  for (int progression = 0; progression < 5; ++progression)
    for (const int tile : {0, 50})
      for (const int precinct : {0, 64})
        for (const char parts : {'\0', 'R', 'L', 'C'})
          expect_same(l, pixels,
                      {.tile_side = tile,
                       .layers = 2,
                       .precinct_side = precinct,
                       .colour_transform = true,
                       .progression = progression,
                       .markers = parts == 'R',
                       .parts = parts});
  for (const auto& [width, height] :
       std::vector<std::pair<int, int>>{{4, 4}, {4, 1024}, {1024, 4}, {32, 128}, {16, 16}})
    expect_same(l, pixels, {.block_width = width, .block_height = height});
  for (const int resolutions : {1, 2, 6, 9}) expect_same(l, pixels, {.resolutions = resolutions});
  expect_same(l, pixels, {.layers = 2, .progression_change = true});
}

TEST(Jpeg2000AndOpenJpeg, ImagesThatDoNotBeginAtZeroGiveTheSamePixels) {
  const pixel::Layout l = layout(83, 91, 1, 16, 12);
  for (const std::uint32_t x0 : {0U, 1U, 7U, 64U})
    for (const std::uint32_t y0 : {0U, 3U, 33U})
      for (const bool irreversible : {false, true})
        expect_same(l, picture(l),
                    {.irreversible = irreversible,
                     .tile_side = x0 == 7 ? 40 : 0,
                     .resolutions = 4,
                     .image_x0 = x0,
                     .image_y0 = y0});
}

TEST(Jpeg2000AndOpenJpeg, ReducedImagesAreTheSame) {
  const pixel::Layout l = layout(203, 170, 3, 8, 8);
  const Pixels pixels = picture(l);
  for (const bool irreversible : {false, true})
    for (const int tile : {0, 64})
      for (std::uint8_t reduce = 1; reduce <= 3; ++reduce)
        expect_same(l, pixels,
                    {.irreversible = irreversible,
                     .tile_side = tile,
                     .resolutions = 4,
                     .colour_transform = true},
                    reduce);
}

}  // namespace
}  // namespace slipring::codecs::jpeg2000
