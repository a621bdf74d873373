#include <gtest/gtest.h>
#include <libdeflate.h>

#include "codecs/deflate/deflate_codec.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::deflate {
namespace {

using namespace codecs::fixture;

TEST(DeflatedFrame, RoundTripsEveryLayout) {
  constexpr std::uint16_t kAllocated[] = {8, 16, 32, 64};
  for (const std::uint16_t allocated : kAllocated)
    for (const std::uint16_t samples : kGreyAndColour)
      for (const pixel::Layout& l :
           sizes(samples, allocated, std::min<std::uint16_t>(allocated, 12), false))
        for (const Pattern pattern : kPatterns)
          expect_round_trip(deflated_frame_row(), l, make_frame(l, pattern));
}

TEST(DeflatedFrame, RoundTripsPackedBits) {
  const pixel::Layout l = layout(5, 7, 1, 1, 1);
  expect_round_trip(deflated_frame_row(), l, {0x12, 0x34, 0x56, 0x78, 0x05});
}

TEST(DeflatedFrame, ReadsAFrameInFragmentsAndOnePadByte) {
  const pixel::Layout l = layout(20, 30, 1, 16, 12);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  Pixels stream = encode(deflated_frame_row(), pixels, l);
  stream.push_back(0);
  const Decoded back = decode(deflated_frame_row(), split(stream), l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_EQ(back.quirks.bits, 0U);
}

TEST(DeflatedFrame, NotesMoreThanOneByteBehindTheStream) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  Pixels stream = encode(deflated_frame_row(), make_frame(l, Pattern::Gradient), l);
  stream.insert(stream.end(), {0, 0});
  EXPECT_TRUE(decode(deflated_frame_row(), stream, l).quirks.has(Quirk::TrailingBytes));
}

TEST(DeflatedFrame, ReadsAZlibWrappingAndSaysSo) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  const Pixels pixels = make_frame(l, Pattern::Gradient);
  libdeflate_compressor* handle = libdeflate_alloc_compressor(6);
  Pixels stream(libdeflate_zlib_compress_bound(handle, pixels.size()));
  stream.resize(
      libdeflate_zlib_compress(handle, pixels.data(), pixels.size(), stream.data(), stream.size()));
  libdeflate_free_compressor(handle);
  const Decoded back = decode(deflated_frame_row(), stream, l);
  ASSERT_TRUE(back.status);
  EXPECT_EQ(back.pixels, pixels);
  EXPECT_TRUE(back.quirks.has(Quirk::ZlibWrapped));
}

TEST(DeflatedFrame, AFrameOfAnotherSizeIsAnError) {
  const pixel::Layout l = layout(20, 30, 1, 8, 8);
  const Pixels stream = encode(deflated_frame_row(), make_frame(l, Pattern::Gradient), l);
  EXPECT_FALSE(decode(deflated_frame_row(), stream, layout(20, 31, 1, 8, 8)).status);
  EXPECT_FALSE(decode(deflated_frame_row(), stream, layout(20, 29, 1, 8, 8)).status);
}

TEST(DeflatedFrame, EveryTruncationIsSeenAndEveryCorruptionSurvived) {
  const pixel::Layout l = layout(8, 9, 1, 16, 12);
  const Pixels stream = encode(deflated_frame_row(), make_frame(l, Pattern::Noise), l);
  expect_truncations_are_seen(deflated_frame_row(), stream, l);
  expect_corruptions_are_survived(deflated_frame_row(), stream, l);
}

}  // namespace
}  // namespace slipring::codecs::deflate
