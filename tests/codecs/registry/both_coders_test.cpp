// A codestream whose tiles have blocks of either coder, HT (T.814) and that of Part 1: glued from
// two, as no writer at hand makes one. What OpenJPEG refuses, so that only ours can answer.
#include <gtest/gtest.h>

#include "codecs/registry.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;

constexpr std::uint32_t kSide = 64;  // of a tile: the grid of blocks is the same from there on
constexpr std::size_t kSotBytes = 12;

std::size_t find_marker(const Pixels& stream, std::uint8_t marker, std::size_t from = 0) {
  for (std::size_t i = from; i + 1 < stream.size(); ++i)
    if (stream[i] == 0xFF && stream[i + 1] == marker) return i;
  ADD_FAILURE() << "no marker";
  return 0;
}

// A marker segment of the main header, whole.
Pixels segment(const Pixels& stream, std::uint8_t marker) {
  const std::size_t at = find_marker(stream, marker);
  const std::size_t length = load_be<std::uint16_t>(&stream[at + 2]);
  return {stream.begin() + static_cast<std::ptrdiff_t>(at),
          stream.begin() + static_cast<std::ptrdiff_t>(at + 2 + length)};
}

void append(Pixels& to, const Pixels& from) { to.insert(to.end(), from.begin(), from.end()); }

void append_word(Pixels& to, std::uint64_t value, int bytes) {
  while (bytes-- > 0) to.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
}

// The one tile-part of `stream` as tile `index`, with `own` segments in its header.
void append_tile(Pixels& to, const Pixels& stream, unsigned index, const Pixels& own) {
  const std::size_t sot = find_marker(stream, 0x90);
  const Pixels rest(stream.begin() + static_cast<std::ptrdiff_t>(sot + kSotBytes),
                    stream.end() - 2);
  append(to, {0xFF, 0x90, 0, 10});
  append_word(to, index, 2);
  append_word(to, kSotBytes + own.size() + rest.size(), 4);
  append(to, {0, 1});
  append(to, own);
  append(to, rest);
}

TEST(BothCoders, TilesOfEitherStandInOneCodestream) {
  const pixel::Layout half = layout(kSide, kSide, 1, 8, 8);
  const Pixels left = make_frame(half, Pattern::Gradient, 1);
  const Pixels right = make_frame(half, Pattern::Noise, 2);
  const Pixels ht = encode(*find(pixel::Format::Htj2k), left, half);
  const Pixels part1 = encode(*find(pixel::Format::Jpeg2000), right, half);

  Pixels own = segment(part1, 0x52);  // COD
  append(own, segment(part1, 0x5C));  // QCD
  Pixels both(ht.begin(), ht.begin() + static_cast<std::ptrdiff_t>(find_marker(ht, 0x90)));
  const std::size_t siz = find_marker(both, 0x51);
  store_be(&both[siz + 6], std::uint32_t{2 * kSide});  // Xsiz
  store_be(&both[siz + 22], kSide);                    // XTsiz
  append_tile(both, ht, 0, {});
  append_tile(both, part1, 1, own);
  append(both, {0xFF, 0xD9});

  const pixel::Layout l = layout(kSide, 2 * kSide, 1, 8, 8);
  const Decoded back = decode(*find(pixel::Format::Htj2k), both, l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  for (std::size_t y = 0; y < kSide; ++y)
    for (std::size_t x = 0; x < kSide; ++x) {
      ASSERT_EQ(back.pixels[y * 2 * kSide + x], left[y * kSide + x]) << y << " " << x;
      ASSERT_EQ(back.pixels[y * 2 * kSide + kSide + x], right[y * kSide + x]) << y << " " << x;
    }
}

// Ours says Unsupported of many of these, and decoding asks OpenJPEG then. Comparing does not: it
// says that a frame is the expected one only where decoding gives that one.
TEST(BothCoders, AFrameThatIsComparedIsNotGivenToOpenJpeg) {
  const FormatRow& row = *find(pixel::Format::Htj2k);
  const pixel::Layout l = layout(20, 20, 1, 16, 12);
  const Pixels frame = make_frame(l, Pattern::Gradient);
  const Pixels stream = encode(row, frame, l);
  unsigned unsupported = 0;
  for (std::size_t at = 0; at < stream.size(); ++at) {
    Pixels damaged = stream;
    damaged[at] ^= 0x81;
    const Result<void> compared = compare(row, damaged, l, frame);
    const Decoded decoded = decode(row, damaged, l);
    if (!compared) {
      unsupported += compared.error().code == ErrorCode::Unsupported ? 1 : 0;
    } else {
      EXPECT_TRUE(decoded.status && decoded.pixels == frame) << at;
    }
  }
  EXPECT_GT(unsupported, 0U);
}

}  // namespace
}  // namespace slipring::codecs
