// The proof: what was written has the source's pixels and elements, and whatever has not is told.
#include <gtest/gtest.h>

#include "tests/engine/transcode/objects.h"
#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

using test::Image;
using test::RoundTrip;

class ProveTest : public ::testing::Test {
 protected:
  // A native object converted; what the proof is asked with.
  void convert(const Image& image, const char* target) {
    source_ = test::native_object(image);
    transcode::Options options;
    options.target = dicom::transfer_syntax_named(target);
    test::run_round_trip(source_, options, schedule_, trip_);
    ASSERT_TRUE(trip_.converted());
    ASSERT_EQ(trip_.defect(), "");
    original_ = {trip_.written.pixel_digest, trip_.written.dataset_digest, {}};
  }

  [[nodiscard]] std::string answer() {
    scan::scan(trip_.bytes, trip_.bytes.size(), {}, trip_.rescanned);
    const auto object = pixels::open_object(trip_.rescanned);
    if (!object) return std::string(object.error().what);
    const auto proven = transcode::prove(trip_.rescanned, *object ? &**object : nullptr, original_,
                                         !trip_.plan.to->encoding.explicit_vr, schedule_);
    return proven ? "" : std::string(proven.error().what);
  }

  // By digest, then by the pixels themselves: the answer must be the same.
  [[nodiscard]] std::string both_answers() {
    original_.pixels = {};
    const std::string by_digest = answer();
    original_.pixels = pixels::pixels_in_memory(*trip_.plan.object);
    EXPECT_FALSE(original_.pixels.empty());
    EXPECT_EQ(answer(), by_digest);
    return by_digest;
  }

  std::vector<std::uint8_t> source_;
  dicom::SerialSchedule schedule_;
  RoundTrip trip_;
  transcode::Original original_;
};

constexpr const char* kOtherPixels =
    "the new object's pixels differ from the source's; nothing was written";
constexpr const char* kOtherElements =
    "the new object's elements differ from the source's; nothing was written";

TEST_F(ProveTest, OneOtherBitInAnyPixelIsTold) {
  for (const unsigned frames : {1U, 3U}) {
    const Image image{.name = "bits", .bits_allocated = 16, .bits_stored = 12, .frames = frames};
    convert(image, "implicit-le");
    EXPECT_EQ(both_answers(), "");
    const dicom::Element element = *trip_.rescanned.data_set().find(test::tags::PixelData);
    for (std::size_t at = 0; at < image.total_bytes(); ++at) {
      trip_.bytes[element.offset + at] ^= 0x04;
      EXPECT_EQ(both_answers(), kOtherPixels) << at;
      trip_.bytes[element.offset + at] ^= 0x04;
    }
  }
}

TEST_F(ProveTest, AnotherElementIsToldAndPixelsOfAnotherNumberOfFramesToo) {
  convert({.name = "frames", .frames = 2}, "rle");
  const dicom::Element modality = *trip_.rescanned.data_set().find(test::tags::Modality);
  trip_.bytes[modality.offset] ^= 1;
  EXPECT_EQ(both_answers(), kOtherElements);
  trip_.bytes[modality.offset] ^= 1;
  EXPECT_EQ(both_answers(), "");
  original_.pixels = original_.pixels.first(original_.pixels.size() / 2);
  EXPECT_EQ(answer(), kOtherPixels);
}

TEST_F(ProveTest, APixelDigestThatWasNotToBeIsToldWithPixelsAtHandOrWithout) {
  convert({.name = "digest"}, "rle");
  original_.pixel_digest.reset();
  EXPECT_EQ(both_answers(), kOtherPixels);
}

}  // namespace
}  // namespace slipring
