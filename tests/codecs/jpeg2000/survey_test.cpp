#include "codecs/jpeg2000/openjpeg/survey.h"

#include <gtest/gtest.h>

#include "tests/codecs/jpeg2000/jpeg2000_writer.h"

namespace slipring::codecs::jpeg2000 {
namespace {

using namespace codecs::fixture;

const pixel::Layout kGrey = layout(64, 64, 1, 8, 8);

Pixels stream_of(const Jpeg2000Writer& how) {
  return write_jpeg2000(make_frame(kGrey, Pattern::Gradient), kGrey, how);
}

std::size_t find_marker(const Pixels& stream, std::uint16_t marker) {
  for (std::size_t i = 0; i + 1 < stream.size(); ++i)
    if (load_be<std::uint16_t>(&stream[i]) == marker) return i;
  return stream.size();
}

TEST(Jpeg2000Survey, SeesEveryTileAndTheEnd) {
  const Pixels stream = stream_of({.tile_side = 20});
  const auto seen = survey(stream);
  ASSERT_TRUE(seen) << seen.error().what;
  EXPECT_EQ(seen->header.tiles, 16U);
  EXPECT_TRUE(seen->ends);
  EXPECT_EQ(seen->end, stream.size());
}

TEST(Jpeg2000Survey, StopsAtTheLimitOfTiles) {
  const auto seen = survey(stream_of({.tile_side = 20}), {.tiles_max = 15});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::LimitExceeded);
  EXPECT_EQ(seen.error().actual, 16U);
}

TEST(Jpeg2000Survey, MoreTilesThanBytesAreTruncated) {
  Pixels stream = stream_of({});
  const std::size_t siz = find_marker(stream, jpeg2000_marker::kSiz);
  store_be<std::uint32_t>(&stream[siz + 22], 2);  // XTsiz
  store_be<std::uint32_t>(&stream[siz + 26], 2);  // YTsiz
  const auto seen = survey(stream);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::Truncated);
}

TEST(Jpeg2000Survey, StopsAtTheLimitsOfPrecinctsAndPackets) {
  const Pixels stream = stream_of({.precinct_side = 4});
  auto seen = survey(stream, {.precincts_free = 10});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::LimitExceeded);
  seen = survey(stream, {.packets_free = 10, .packets_per_byte_max = 0});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::LimitExceeded);
}

TEST(Jpeg2000Survey, ATilePartOfAnUnknownTileIsMalformed) {
  Pixels stream = stream_of({});
  stream[find_marker(stream, jpeg2000_marker::kSot) + 5] = 1;
  const auto seen = survey(stream);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::Malformed);
}

TEST(Jpeg2000Survey, ATilePartMayGoOnToTheEnd) {
  Pixels stream = stream_of({});
  store_be<std::uint32_t>(&stream[find_marker(stream, jpeg2000_marker::kSot) + 6], 0);  // Psot
  auto seen = survey(stream);
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->ends);
  stream.resize(stream.size() - 3);
  seen = survey(stream);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::Truncated);
}

// The next four would reach defects of OpenJPEG 2.5.0.
TEST(Jpeg2000Survey, HtAndOtherCodeBlocksInOneImageAreUnsupported) {
  const Pixels stream = stream_of({});
  const std::size_t cod = find_marker(stream, jpeg2000_marker::kCod);
  const Pixels coc = {0xFF,
                      0x53,
                      0,
                      9,
                      0,
                      0,
                      stream[cod + 9],
                      stream[cod + 10],
                      stream[cod + 11],
                      static_cast<std::uint8_t>(stream[cod + 12] | 0x40),
                      stream[cod + 13]};
  Pixels mixed = stream;
  mixed.insert(
      mixed.begin() + static_cast<std::ptrdiff_t>(find_marker(stream, jpeg2000_marker::kSot)),
      coc.begin(), coc.end());
  EXPECT_EQ(survey(mixed).error().code, ErrorCode::Unsupported);
}

TEST(Jpeg2000Survey, PackedPacketHeadersAreUnsupported) {
  Pixels stream = stream_of({});
  const Pixels ppm = {0xFF, 0x60, 0, 7, 0, 0xFF, 0xFF, 0xFF, 0xFF};
  stream.insert(
      stream.begin() + static_cast<std::ptrdiff_t>(find_marker(stream, jpeg2000_marker::kSot)),
      ppm.begin(), ppm.end());
  EXPECT_EQ(survey(stream).error().code, ErrorCode::Unsupported);
}

TEST(Jpeg2000Survey, MoreLevelsThanTheLibraryFollowsAreUnsupported) {
  Pixels stream = stream_of({});
  stream[find_marker(stream, jpeg2000_marker::kCod) + 9] = 16;
  EXPECT_EQ(survey(stream).error().code, ErrorCode::Unsupported);
}

TEST(Jpeg2000Survey, TilePartsWhoseNumbersContradictEachOtherAreMalformed) {
  Pixels stream = stream_of({});
  const std::size_t sot = find_marker(stream, jpeg2000_marker::kSot);
  stream[sot + 10] = 1;  // TPsot of a first part
  EXPECT_EQ(survey(stream).error().code, ErrorCode::Malformed);
}

TEST(Jpeg2000Survey, ASizeThatContradictsItselfIsMalformed) {
  Pixels stream = stream_of({});
  const std::size_t siz = find_marker(stream, jpeg2000_marker::kSiz);
  store_be<std::uint32_t>(&stream[siz + 14], 64);  // XOsiz = Xsiz
  EXPECT_EQ(survey(stream).error().code, ErrorCode::Malformed);
}

}  // namespace
}  // namespace slipring::codecs::jpeg2000
