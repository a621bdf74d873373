// HTJ2K beside OpenJPH: what it writes we read, what we write it reads, pixel for pixel; and ours
// is not longer than half a percent.
#include <gtest/gtest.h>
#include <ojph_arch.h>
#include <ojph_codestream.h>
#include <ojph_file.h>
#include <ojph_mem.h>
#include <ojph_params.h>

#include <random>

#include "codecs/htj2k/htj2k_codec.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::htj2k {
namespace {

using namespace codecs::fixture;

struct Style {
  ojph::ui32 levels = 5;
  ojph::size block = ojph::size(64, 64);
  const char* progression = "RPCL";
  bool reversible = true;
  bool colour_transform = false;
  ojph::size tile = ojph::size(0, 0);
  std::vector<ojph::size> precincts = {};
};

std::int32_t load(const pixel::Layout& l, const Pixels& pixels, std::size_t at) {
  if (l.bits_allocated == 8)
    return l.is_signed ? static_cast<std::int8_t>(pixels[at]) : std::int32_t{pixels[at]};
  const auto word = load_le<std::uint16_t>(&pixels[2 * at]);
  return l.is_signed ? static_cast<std::int16_t>(word) : std::int32_t{word};
}

void store(const pixel::Layout& l, Pixels& pixels, std::size_t at, std::int32_t value) {
  if (l.bits_allocated == 8) pixels[at] = static_cast<std::uint8_t>(value);
  if (l.bits_allocated == 16) store_le(&pixels[2 * at], static_cast<std::uint16_t>(value));
}

// OpenJPH leaves values beyond the precision as they are.
std::int32_t limited(const pixel::Layout& l, std::int32_t value) {
  const std::int32_t range = 1 << l.bits_stored;
  const std::int32_t low = l.is_signed ? -range / 2 : 0;
  return std::clamp(value, low, low + range - 1);
}

void describe(ojph::codestream& codestream, const pixel::Layout& l, const Style& style) {
  ojph::param_siz size = codestream.access_siz();
  size.set_image_extent(ojph::point(l.columns, l.rows));
  if (style.tile.w != 0) size.set_tile_size(style.tile);
  size.set_num_components(l.samples_per_pixel);
  for (ojph::ui32 c = 0; c < l.samples_per_pixel; ++c)
    size.set_component(c, ojph::point(1, 1), l.bits_stored, l.is_signed);
  ojph::param_cod coding = codestream.access_cod();
  coding.set_num_decomposition(style.levels);
  coding.set_block_dims(style.block.w, style.block.h);
  coding.set_progression_order(style.progression);
  coding.set_reversible(style.reversible);
  coding.set_color_transform(style.colour_transform);
  auto precincts = style.precincts;
  if (!precincts.empty())
    coding.set_precinct_size(static_cast<int>(precincts.size()), precincts.data());
  codestream.set_planar(false);
}

Pixels written_by_openjph(const pixel::Layout& l, const Pixels& pixels, const Style& style) {
  ojph::codestream codestream;
  describe(codestream, l, style);
  ojph::mem_outfile file;
  file.open();
  codestream.write_headers(&file);
  ojph::ui32 component = 0;
  ojph::line_buf* line = codestream.exchange(nullptr, component);
  for (std::size_t y = 0; y < l.rows; ++y)
    for (std::size_t c = 0; c < l.samples_per_pixel; ++c) {
      for (std::size_t x = 0; x < l.columns; ++x)
        line->i32[x] = load(l, pixels, (y * l.columns + x) * l.samples_per_pixel + c);
      line = codestream.exchange(line, component);
    }
  codestream.flush();
  Pixels out(file.get_data(), file.get_data() + file.tell());
  codestream.close();
  return out;
}

Pixels read_by_openjph(const pixel::Layout& l, const Pixels& stream) {
  ojph::codestream codestream;
  ojph::mem_infile file;
  file.open(stream.data(), stream.size());
  codestream.read_headers(&file);
  codestream.set_planar(false);
  codestream.create();
  Pixels out(*l.frame_bytes());
  for (std::size_t y = 0; y < l.rows; ++y)
    for (std::size_t i = 0; i < l.samples_per_pixel; ++i) {
      ojph::ui32 c = 0;
      const ojph::line_buf* line = codestream.pull(c);
      for (std::size_t x = 0; x < l.columns; ++x)
        store(l, out, (y * l.columns + x) * l.samples_per_pixel + c, limited(l, line->i32[x]));
    }
  codestream.close();
  return out;
}

void expect_we_read(const pixel::Layout& l, const Pixels& pixels, const Style& style) {
  const Decoded back = decode(htj2k_row(), written_by_openjph(l, pixels, style), l);
  ASSERT_TRUE(back.status) << text(l) << ": " << back.status.error().what;
  EXPECT_TRUE(back.pixels == pixels) << text(l) << " " << style.progression;
}

TEST(Htj2kAndOpenJph, WeReadWhatItWrites) {
  for (const std::uint16_t samples : kGreyAndColour)
    for (const auto& [allocated, stored] :
         std::vector<std::pair<std::uint16_t, std::uint16_t>>{{8, 8}, {16, 12}, {16, 16}})
      for (const bool is_signed : {false, true})
        for (const pixel::Layout& l : sizes(samples, allocated, stored, is_signed))
          for (const Pattern pattern : kPatterns)
            expect_we_read(l, make_frame(l, pattern), {.colour_transform = samples == 3});
}

TEST(Htj2kAndOpenJph, WeReadEveryProgressionTilesBlocksAndPrecincts) {
  const pixel::Layout l = layout(205, 311, 3, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  for (const char* progression : {"LRCP", "RLCP", "RPCL", "PCRL", "CPRL"})
    for (const ojph::size tile : {ojph::size(0, 0), ojph::size(64, 50)})
      for (const std::vector<ojph::size>& precincts :
           {std::vector<ojph::size>{},
            std::vector<ojph::size>{ojph::size(128, 128), ojph::size(64, 64)}})
        expect_we_read(l, pixels,
                       {.progression = progression, .tile = tile, .precincts = precincts});
  for (const ojph::size block : {ojph::size(4, 4), ojph::size(32, 128), ojph::size(1024, 4),
                                 ojph::size(4, 1024), ojph::size(16, 16)})
    expect_we_read(l, pixels, {.block = block});
  for (const ojph::ui32 levels : {0U, 1U, 3U, 8U}) expect_we_read(l, pixels, {.levels = levels});
}

TEST(Htj2kAndOpenJph, ItReadsWhatWeWrite) {
  for (const std::uint16_t samples : kGreyAndColour)
    for (const auto& [allocated, stored] :
         std::vector<std::pair<std::uint16_t, std::uint16_t>>{{8, 8}, {16, 12}, {16, 16}})
      for (const bool is_signed : {false, true})
        for (const pixel::Layout& l : sizes(samples, allocated, stored, is_signed))
          for (const Pattern pattern : kPatterns)
            for (const bool by_resolution : {false, true}) {
              const Pixels pixels = make_frame(l, pattern);
              const Pixels stream =
                  encode(htj2k_row(), pixels, l,
                         {.colour_transform = samples == 3, .by_resolution = by_resolution});
              EXPECT_TRUE(read_by_openjph(l, stream) == pixels) << text(l);
            }
}

TEST(Htj2kAndOpenJph, OursIsNotLonger) {
  std::mt19937 random(3);
  for (const auto& [allocated, stored] :
       std::vector<std::pair<std::uint16_t, std::uint16_t>>{{8, 8}, {16, 12}}) {
    const pixel::Layout l = layout(512, 512, 1, allocated, stored);
    Pixels pixels = make_frame(l, Pattern::Gradient);
    for (std::size_t i = 0; i < l.samples_per_frame(); ++i)
      store(
          l, pixels, i,
          static_cast<std::int32_t>((i % 512 + i / 512) / 8 + random() % 16) & ((1 << stored) - 1));
    const auto ours = static_cast<double>(encode(htj2k_row(), pixels, l).size());
    const auto theirs = static_cast<double>(written_by_openjph(l, pixels, {}).size());
    EXPECT_LE(ours, theirs * 1.005);
  }
}

TEST(Htj2kAndOpenJph, IrreversibleImagesDifferByOneAtMost) {
  const pixel::Layout l = layout(130, 201, 1, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  const Pixels stream = written_by_openjph(l, pixels, {.reversible = false});
  const Decoded ours = decode(htj2k_row(), stream, l);
  ASSERT_TRUE(ours.status);
  const Pixels theirs = read_by_openjph(l, stream);
  for (std::size_t i = 0; i < pixels.size(); ++i) ASSERT_NEAR(ours.pixels[i], theirs[i], 1) << i;
}

}  // namespace
}  // namespace slipring::codecs::htj2k
