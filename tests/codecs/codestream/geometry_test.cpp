#include <gtest/gtest.h>

#include <set>

#include "codecs/codestream/progression.h"
#include "tests/codecs/codestream/samples.h"

namespace slipring::codecs::codestream::test {
namespace {

constexpr std::uint64_t kAll = ~std::uint64_t{0} >> 8U;

Result<void> lay(const Parameters& parameters, std::uint32_t tile_index, Tile& tile) {
  return lay_out(parameters.siz, parameters.coding, tile_index, kAll, {}, tile);
}

TEST(GeometryTest, AnImageOf512HasTheBlocksOfFiveLevels) {
  Parameters parameters;
  choose({.width = 512, .height = 512, .precision_bits = 16}, parameters);
  Tile tile;
  ASSERT_TRUE(lay(parameters, 0, tile));
  EXPECT_EQ(tile.resolutions.size(), 6U);
  EXPECT_EQ(tile.bands.size(), 16U);
  EXPECT_EQ(tile.blocks.size(), 3U * (16 + 4 + 1 + 1 + 1) + 1);
  EXPECT_EQ(tile.precincts, 6U);
  EXPECT_EQ(tile.bands[0].rect, (Rect{0, 0, 16, 16}));
  EXPECT_EQ(tile.bands[13].rect, (Rect{0, 0, 256, 256}));
  EXPECT_EQ(tile.bands[13].orientation, Orientation::Hl);
}

TEST(GeometryTest, ATileWithAnOddOriginIsCutAsTheStandardSays) {
  Parameters parameters;
  choose({.width = 10, .height = 9, .levels = 1}, parameters);
  parameters.siz.image = {5, 3, 15, 12};
  parameters.siz.tile_width = 15;
  parameters.siz.tile_height = 12;
  Tile tile;
  ASSERT_TRUE(lay(parameters, 0, tile));
  EXPECT_EQ(tile.components[0].rect, (Rect{5, 3, 15, 12}));
  EXPECT_EQ(tile.bands[0].rect, (Rect{3, 2, 8, 6}));  // ceil(n / 2)
  EXPECT_EQ(tile.bands[1].rect, (Rect{2, 2, 7, 6}));  // HL: ceil((x - 1) / 2)
  EXPECT_EQ(tile.bands[2].rect, (Rect{3, 1, 8, 6}));
  EXPECT_EQ(tile.bands[3].rect, (Rect{2, 1, 7, 6}));
}

TEST(GeometryTest, ThirtyTwoLevelsOfAPixelAreLaidOut) {
  Parameters parameters;
  choose({.width = 1, .height = 1, .levels = 32}, parameters);
  Tile tile;
  ASSERT_TRUE(lay(parameters, 0, tile));
  EXPECT_EQ(tile.blocks.size(), 1U);
  EXPECT_EQ(tile.bands[0].rect, (Rect{0, 0, 1, 1}));
}

std::uint64_t area(const Rect& rect) { return std::uint64_t{rect.width()} * rect.height(); }

// Bands hold as many samples as their component, blocks tile their band, and every block lies in
// one precinct of its resolution.
void expect_whole(const Parameters& parameters, const Tile& tile) {
  std::vector<std::uint64_t> samples(tile.components.size(), 0);
  for (const Band& band : tile.bands) {
    samples[band.component] += area(band.rect);
    std::vector<int> cover(area(band.rect), 0);
    for (const Block& block : tile.blocks_of(band)) {
      ASSERT_LE(block.width, 1U << band.block_width_exponent);
      ASSERT_LE(block.x + block.width, band.rect.width());
      ASSERT_LE(block.y + block.height, band.rect.height());
      for (std::uint32_t y = 0; y < block.height; ++y)
        for (std::uint32_t x = 0; x < block.width; ++x)
          ++cover[(block.y + y) * std::size_t{band.rect.width()} + block.x + x];
      const std::uint32_t left = band.rect.x0 + block.x;
      const std::uint32_t right = left + block.width - 1;
      ASSERT_EQ(left >> band.block_width_exponent, right >> band.block_width_exponent);
    }
    for (const int times : cover) ASSERT_EQ(times, 1);
  }
  for (std::size_t c = 0; c < samples.size(); ++c)
    ASSERT_EQ(samples[c], area(tile.components[c].rect));
  for (const Resolution& resolution : tile.resolutions)
    for (const Band& band : tile.bands_of(resolution)) {
      std::set<std::uint32_t> seen;
      for (std::uint32_t k = 0; k < resolution.precincts_wide * resolution.precincts_high; ++k) {
        const BlockRange range = blocks_of_precinct(resolution, band, k);
        for (std::uint32_t y = 0; y < range.high; ++y)
          for (std::uint32_t x = 0; x < range.wide; ++x)
            ASSERT_TRUE(seen.insert((range.y0 + y) * band.blocks_wide + range.x0 + x).second);
      }
      ASSERT_EQ(seen.size(), tile.blocks_of(band).size());
    }
  ASSERT_LE(tile.index, parameters.siz.tiles());
}

TEST(GeometryTest, BandsBlocksAndPrecinctsCoverOddTilesOnce) {
  Random random(1);
  Tile tile;
  for (int i = 0; i < 300; ++i) {
    const Parameters parameters = draw_parameters(random, true);
    std::vector<std::uint64_t> samples(parameters.siz.components.size(), 0);
    for (std::uint32_t t = 0; t < parameters.siz.tiles(); ++t) {
      ASSERT_TRUE(lay(parameters, t, tile));
      expect_whole(parameters, tile);
      for (std::size_t c = 0; c < samples.size(); ++c) samples[c] += area(tile.components[c].rect);
    }
    for (std::size_t c = 0; c < samples.size(); ++c)
      ASSERT_EQ(samples[c], area(parameters.siz.component(c)));
  }
}

TEST(GeometryTest, PrecinctsComeInTheOrderOfTheStandardsLoops) {
  Random random(2);
  Tile tile;
  PrecinctOrder order;
  for (int i = 0; i < 60; ++i) {
    Parameters parameters = draw_parameters(random, true);
    for (unsigned p = 0; p < 5; ++p) {
      parameters.coding.order = static_cast<Progression>(p);
      const auto t = static_cast<std::uint32_t>(
          draw(random, 0, static_cast<std::uint32_t>(parameters.siz.tiles() - 1)));
      ASSERT_TRUE(lay(parameters, t, tile));
      order.arrange(parameters.siz, tile, whole_volume(parameters.coding));
      const auto packets = plain_packets(parameters.siz, tile, plain_blocks(tile));
      ASSERT_EQ(packets.size(), order.steps().size());
      for (std::size_t s = 0; s < packets.size(); ++s) {
        const Resolution& resolution = tile.resolutions[order.steps()[s].resolution];
        ASSERT_EQ(packets[s].resolution, resolution.index);
        ASSERT_EQ(packets[s].component, resolution.component);
        ASSERT_EQ(packets[s].position, order.steps()[s].precinct);
      }
    }
  }
}

TEST(GeometryTest, MoreThanTheBytesJustifyIsRefusedBeforeItIsLaidOut) {
  Parameters parameters;
  choose({.width = 65535,
          .height = 65535,
          .components = 16384,
          .block_width_exponent = 2,
          .block_height_exponent = 2},
         parameters);
  Tile tile;
  EXPECT_EQ(lay_out(parameters.siz, parameters.coding, 0, 10000, {}, tile).error().code,
            ErrorCode::LimitExceeded);
  EXPECT_EQ(tile.blocks.capacity(), 0U);
  for (ComponentCoding& component : parameters.coding.components) component.style.levels = 0;
  for (ComponentCoding& component : parameters.coding.components)
    component.style.precinct.fill(0x11);
  EXPECT_FALSE(lay_out(parameters.siz, parameters.coding, 0, 10000, {}, tile));
}

TEST(GeometryTest, APrecinctExponentOfZeroIsOnlyForTheLowestResolution) {
  Parameters parameters;
  choose({.width = 9, .height = 9, .levels = 1}, parameters);
  parameters.coding.components[0].style.precinct[0] = 0x00;
  Tile tile;
  ASSERT_TRUE(lay(parameters, 0, tile));
  EXPECT_EQ(tile.resolutions[0].precincts_wide, 5U);
  parameters.coding.components[0].style.precinct[1] = 0x0F;
  EXPECT_EQ(lay(parameters, 0, tile).error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace slipring::codecs::codestream::test
