#include "codecs/codestream/write.h"

#include <gtest/gtest.h>

#include <cstring>

#include "codecs/codestream/read.h"
#include "tests/codecs/codestream/samples.h"

namespace slipring::codecs::codestream::test {
namespace {

struct Written {
  std::vector<Tile> tiles;
  std::vector<std::vector<std::uint8_t>> bytes;
  Buffer out;
};

void write(const Parameters& parameters, const WriteOptions& options, Random& random,
           Written& written) {
  Writer writer;
  ASSERT_TRUE(writer.begin(parameters, options, written.out));
  written.tiles.clear();
  written.tiles.resize(static_cast<std::size_t>(parameters.siz.tiles()));
  for (std::uint32_t t = 0; t < written.tiles.size(); ++t) {
    Tile& tile = written.tiles[t];
    ASSERT_TRUE(lay_out(parameters.siz, parameters.coding, t, ~std::uint64_t{0}, {}, tile));
    fill(tile, random, written.bytes);
    ASSERT_TRUE(writer.write_tile(tile));
  }
  writer.finish();
}

void expect_same_blocks(const Tile& a, const Tile& b, unsigned discarded = 0) {
  ASSERT_EQ(a.blocks.size(), b.blocks.size());
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    const Block& x = a.blocks[i];
    const Block& y = b.blocks[i];
    const Band& band = a.bands[x.band];
    ASSERT_EQ(x.x, y.x);
    ASSERT_EQ(x.width, y.width);
    if (band.resolution + discarded > a.components[band.component].levels) {
      ASSERT_EQ(y.passes, 0);
      continue;
    }
    ASSERT_EQ(x.passes, y.passes) << i;
    if (x.passes == 0) continue;
    ASSERT_EQ(x.zero_bit_planes, y.zero_bit_planes);
    ASSERT_EQ(x.bytes, y.bytes);
    ASSERT_EQ(x.cleanup_bytes, y.cleanup_bytes);
    ASSERT_EQ(std::memcmp(x.data, y.data, x.bytes), 0);
  }
}

TEST(WriteTest, WhatIsWrittenIsReadAgainInEveryOrderAndShape) {
  Random random(11);
  Reader reader;
  Tile tile;
  for (int i = 0; i < 400; ++i) {
    const Parameters parameters = draw_parameters(random, i % 3 != 0);
    WriteOptions options;
    options.tile_part_lengths = draw(random, 0, 1) != 0;
    options.split_at_resolutions = parameters.coding.order < Progression::Pcrl && i % 2 == 0;
    Written written;
    write(parameters, options, random, written);
    ASSERT_TRUE(reader.open(written.out.bytes())) << reader.open(written.out.bytes()).error().what;
    ASSERT_EQ(reader.tiles(), written.tiles.size());
    ASSERT_EQ(reader.parameters().siz.image, parameters.siz.image);
    ASSERT_EQ(reader.parameters().siz.components, parameters.siz.components);
    for (std::uint32_t t = 0; t < reader.tiles(); ++t) {
      ASSERT_TRUE(reader.read_tile(t, 0, tile));
      expect_same_blocks(written.tiles[t], tile);
      for (std::size_t b = 0; b < tile.bands.size(); ++b) {
        ASSERT_EQ(tile.bands[b].bit_planes, written.tiles[t].bands[b].bit_planes);
        ASSERT_EQ(tile.bands[b].step, written.tiles[t].bands[b].step);
      }
    }
    EXPECT_FALSE(reader.remarks().missing_end);
    EXPECT_FALSE(reader.remarks().inconsistent_lengths);
    EXPECT_EQ(reader.remarks().trailing_bytes, 0U);
  }
}

TEST(WriteTest, PacketsAreThoseOfThePlainEncoder) {
  Random random(12);
  for (int i = 0; i < 120; ++i) {
    Parameters parameters = draw_parameters(random, i % 2 == 0);
    parameters.siz.tile_width = 200;  // one tile
    parameters.siz.tile_height = 200;
    Written written;
    write(parameters, {.comment = ""}, random, written);
    const Tile& tile = written.tiles[0];
    const auto packets = plain_packets(parameters.siz, tile, plain_blocks(tile));
    const auto expected = plain_codestream(parameters, packets);
    ASSERT_EQ(written.out.size(), expected.size()) << i;
    ASSERT_EQ(std::memcmp(written.out.data(), expected.data(), expected.size()), 0) << i;
  }
}

TEST(WriteTest, TheHeaderOfAnHtImageHasTheBytesOfTheStandardsTables) {
  Parameters parameters;
  choose({.width = 512, .height = 300, .precision_bits = 16, .is_signed = true, .levels = 1},
         parameters);
  Writer writer;
  Buffer out;
  ASSERT_TRUE(writer.begin(parameters, {.comment = "ab", .tile_part_lengths = true}, out));
  const std::vector<std::uint8_t> expected = {
      0xFF, 0x4F,                                             // SOC
      0xFF, 0x51, 0, 41, 0x40, 0, 0, 0, 2, 0, 0, 0, 1, 0x2C,  // SIZ, Rsiz: T.814
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0x2C,      //
      0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x8F, 1,
      1,                                                           //
      0xFF, 0x50, 0, 8, 0, 2, 0, 0, 0, 9,                          // CAP: reversible, B =
                                                                   // 17
      0xFF, 0x52, 0, 12, 0, 2, 0, 1, 0, 1, 4, 4, 0x40, 1,          // COD: RPCL, 64 x 64, HT, 5/3
      0xFF, 0x5C, 0, 7, 0x20, 17 << 3, 17 << 3, 17 << 3, 17 << 3,  // QCD: a guard bit
      0xFF, 0x64, 0, 6, 0, 1, 'a', 'b',                            // COM
      0xFF, 0x55, 0, 10, 0, 0x60, 0, 0, 0, 0, 0, 0};               // TLM
  EXPECT_EQ(std::vector<std::uint8_t>(out.data(), out.data() + out.size()), expected);
}

TEST(WriteTest, ThePacketHeaderOfTheStandardsTagTreeIsWritten) {
  // 6 x 3 blocks with the values of T.800 Figure B.12 for missing bit planes: 0b01111 for the
  // first block, 0b001 for the second, 0b101 for the third (B.10.2).
  Parameters parameters;
  choose({.width = 24,
          .height = 12,
          .precision_bits = 8,
          .ht = false,
          .levels = 0,
          .block_width_exponent = 2,
          .block_height_exponent = 2},
         parameters);
  Tile tile;
  ASSERT_TRUE(lay_out(parameters.siz, parameters.coding, 0, 100, {}, tile));
  const std::array<std::uint8_t, 18> planes = {1, 3, 2, 3, 2, 3, 2, 2, 1,
                                               4, 3, 2, 2, 2, 2, 2, 1, 2};
  const std::array<std::uint8_t, 1> byte = {0x55};
  for (std::size_t b = 0; b < planes.size(); ++b) {
    tile.blocks[b].zero_bit_planes = planes[b];
    tile.blocks[b].passes = 1;
    tile.blocks[b].bytes = 1;
    tile.blocks[b].data = byte.data();
  }
  Buffer out;
  PacketWriter().write(tile, {0, 0}, out);
  HeaderBitReader bits(out.data(), out.data() + out.size());
  EXPECT_EQ(bits.bits(1), 1U);        // not empty
  EXPECT_EQ(bits.bits(4), 0b1111U);   // included, by all four levels
  EXPECT_EQ(bits.bits(5), 0b01111U);  // missing planes
  EXPECT_EQ(bits.bits(5), 0b00001U);  // a pass, Lblock 3, 1 byte
  EXPECT_EQ(bits.bits(1), 1U);
  EXPECT_EQ(bits.bits(3), 0b001U);
  EXPECT_EQ(bits.bits(5), 0b00001U);
  EXPECT_EQ(bits.bits(2), 0b11U);
  EXPECT_EQ(bits.bits(3), 0b101U);
}

TEST(WriteTest, TileLengthsOfTlmAreThoseOfTheTileParts) {
  Random random(13);
  Parameters parameters;
  choose({.width = 100,
          .height = 80,
          .components = 3,
          .levels = 3,
          .tile_width = 64,
          .tile_height = 64},
         parameters);
  Written written;
  write(parameters, {.tile_part_lengths = true, .split_at_resolutions = true}, random, written);
  const Bytes out = written.out.bytes();
  std::size_t tlm = 2;
  while (load_be<std::uint16_t>(&out[tlm]) != 0xFF55)
    tlm += 2 + load_be<std::uint16_t>(&out[tlm + 2]);
  std::size_t at = tlm + 2 + load_be<std::uint16_t>(&out[tlm + 2]);
  const std::size_t entries = (load_be<std::uint16_t>(&out[tlm + 2]) - 4U) / 6U;
  EXPECT_EQ(entries, 4U * 4);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::uint8_t* entry = &out[tlm + 6 + 6 * i];
    ASSERT_EQ(load_be<std::uint16_t>(&out[at]), 0xFF90);
    EXPECT_EQ(load_be<std::uint16_t>(&out[at + 4]), load_be<std::uint16_t>(entry));
    EXPECT_EQ(load_be<std::uint32_t>(&out[at + 6]), load_be<std::uint32_t>(entry + 2));
    EXPECT_EQ(out[at + 10], i % 4);
    EXPECT_EQ(out[at + 11], 4);
    at += load_be<std::uint32_t>(entry + 2);
  }
  EXPECT_EQ(load_be<std::uint16_t>(&out[at]), 0xFFD9);
  EXPECT_EQ(at + 2, out.size());
}

