// HTJ2K beside OpenJPEG, a decoder that shares no line with ours: what we write it reads, pixel for
// pixel.
#include <gtest/gtest.h>

#include "codecs/htj2k/htj2k_codec.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "tests/codecs/frames.h"

namespace slipring::codecs::htj2k {
namespace {

using namespace codecs::fixture;

void expect_openjpeg_reads(const pixel::Layout& l, const Pixels& pixels,
                           EncodeParameters parameters = {}) {
  const Pixels stream = encode(htj2k_row(), pixels, l, parameters);
  const Decoded theirs = decode(jpeg2000::openjpeg_row(), stream, l);
  ASSERT_TRUE(theirs.status) << text(l) << ": " << theirs.status.error().what;
  EXPECT_TRUE(theirs.pixels == pixels) << text(l);
}

TEST(Htj2kAndOpenJpeg, ReadsWhatWeWrite) {
  for (const std::uint16_t samples : kGreyAndColour)
    for (const auto& [allocated, stored] :
         std::vector<std::pair<std::uint16_t, std::uint16_t>>{{8, 8}, {16, 12}, {16, 16}})
      for (const bool is_signed : {false, true})
        for (const pixel::Layout& l : sizes(samples, allocated, stored, is_signed))
          for (const Pattern pattern : kPatterns) {
            const Pixels pixels = make_frame(l, pattern);
            expect_openjpeg_reads(l, pixels, {.colour_transform = samples == 3});
            expect_openjpeg_reads(l, pixels, {.by_resolution = true});
          }
}

TEST(Htj2kAndOpenJpeg, ReadsLargerFramesAndTiles) {
  for (const Pattern pattern : kPatterns) {
    const pixel::Layout l = layout(300, 517, 1, 16, 12);
    const Pixels pixels = make_frame(l, pattern);
    expect_openjpeg_reads(l, pixels);
    expect_openjpeg_reads(l, pixels, {.tile_side = 100});
  }
}

// Two float pipelines: a sample may round the other way.
TEST(Htj2kAndOpenJpeg, IrreversibleImagesDifferByOneAtMost) {
  for (const bool colour : {false, true}) {
    const pixel::Layout l = layout(130, 201, colour ? 3 : 1, 8, 8);
    const Pixels pixels = make_frame(l, Pattern::Gradient);
    const Pixels stream =
        encode(htj2k_row(), pixels, l, {.colour_transform = colour, .step = 1.0 / 128});
    const Decoded ours = decode(htj2k_row(), stream, l);
    const Decoded theirs = decode(jpeg2000::openjpeg_row(), stream, l);
    ASSERT_TRUE(ours.status && theirs.status);
    for (std::size_t i = 0; i < pixels.size(); ++i)
      ASSERT_NEAR(ours.pixels[i], theirs.pixels[i], 1) << i;
  }
}

}  // namespace
}  // namespace slipring::codecs::htj2k
