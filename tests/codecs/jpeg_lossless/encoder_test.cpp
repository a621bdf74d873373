#include "codecs/jpeg_lossless/encode/encoder.h"

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg_lossless/decoded.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;
using jpeg_lossless::EncodeOptions;
using test::for_every_target;

const FormatRow& row() { return jpeg_lossless::jpeg_lossless_row(); }

Pixels encode_by(decltype(&jpeg_lossless::encode_frame) encode, Bytes pixels,
                 const pixel::Layout& l, const EncodeOptions& options) {
  Buffer out;
  EncodeJob job{.pixels = pixels, .layout = l, .parameters = {}, .out = &out, .status = {}};
  Scratch scratch;
  EXPECT_TRUE(encode(job, options, scratch));
  return {out.data(), out.data() + out.size()};
}

void expect_same_bytes_and_pixels(const pixel::Layout& l, const Pixels& pixels,
                                  const EncodeOptions& options = {}) {
  SCOPED_TRACE(text(l) + " selection value " + std::to_string(options.selection_value));
  const Pixels stream = encode_by(jpeg_lossless::encode_frame, pixels, l, options);
  EXPECT_TRUE(stream == encode_by(jpeg_lossless::encode_frame_scalar, pixels, l, options));
  const Decoded back = decode_lossless(stream, l);
  ASSERT_TRUE(back.status) << back.status.error().what;
  EXPECT_TRUE(back.pixels == pixels);
  EXPECT_EQ(back.quirks.bits, 0U);
}

TEST(LosslessEncoder, WritesWhatTheScalarEncoderWritesForEverySizeAndContent) {
  for_every_target([] {
    for (const std::uint16_t samples : kGreyAndColour)
      for (const bool is_signed : {false, true})
        for (const auto& [allocated, stored] :
             std::vector<std::pair<std::uint16_t, std::uint16_t>>{{8, 8}, {16, 12}, {16, 16}})
          for (const pixel::Layout& l : sizes(samples, allocated, stored, is_signed))
            for (const Pattern pattern : kPatterns)
              expect_same_bytes_and_pixels(l, make_frame(l, pattern));
  });
}

TEST(LosslessEncoder, WritesEveryNumberOfBitsStored) {
  for (std::uint16_t stored = 1; stored <= 16; ++stored)
    for (const std::uint16_t allocated : std::vector<std::uint16_t>{8, 16})
      for (const bool is_signed : {false, true})
        if (stored <= allocated && (stored > 1 || !is_signed))
          for (const Pattern pattern : kPatterns) {
            const pixel::Layout l = layout(13, 70, 1, allocated, stored, is_signed);
            expect_same_bytes_and_pixels(l, make_frame(l, pattern));
          }
}

TEST(LosslessEncoder, WritesEverySelectionValue) {
  for_every_target([] {
    for (std::uint32_t value = 1; value <= 7; ++value)
      for (const Pattern pattern : kPatterns) {
        const pixel::Layout l = layout(9, 531, 1, 16, 16);
        expect_same_bytes_and_pixels(l, make_frame(l, pattern), {value});
        const pixel::Layout rgb = layout(5, 41, 3, 8, 8);
        expect_same_bytes_and_pixels(rgb, make_frame(rgb, pattern), {value});
      }
  });
}

// A step of 32,768 has category 16, whose code no further bits follow.
TEST(LosslessEncoder, WritesCategory16) {
  for_every_target([] {
    const pixel::Layout l = layout(3, 700, 1, 16, 16);
    Pixels pixels = make_frame(l, Pattern::Gradient);
    for (const std::size_t i : {std::size_t{10}, std::size_t{699}, std::size_t{1500}})
      pixels[2 * i + 1] ^= 0x80;
    expect_same_bytes_and_pixels(l, pixels);
  });
}

TEST(LosslessEncoder, SamplesBeyondBitsStoredSurvive) {
  const pixel::Layout l = layout(9, 33, 1, 16, 12);
  Pixels pixels = make_frame(l, Pattern::Noise);
  pixels[101] = 0xF3;
  expect_same_bytes_and_pixels(l, pixels);
}

TEST(LosslessEncoder, SaysWhatItCannotHold) {
  for (const pixel::Layout& l :
       {layout(5, 5, 1, 32, 32), layout(5, 5, 1, 1, 1), layout(5, 5, 2, 8, 8),
        layout(5, 65536, 1, 8, 8), layout(0, 5, 1, 8, 8)}) {
    EXPECT_FALSE(row().cannot_encode(l).empty());
    Pixels pixels(l.frame_bytes().value_or(0));
    Buffer out;
    EncodeJob job{.pixels = pixels, .layout = l, .parameters = {}, .out = &out, .status = {}};
    Scratch scratch;
    row().encode_batch({&job, 1}, scratch);
    EXPECT_EQ(job.status.error().code, ErrorCode::Unsupported);
  }
}

TEST(LosslessEncoder, ReadsNothingBehindTheFrame) {
  for_every_target([] {
    for (const std::uint32_t columns : {1U, 31U, 32U, 33U, 600U})
      for (const std::uint16_t samples : kGreyAndColour)
        for (const std::uint16_t bits : std::vector<std::uint16_t>{8, 16}) {
          const pixel::Layout l = layout(2, columns, samples, bits, bits);
          const test::GuardedMemory guarded{Bytes(make_frame(l, Pattern::Noise))};
          (void)encode_by(jpeg_lossless::encode_frame, guarded.bytes(), l, {});
        }
  });
}

TEST(LosslessEncoder, ComponentsThatDifferGetTablesOfTheirOwn) {
  const pixel::Layout l = layout(64, 64, 3, 8, 8);
  Pixels pixels = make_frame(l, Pattern::Noise);
  for (std::size_t i = 0; i < pixels.size(); i += 3) pixels[i] = pixels[i + 1] = 7;
  const Pixels stream = encode(row(), pixels, l);
  expect_same_bytes_and_pixels(l, pixels);
  EXPECT_LT(stream.size(), pixels.size() / 3 * 2);
}

}  // namespace
}  // namespace slipring::codecs