TEST(WriteTest, WithResolutionsDiscardedTheOthersAreReadAndTheRestOfTheBytesMayBeGone) {
  Random random(14);
  Parameters parameters;
  choose({.width = 300, .height = 200, .levels = 4}, parameters);
  Written written;
  write(parameters, {.split_at_resolutions = true}, random, written);
  Reader reader;
  Tile tile;
  for (unsigned discarded = 0; discarded <= 4; ++discarded) {
    ASSERT_TRUE(reader.open(written.out.bytes()));
    ASSERT_TRUE(reader.read_tile(0, discarded, tile));
    expect_same_blocks(written.tiles[0], tile, discarded);
  }
  EXPECT_EQ(reader.read_tile(0, 5, tile).error().code, ErrorCode::OutOfRange);
  ASSERT_TRUE(reader.open(written.out.bytes().first(written.out.size() - 10)));
  EXPECT_TRUE(reader.read_tile(0, 1, tile));
  EXPECT_EQ(reader.read_tile(0, 0, tile).error().code, ErrorCode::Truncated);
}

TEST(WriteTest, WhatCannotBeWrittenIsRefused) {
  Parameters parameters;
  choose({.width = 64, .height = 64, .components = 3}, parameters);
  Writer writer;
  Buffer out;
  parameters.coding.layers = 2;
  EXPECT_EQ(writer.begin(parameters, {}, out).error().code, ErrorCode::Unsupported);
  parameters.coding.layers = 1;
  parameters.coding.order = Progression::Cprl;
  EXPECT_EQ(writer.begin(parameters, {.split_at_resolutions = true}, out).error().code,
            ErrorCode::Unsupported);
  parameters.coding.components[1].style.block_style = 0;
  EXPECT_EQ(writer.begin(parameters, {}, out).error().code, ErrorCode::Unsupported);
  parameters.coding.components[1].style.block_style = kHt;
  parameters.siz.tile_width = 1;
  parameters.siz.tile_height = 1;
  parameters.siz.image = {0, 0, 300, 300};
  EXPECT_EQ(writer.begin(parameters, {}, out).error().code, ErrorCode::OutOfRange);
}

}  // namespace
}  // namespace slipring::codecs::codestream::test
