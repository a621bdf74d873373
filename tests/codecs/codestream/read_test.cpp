#include "codecs/codestream/read.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "codecs/codestream/write.h"
#include "tests/codecs/codestream/samples.h"
#include "tests/codecs/guarded_memory.h"

namespace slipring::codecs::codestream::test {
namespace {

using slipring::test::GuardedMemory;

// Part 1 blocks in several layers: shares with the segments of their style.
Share draw_share(Random& random, std::uint8_t style, unsigned before, unsigned passes) {
  Share share;
  share.passes = passes;
  unsigned at = before;
  while (at < before + passes) {
    // Where the segment that holds pass `at` began, and where it ends.
    unsigned begin = 0;
    unsigned most = segment_passes_max(style, 0);
    while (most != kOpenEnded && begin + most <= at) {
      begin += most;
      most = segment_passes_max(style, begin);
    }
    const unsigned end = most == kOpenEnded ? 1000 : begin + most;
    const unsigned count = std::min(end, before + passes) - at;
    const auto length = draw(random, 0, 60);
    share.lengths.push_back({length, count});
    const auto bytes = draw_bytes(random, length);
    share.bytes.insert(share.bytes.end(), bytes.begin(), bytes.end());
    at += count;
  }
  return share;
}

std::vector<PlainBlock> draw_layers(const Tile& tile, unsigned layers, Random& random) {
  std::vector<PlainBlock> blocks;
  for (const Block& block : tile.blocks) {
    const Band& band = tile.bands[block.band];
    const std::uint8_t style = tile.coding->components[band.component].style.block_style;
    PlainBlock plain;
    plain.layers.resize(layers);
    if (band.bit_planes != 0) {
      plain.zero_bit_planes = draw(random, 0, band.bit_planes - 1U);
      unsigned before = 0;
      for (Share& share : plain.layers) {
        if (draw(random, 0, 2) == 0) continue;
        const unsigned passes = draw(random, 1, 9);
        share = draw_share(random, style, before, passes);
        before += passes;
      }
    }
    blocks.push_back(plain);
  }
  return blocks;
}

void expect_blocks(const Tile& tile, const std::vector<PlainBlock>& blocks) {
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    std::vector<std::uint8_t> bytes;
    unsigned passes = 0;
    for (const Share& share : blocks[b].layers) {
      bytes.insert(bytes.end(), share.bytes.begin(), share.bytes.end());
      passes += share.passes;
    }
    const Block& block = tile.blocks[b];
    ASSERT_EQ(block.passes, passes);
    if (passes == 0) continue;
    ASSERT_EQ(block.zero_bit_planes, blocks[b].zero_bit_planes);
    ASSERT_EQ(block.bytes, bytes.size());
    if (!bytes.empty()) {
      ASSERT_EQ(std::memcmp(block.data, bytes.data(), bytes.size()), 0);
    }
    const std::uint8_t style =
        tile.coding->components[tile.bands[block.band].component].style.block_style;
    std::uint64_t sum = 0;
    unsigned at = 0;
    for (unsigned s = 0; s < block.segment_count; ++s) {
      const Segment& segment = tile.segments[block.first_segment + s];
      sum += segment.bytes;
      ASSERT_LE(segment.passes, segment_passes_max(style, at));
      at += segment.passes;
    }
    ASSERT_EQ(sum, bytes.size());
    ASSERT_EQ(at, passes);
  }
}

struct Layered {
  Parameters parameters;
  std::vector<PlainBlock> blocks;
  std::vector<std::uint8_t> stream;
};

Layered draw_layered(Random& random, int i) {
  Layered drawn;
  Parameters& parameters = drawn.parameters;
  parameters = draw_parameters(random, false);
  parameters.siz.tile_width = 200;
  parameters.siz.tile_height = 200;
  Coding& coding = parameters.coding;
  coding.layers = static_cast<std::uint16_t>(draw(random, 1, 6));
  coding.sop = i % 2 == 0;
  coding.eph = i % 3 == 0;
  constexpr std::array<std::uint8_t, 4> kStyles = {0, kBypass, kTerminateEachPass,
                                                   kBypass | kTerminateEachPass};
  for (ComponentCoding& component : coding.components)
    component.style.block_style = kStyles[draw(random, 0, 3)];
  if (i % 4 == 0) {  // two progression changes: what the first leaves out, the second brings
    ProgressionVolume volume = whole_volume(coding);
    volume.order = static_cast<Progression>(draw(random, 0, 4));
    volume.layer_end = static_cast<std::uint16_t>(draw(random, 1, coding.layers));
    volume.resolution_end = static_cast<std::uint8_t>(draw(random, 1, 6));
    coding.volumes.push_back(volume);
    volume = whole_volume(coding);
    volume.order = static_cast<Progression>(draw(random, 0, 4));
    coding.volumes.push_back(volume);
  }
  Tile tile;
  EXPECT_TRUE(lay_out(parameters.siz, coding, 0, ~std::uint64_t{0} >> 20U, {}, tile));
  drawn.blocks = draw_layers(tile, coding.layers, random);
  PlainOptions options;
  options.headers = static_cast<HeadersIn>(i % 3);
  const auto packets = plain_packets(parameters.siz, tile, drawn.blocks);
  if (draw(random, 0, 1) == 0) options.packets_a_part = packets.size() / draw(random, 1, 9) + 1;
  options.length_of_last_part = draw(random, 0, 1) != 0;
  drawn.stream = plain_codestream(parameters, packets, options);
  return drawn;
}

TEST(ReadTest, LayersPartsAndPackedHeadersAreReadAsThePlainEncoderWroteThem) {
  Random random(21);
  Reader reader;
  Tile tile;
  for (int i = 0; i < 300; ++i) {
    const Layered drawn = draw_layered(random, i);
    const auto opened = reader.open(drawn.stream);
    ASSERT_TRUE(opened) << i << ' ' << opened.error().what;
    const auto read = reader.read_tile(0, 0, tile);
    ASSERT_TRUE(read) << i << ' ' << read.error().what << ' ' << read.error().offset;
    expect_blocks(tile, drawn.blocks);
    EXPECT_FALSE(reader.remarks().missing_end) << i;
    EXPECT_FALSE(reader.remarks().inconsistent_lengths) << i;
    EXPECT_EQ(reader.remarks().trailing_bytes, 0U) << i;
  }
}

// Reads everything; the first error, or none.
Result<void> read_all(Reader& reader, Bytes stream, Tile& tile, const Limits& limits = {}) {
  TRY(reader.open(stream, limits));
  for (std::uint32_t t = 0; t < reader.tiles(); ++t) TRY(reader.read_tile(t, 0, tile));
  return {};
}

TEST(ReadTest, ATruncationAtEveryByteIsAnErrorWithAnOffset) {
  Random random(22);
  for (int i = 0; i < 6; ++i) {
    const Layered drawn = draw_layered(random, i);
    Reader reader;
    Tile tile;
    for (std::size_t size = 0; size + 2 < drawn.stream.size(); ++size) {
      const GuardedMemory guarded{Bytes(drawn.stream).first(size)};
      const auto read = read_all(reader, guarded.bytes(), tile);
      ASSERT_FALSE(read) << size << " of " << drawn.stream.size();
      ASSERT_TRUE(read.error().code == ErrorCode::Truncated ||
                  read.error().code == ErrorCode::Malformed)
          << size;
    }
    const auto without_end =
        read_all(reader, Bytes(drawn.stream).first(drawn.stream.size() - 2), tile);
    ASSERT_TRUE(without_end);
    EXPECT_TRUE(reader.remarks().missing_end);
  }
}

TEST(ReadTest, ACorruptByteAnywhereGivesBlocksWithinTheBytesOrAnError) {
  Random random(23);
  for (int i = 0; i < 4; ++i) {
    const Layered drawn = draw_layered(random, i);
    Reader reader;
    Tile tile;
    GuardedMemory guarded{Bytes(drawn.stream)};
    for (std::size_t at = 0; at < drawn.stream.size(); ++at) {
      guarded.writable()[at] = static_cast<std::uint8_t>(drawn.stream[at] ^ (1U << random() % 8));
      if (read_all(reader, guarded.bytes(), tile)) {
        std::uint64_t sum = 0;
        for (const Block& block : tile.blocks)
          for (std::size_t b = 0; b < block.bytes; ++b) sum += block.data[b];
        ASSERT_LE(sum, std::uint64_t{255} * drawn.stream.size());
      }
      guarded.writable()[at] = drawn.stream[at];
    }
  }
}

TEST(ReadTest, GarbageBehindValidHeadersEndsSoon) {
  Random random(24);
  Reader reader;
  Tile tile;
  for (int i = 0; i < 300; ++i) {
    Layered drawn = draw_layered(random, i % 2 == 0 ? 0 : 1);
    std::size_t body = 2;
    while (drawn.stream[body + 1] != 0x93)
      body += 2U + load_be<std::uint16_t>(&drawn.stream[body + 2]);
    for (std::size_t at = body + 2; at < drawn.stream.size(); ++at)
      drawn.stream[at] = static_cast<std::uint8_t>(random());
    (void)read_all(reader, drawn.stream, tile);
  }
}

std::vector<std::uint8_t> small_stream() {
  Parameters parameters;
  choose({.width = 40, .height = 30, .levels = 2}, parameters);
  Tile tile;
  EXPECT_TRUE(lay_out(parameters.siz, parameters.coding, 0, 1000, {}, tile));
  Random random(25);
  std::vector<std::vector<std::uint8_t>> bytes;
  fill(tile, random, bytes);
  Writer writer;
  Buffer out;
  EXPECT_TRUE(writer.begin(parameters, {.comment = ""}, out));
  EXPECT_TRUE(writer.write_tile(tile));
  writer.finish();
  return {out.data(), out.data() + out.size()};
}

std::size_t find(const std::vector<std::uint8_t>& stream, std::uint16_t marker) {
  std::size_t at = 2;
  while (load_be<std::uint16_t>(&stream[at]) != marker)
    at += 2U + load_be<std::uint16_t>(&stream[at + 2]);
  return at;
}

ErrorCode code_of(const std::vector<std::uint8_t>& stream, const Limits& limits = {}) {
  Reader reader;
  Tile tile;
  const auto read = read_all(reader, stream, tile, limits);
  return read ? ErrorCode::Internal : read.error().code;
}

TEST(ReadTest, BytesBehindTheEndAreCounted) {
  auto stream = small_stream();
  stream.insert(stream.end(), {0, 1, 2});
  Reader reader;
  Tile tile;
  ASSERT_TRUE(read_all(reader, stream, tile));
  EXPECT_EQ(reader.remarks().trailing_bytes, 3U);
  EXPECT_FALSE(reader.remarks().missing_end);
}

TEST(ReadTest, WrongTilePartLengthsAreRemarkedWhereAllPacketsAreThere) {
  for (const int change : {-3, 2, 1000}) {
    auto stream = small_stream();
    const std::size_t sot = find(stream, 0xFF90);
    const auto length = load_be<std::uint32_t>(&stream[sot + 6]);
    store_be(&stream[sot + 6], static_cast<std::uint32_t>(static_cast<int>(length) + change));
    Reader reader;
    Tile tile;
    ASSERT_TRUE(read_all(reader, stream, tile)) << change;
    EXPECT_TRUE(reader.remarks().inconsistent_lengths) << change;
    EXPECT_FALSE(reader.remarks().missing_end) << change;
  }
}

TEST(ReadTest, AnUnwritableNumberOfPartsIsRemarked) {
  auto stream = small_stream();
  const std::size_t sot = find(stream, 0xFF90);
  stream[sot + 11] = 7;
  Reader reader;
  Tile tile;
  ASSERT_TRUE(read_all(reader, stream, tile));
  EXPECT_TRUE(reader.remarks().inconsistent_lengths);
  stream[sot + 10] = 1;  // the first part is not there
  EXPECT_EQ(code_of(stream), ErrorCode::Malformed);
}

void insert_segment(std::vector<std::uint8_t>& stream, std::vector<std::uint8_t> segment) {
  stream.insert(stream.begin() + static_cast<std::ptrdiff_t>(find(stream, 0xFF90)), segment.begin(),
                segment.end());
}

TEST(ReadTest, WhatThisLayerCannotReadIsRefusedByName) {
  auto stream = small_stream();
  insert_segment(stream, {0xFF, 0x5E, 0, 5, 0, 0, 3});  // RGN
  EXPECT_EQ(code_of(stream), ErrorCode::Unsupported);
  stream[find(stream, 0xFF5E) + 6] = 0;  // a shift of 0 is none
  EXPECT_EQ(code_of(stream), ErrorCode::Internal);
  stream = small_stream();
  insert_segment(stream, {0xFF, 0x74, 0, 2});  // MCT of T.801
  EXPECT_EQ(code_of(stream), ErrorCode::Unsupported);
  stream = small_stream();
  stream[find(stream, 0xFF52) + 12] = 0xC0;  // mixed blocks
  EXPECT_EQ(code_of(stream), ErrorCode::Unsupported);
  stream = small_stream();
  stream[find(stream, 0xFF52) + 13] = 2;  // a wavelet of T.801
  EXPECT_EQ(code_of(stream), ErrorCode::Unsupported);
}

TEST(ReadTest, UnknownSegmentsAndMarkersWithoutLengthArePassedOver) {
  auto stream = small_stream();
  insert_segment(stream, {0xFF, 0x3A, 0xFF, 0x0A, 0, 4, 1, 2, 0xFF, 0x30});
  Reader reader;
  Tile tile;
  EXPECT_TRUE(read_all(reader, stream, tile));
}

TEST(ReadTest, ASecondCodingStyleIsRefused) {
  auto stream = small_stream();
  const std::size_t cod = find(stream, 0xFF52);
  insert_segment(stream, {stream.begin() + static_cast<std::ptrdiff_t>(cod),
                          stream.begin() + static_cast<std::ptrdiff_t>(cod + 14)});
  EXPECT_EQ(code_of(stream), ErrorCode::Malformed);
}

TEST(ReadTest, ComponentsWithStylesOfTheirOwnAreReadByCocAndQcc) {
  Random random(26);
  Parameters parameters;
  choose({.width = 50, .height = 40, .components = 3, .levels = 3}, parameters);
  ComponentCoding& other = parameters.coding.components[1];
  other.style.levels = 1;
  other.style.block_width_exponent = 3;
  other.quantization = reversible_quantization(1, 9, false);
  parameters.coding.components[2].quantization = reversible_quantization(3, 12, false);
  Tile tile;
  ASSERT_TRUE(lay_out(parameters.siz, parameters.coding, 0, 100000, {}, tile));
  std::vector<std::vector<std::uint8_t>> bytes;
  fill(tile, random, bytes);
  Writer writer;
  Buffer out;
  ASSERT_TRUE(writer.begin(parameters, {}, out));
  ASSERT_TRUE(writer.write_tile(tile));
  writer.finish();
  Reader reader;
  Tile read;
  ASSERT_TRUE(read_all(reader, out.bytes(), read));
  EXPECT_EQ(read.components[1].levels, 1);
  EXPECT_EQ(read.blocks.size(), tile.blocks.size());
  for (std::size_t b = 0; b < tile.bands.size(); ++b)
    EXPECT_EQ(read.bands[b].bit_planes, tile.bands[b].bit_planes);
}

// A tile's header may change what the main header says, for that tile alone.
TEST(ReadTest, ATileMayHaveACodingStyleOfItsOwn) {
  Parameters parameters;
  choose({.width = 40, .height = 30, .levels = 1}, parameters);
  Tile tile;
  ASSERT_TRUE(lay_out(parameters.siz, parameters.coding, 0, 1000, {}, tile));
  const auto packets = plain_packets(parameters.siz, tile, plain_blocks(tile));
  auto stream = plain_codestream(parameters, packets);
  Parameters lie = parameters;
  choose({.width = 40, .height = 30, .levels = 2}, lie);
  lie.coding.components[0].quantization = reversible_quantization(2, 8, false);
  auto other = plain_codestream(lie, packets);
  const std::size_t cod = find(stream, 0xFF52);
  const std::vector<std::uint8_t> style(stream.begin() + static_cast<std::ptrdiff_t>(cod),
                                        stream.begin() + static_cast<std::ptrdiff_t>(cod + 14));
  const std::size_t sot = find(other, 0xFF90);
  other.insert(other.begin() + static_cast<std::ptrdiff_t>(sot + 12), style.begin(), style.end());
  store_be(&other[sot + 6],
           static_cast<std::uint32_t>(load_be<std::uint32_t>(&other[sot + 6]) + style.size()));
  Reader reader;
  Tile read;
  ASSERT_TRUE(read_all(reader, other, read));
  EXPECT_EQ(reader.parameters().coding.components[0].style.levels, 2);
  EXPECT_EQ(read.components[0].levels, 1);
}

TEST(ReadTest, ADeclarationThatItsBytesCannotJustifyIsRefusedAtOnce) {
  auto stream = small_stream();
  const std::size_t siz = find(stream, 0xFF51);
  for (const std::size_t at : {siz + 6, siz + 10, siz + 22, siz + 26})
    store_be(&stream[at], std::uint32_t{65535});
  stream[find(stream, 0xFF52) + 10] = 0;  // 4 x 4
  stream[find(stream, 0xFF52) + 11] = 0;
  EXPECT_EQ(code_of(stream), ErrorCode::LimitExceeded);
  store_be(&stream[siz + 22], std::uint32_t{1});  // a tile a column
  EXPECT_EQ(code_of(stream), ErrorCode::Truncated);
  store_be(&stream[siz + 26], std::uint32_t{1});
  EXPECT_EQ(code_of(stream), ErrorCode::LimitExceeded);
  stream = small_stream();
  store_be(&stream[find(stream, 0xFF52) + 6], std::uint16_t{65535});  // layers
  EXPECT_EQ(code_of(stream), ErrorCode::Truncated);
}

TEST(ReadTest, EveryLimitIsKept) {
  const auto stream = small_stream();
  EXPECT_EQ(code_of(stream), ErrorCode::Internal);  // as it is: no error
  EXPECT_EQ(code_of(stream, {.dimension_max = 39}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.components_max = 0}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.tiles_max = 0}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.tile_parts_max = 0}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.segments_max = 2}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.layers_max = 0}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.tile_components_max = 0}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.precincts_max = 2}), ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.blocks_free = 1, .blocks_per_byte_max = 0}),
            ErrorCode::LimitExceeded);
  EXPECT_EQ(code_of(stream, {.visits_free = 1, .visits_per_byte_max = 0}),
            ErrorCode::LimitExceeded);
}

std::filesystem::path corpus() {
  if (const char* set = std::getenv("SLIPRING_CORPUS")) return set;
  return std::filesystem::path(SLIPRING_SOURCE_DIR) / ".." / "shared" / "corpus";
}

TEST(ReadTest, BareCodestreamsOfOtherEncodersAreReadToTheirLastByte) {
  const auto folder = corpus() / "codestreams";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus";
  Reader reader;
  Tile tile;
  int files = 0;
  for (const char* kind : {"htj2k", "j2k"})
    for (const auto& entry : std::filesystem::directory_iterator(folder / kind)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::vector<char> read((std::istreambuf_iterator<char>(file)), {});
      const Bytes stream{reinterpret_cast<const std::uint8_t*>(read.data()), read.size()};
      const auto all = read_all(reader, stream, tile);
      ASSERT_TRUE(all) << entry.path() << ' ' << all.error().what;
      EXPECT_FALSE(reader.remarks().missing_end);
      EXPECT_FALSE(reader.remarks().inconsistent_lengths);
      EXPECT_EQ(reader.parameters().high_throughput(), std::string_view(kind) == "htj2k");
      ++files;
    }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace slipring::codecs::codestream::test
