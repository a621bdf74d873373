#include "codecs/rle/rle_encoder.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "codecs/rle/rle_decoder.h"
#include "tests/codecs/kernels/every_target.h"
#include "tests/codecs/rle/frames.h"

namespace slipring::codecs::rle {
namespace {

using test::ByteVector;
using test::runny_bytes;

ByteVector packed_row(const ByteVector& row) {
  ByteVector packed(encoded_bytes_max(row.size(), row.size()) + kEncodeSlack);
  packed.resize(static_cast<std::size_t>(encode_row_scalar(row, packed.data()) - packed.data()));
  return packed;
}

ByteVector unpacked(const ByteVector& packed, std::size_t size) {
  ByteVector row(size);
  SegmentEnd end;
  const Bytes view = packed;
  const std::uint8_t position = 0;
  decode_planes_scalar({&view, 1}, {&position, 1}, size, row.data(), {&end, 1});
  EXPECT_EQ(end, (SegmentEnd{size, packed.size(), false}));
  return row;
}

// The fewest bytes that any choice of packets gives, by trying them all from the end.
std::size_t fewest_bytes(const ByteVector& row) {
  std::vector<std::size_t> fewest(row.size() + 1, 0);
  for (std::size_t at = row.size(); at-- > 0;) {
    std::size_t run = 1;
    while (at + run < row.size() && run < 128 && row[at + run] == row[at]) ++run;
    fewest[at] = ~std::size_t{0};
    for (std::size_t count = 1; count <= run; ++count)
      fewest[at] = std::min(fewest[at], 2 + fewest[at + count]);
    for (std::size_t count = 1; count <= 128 && at + count <= row.size(); ++count)
      fewest[at] = std::min(fewest[at], 1 + count + fewest[at + count]);
  }
  return fewest[0];
}

TEST(RleRow, RunsOfThreeAreReplicatedAndPairsInsideALiteralAreNot) {
  EXPECT_EQ(packed_row({7, 7, 7}), (ByteVector{254, 7}));
  EXPECT_EQ(packed_row({1, 2, 2, 3}), (ByteVector{3, 1, 2, 2, 3}));
  EXPECT_EQ(packed_row({1, 2, 2, 2, 3}), (ByteVector{0, 1, 254, 2, 0, 3}));
  EXPECT_EQ(packed_row({1, 1}), (ByteVector{255, 1}));
  EXPECT_EQ(packed_row({1}), (ByteVector{0, 1}));
}

TEST(RleRow, ALongRunIsSplitIntoRunsOf128) {
  EXPECT_EQ(packed_row(ByteVector(300, 5)), (ByteVector{129, 5, 129, 5, 213, 5}));
}

TEST(RleRow, TheByteLeftOverFromALongRunJoinsTheLiteralBehindIt) {
  ByteVector row(131, 5);
  row[129] = 6;
  row[130] = 7;
  EXPECT_EQ(packed_row(row), (ByteVector{129, 5, 2, 5, 6, 7}));
}

TEST(RleRow, TheByteLeftOverJoinsTheLiteralInFrontIfThatHasRoom) {
  ByteVector row(131, 5);
  row[0] = 6;
  row[1] = 7;
  EXPECT_EQ(packed_row(row), (ByteVector{2, 6, 7, 5, 129, 5}));
}

TEST(RleRow, ALongLiteralIsSplitIntoLiteralsOf128) {
  ByteVector row(200);
  std::iota(row.begin(), row.end(), std::uint8_t{0});
  const ByteVector packed = packed_row(row);
  EXPECT_EQ(packed.size(), 202U);
  EXPECT_EQ(packed[0], 127);
  EXPECT_EQ(packed[129], 71);
}

TEST(RleRow, IsNeverLongerThanItsBound) {
  for (std::size_t size = 1; size < 600; ++size) {
    const ByteVector row = test::random_bytes(size, static_cast<std::uint32_t>(size));
    EXPECT_LE(packed_row(row).size(), encoded_bytes_max(size, size));
  }
}

TEST(RleRow, IsAsShortAsAnyChoiceOfPacketsCanMakeIt) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    const ByteVector row = runny_bytes(1 + seed * 7 % 400, seed % 97, seed);
    const ByteVector packed = packed_row(row);
    ASSERT_EQ(unpacked(packed, row.size()), row) << seed;
    ASSERT_EQ(packed.size(), fewest_bytes(row)) << seed;
  }
}

