#include "codecs/deflate/inspect.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "codecs/deflate/deflate.h"

namespace slipring::codecs::deflate {
namespace {

using Text = std::vector<std::uint8_t>;
using End = Inspection::End;

TEST(Inspect, AgreesWithTheLibraryOnSoundStreams) {
  std::mt19937 random(3);
  for (const int level : {1, 6, 12}) {
    for (const unsigned variety : {1U, 2U, 40U, 256U}) {
      Text text(30'000);
      for (std::uint8_t& byte : text) byte = static_cast<std::uint8_t>(random() % variety);
      Buffer stream;
      ASSERT_TRUE(deflate_raw(text, level, stream));
      const Inspection seen = inspect(stream.bytes());
      EXPECT_EQ(seen.end, End::Sound);
      EXPECT_EQ(seen.offset, stream.size());
      EXPECT_EQ(seen.output_bytes, text.size());
    }
  }
}

TEST(Inspect, AgreesWithTheLibraryOnDamagedStreams) {
  std::mt19937 random(4);
  Text text(400);
  for (std::uint8_t& byte : text) byte = static_cast<std::uint8_t>(random() % 30);
  Buffer stream;
  ASSERT_TRUE(deflate_raw(text, 6, stream));
  for (std::size_t at = 0; at < stream.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Text damaged(stream.data(), stream.data() + stream.size());
      damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1U << bit));
      Buffer out;
      const auto inflated = inflate_raw(damaged, {}, out);
      const Inspection seen = inspect(damaged);
      // The library lets some code lengths pass that RFC 1951 forbids; where both go on they agree.
      if (inflated && seen.end == End::Sound) {
        EXPECT_EQ(seen.output_bytes, out.size());
        EXPECT_EQ(seen.offset, inflated->consumed_bytes);
      }
      EXPECT_LE(seen.offset, damaged.size());
    }
  }
}

TEST(Inspect, NamesTheReservedBlockType) {
  EXPECT_EQ(inspect(Text{0x07, 0, 0}).end, End::Malformed);
}

TEST(Inspect, NamesADistanceBeforeTheStart) {
  // Final fixed block: length 3 (code 257, 7 bits), distance 1 (5 bits), end of block.
  EXPECT_EQ(inspect(Text{0x03, 0x02, 0x00}).end, End::Malformed);
}

TEST(Inspect, NamesAStoredLengthWithoutItsComplement) {
  EXPECT_EQ(inspect(Text{0x01, 0x01, 0x00, 0x00, 0x00, 0x55}).end, End::Malformed);
}

TEST(Inspect, AnEmptyStreamIsTruncated) { EXPECT_EQ(inspect({}).end, End::Truncated); }

}  // namespace
}  // namespace slipring::codecs::deflate