// Runs and literals of lengths about those where a packet is full.
ByteVector row_of_awkward_lengths(std::uint32_t seed) {
  constexpr std::size_t kLengths[] = {1,  1,   2,   2,   3,   4,   63,  64,
                                      65, 126, 127, 128, 129, 130, 256, 257};
  std::mt19937 generator(seed);
  const auto pick = [&] { return kLengths[generator() % std::size(kLengths)]; };
  ByteVector row;
  while (row.size() < 900) {
    const std::size_t literals = pick();
    for (std::size_t i = 0; i < literals; ++i)
      row.push_back(static_cast<std::uint8_t>(generator()));
    for (std::size_t pairs = generator() % 3; pairs > 0; --pairs)
      row.insert(row.end(), 2, static_cast<std::uint8_t>(generator()));
    for (std::size_t runs = generator() % 3; runs > 0; --runs)
      row.insert(row.end(), pick(), static_cast<std::uint8_t>(generator()));
  }
  return row;
}

TEST(RleRow, IsAsShortAsAnyChoiceWhereRunsAndLiteralsJustFillAPacket) {
  for (std::uint32_t seed = 0; seed < 1000; ++seed) {
    const ByteVector row = row_of_awkward_lengths(seed);
    const ByteVector packed = packed_row(row);
    ASSERT_EQ(unpacked(packed, row.size()), row) << seed;
    ASSERT_EQ(packed.size(), fewest_bytes(row)) << seed;
  }
}

struct Packed {
  std::vector<ByteVector> segments;
  friend bool operator==(const Packed&, const Packed&) = default;
};

template <class Encode>
Packed pack(const ByteVector& pixels, std::size_t planes, std::size_t row_bytes, Encode encode) {
  const std::size_t room = encoded_bytes_max(pixels.size() / planes, row_bytes) + kEncodeSlack;
  ByteVector memory(room * planes);
  std::vector<std::uint8_t> positions(planes);
  std::iota(positions.rbegin(), positions.rend(), std::uint8_t{0});
  std::vector<SegmentOut> out(planes);
  for (std::size_t k = 0; k < planes; ++k) out[k].to = &memory[k * room];
  encode(pixels, positions, row_bytes, out);
  Packed packed;
  for (const SegmentOut& segment : out)
    packed.segments.emplace_back(segment.to, segment.to + segment.size_bytes);
  return packed;
}

void expect_agreement(const ByteVector& pixels, std::size_t planes, std::size_t row_bytes) {
  Scratch scratch;
  const Packed right = pack(pixels, planes, row_bytes, encode_planes_scalar);
  const Packed got = pack(pixels, planes, row_bytes,
                          [&](auto&&... arguments) { encode_planes(arguments..., scratch); });
  ASSERT_EQ(got, right) << planes << " planes, rows of " << row_bytes;
}

TEST(RleEncoder, EveryTargetAgreesWithTheScalarEncoderForEveryRowLength) {
  test::for_every_target([] {
    for (std::size_t row = 1; row <= 400; ++row)
      expect_agreement(runny_bytes(row * 3 * 2, static_cast<unsigned>(row % 97),
                                   static_cast<std::uint32_t>(row)),
                       2, row);
  });
}

TEST(RleEncoder, EveryTargetAgreesForEveryNumberOfPlanes) {
  test::for_every_target([] {
    for (std::size_t planes = 1; planes <= kSegmentsMax; ++planes)
      for (const unsigned repeat : {0U, 50U, 80U, 97U, 100U})
        expect_agreement(runny_bytes(planes * 130 * 9, repeat, 3), planes, 130);
  });
}

TEST(RleEncoder, EveryTargetAgreesOnRowsLongerThanAStripAndALastRowThatIsShort) {
  test::for_every_target([] {
    for (const std::size_t row : {8191U, 8192U, 8193U, 20000U, 65536U})
      for (const unsigned repeat : {10U, 90U}) {
        expect_agreement(runny_bytes(row * 2, repeat, 3), 1, row);
        expect_agreement(runny_bytes(row * 2 + 77, repeat, 4), 1, row);
      }
  });
}

TEST(RleEncoder, EveryTargetAgreesWhereRunsAndLiteralsJustFillAPacket) {
  test::for_every_target([] {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
      const ByteVector row = row_of_awkward_lengths(seed);
      expect_agreement(row, 1, row.size());
    }
  });
}

TEST(RleEncoder, EveryTargetAgreesOnStretchesOfPairs) {
  test::for_every_target([] {
    for (std::size_t pairs = 0; pairs < 300; ++pairs) {
      ByteVector row{9, 9, 9, 9};
      for (std::size_t i = 0; i < pairs; ++i)
        row.insert(row.end(), 2, static_cast<std::uint8_t>(i));
      expect_agreement(row, 1, row.size());
      row.insert(row.end(), {4, 5, 5, 5});
      expect_agreement(row, 1, row.size());
      row.insert(row.begin(), 3);
      expect_agreement(row, 1, row.size());
    }
  });
}

}  // namespace
}  // namespace slipring::codecs::rle
