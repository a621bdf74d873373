// Native values of every byte order and layout, described, located, decoded and hashed.
#include <gtest/gtest.h>

#include <array>

#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"
#include "tests/engine/transcode/objects.h"

namespace slipring {
namespace {

using dicom::VR;
using test::Image;
using test::ObjectBuilder;
namespace tags = dicom::tags;

class NativePixels : public ::testing::Test {
 protected:
  const pixels::Object& open(std::vector<std::uint8_t> bytes) {
    bytes_ = std::move(bytes);
    scan::scan(bytes_, bytes_.size(), {}, scanned_);
    EXPECT_FALSE(scanned_.error);
    auto object = pixels::open_object(scanned_);
    EXPECT_TRUE(object && *object) << (object ? "no pixels" : object.error().what);
    object_ = std::move(**object);
    return object_;
  }
  Error error_of(std::vector<std::uint8_t> bytes) {
    bytes_ = std::move(bytes);
    scan::scan(bytes_, bytes_.size(), {}, scanned_);
    const auto object = pixels::open_object(scanned_);
    EXPECT_FALSE(object);
    return object ? Error{} : object.error();
  }
  std::vector<std::uint8_t> frame(const pixels::Object& object, std::size_t index) {
    std::vector<std::uint8_t> out(*object.description.layout.frame_bytes());
    codecs::Quirks quirks;
    Scratch scratch;
    EXPECT_TRUE(pixels::decode_frame(object, index, out, scratch, quirks));
    return out;
  }
  std::string digest(const pixels::Object& object) {
    dicom::SerialSchedule schedule;
    const auto answer = pixels::digest_pixels(object, schedule);
    return answer ? dicom::to_hex(answer->digest.bytes) : std::string(answer.error().what);
  }

  std::vector<std::uint8_t> bytes_;
  dicom::Scanned scanned_;
  pixels::Object object_;
};

TEST_F(NativePixels, EveryImageInEveryEncodingGivesItsDigestAndItsFrames) {
  for (const Image& image : test::images()) {
    for (const std::string_view uid :
         {test::kExplicitLittleUid, test::kImplicitLittleUid, test::kExplicitBigUid}) {
      for (const int planar : {0, 1}) {
        if (planar == 1 && image.samples == 1) continue;
        const pixels::Object& object = open(test::native_object(image, uid, planar));
        EXPECT_EQ(digest(object), image.digest()) << image.name << " " << uid << planar;
        pixels::PixelHash hash(object.description.layout);
        for (std::size_t i = 0; i < image.frames; ++i) hash.update(frame(object, i));
        EXPECT_EQ(dicom::to_hex(hash.finish().bytes), image.digest()) << image.name << " by frames";
      }
    }
  }
}

TEST_F(NativePixels, EightBitPixelsInBigEndianWordsAreSwappedAcrossFrames) {
  const Image image{.name = "odd frames", .rows = 3, .columns = 3, .frames = 3};  // 27 bytes
  ObjectBuilder object;
  test::describe(object.preamble().meta(test::kExplicitBigUid), image);
  const auto source = test::pixel_data(object, VR::OW, test::swapped_words(image.pixels())).take();
  const pixels::Object& opened = open(source);
  EXPECT_TRUE(opened.description.swap_words);
  EXPECT_EQ(digest(opened), image.digest());
  const auto pixels = image.pixels();
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_TRUE(std::ranges::equal(frame(opened, i), Bytes(pixels).subspan(i * 9, 9))) << i;
}

TEST_F(NativePixels, WideBigEndianPixelsAreSwappedAsWordsWhateverTheirSize) {
  const Image image{
      .name = "32-bit", .rows = 1, .columns = 1, .bits_allocated = 32, .bits_stored = 32};
  ObjectBuilder object;
  test::describe(object.preamble().meta(test::kExplicitBigUid), image);
  const auto source = test::pixel_data(object, VR::OW, {0x02, 0x01, 0x04, 0x03}).take();
  EXPECT_EQ(frame(open(source), 0), (std::vector<std::uint8_t>{0x01, 0x02, 0x03, 0x04}));
}

TEST_F(NativePixels, APadByteAndExcessAreNoPixels) {
  const Image image{.name = "grey", .rows = 3, .columns = 3};
  for (const std::size_t excess : {1U, 3U, 101U}) {
    ObjectBuilder object;
    test::describe(object.preamble().meta(test::kExplicitLittleUid), image);
    auto value = image.pixels();
    value.insert(value.end(), excess, 0xEE);
    const pixels::Object& opened = open(test::pixel_data(object, VR::OB, value).take());
    EXPECT_EQ(digest(opened), image.digest());
    EXPECT_EQ(opened.findings.count({5, 2}), excess > 1 ? 1U : 0U);
  }
}

TEST_F(NativePixels, UnusedBitsOfTheLastByteAreNoPixels) {
  const Image image{
      .name = "9 bits", .rows = 3, .columns = 3, .bits_allocated = 1, .bits_stored = 1};
  ObjectBuilder object;
  test::describe(object.preamble().meta(test::kExplicitLittleUid), image);
  auto value = image.pixels();
  value[1] = static_cast<std::uint8_t>(value[1] | 0xFE);
  EXPECT_EQ(digest(open(test::pixel_data(object, VR::OB, value).take())), image.digest());
}

TEST_F(NativePixels, AShortValueIsTruncatedWithBothNumbers) {
  const Image image{.name = "grey", .frames = 2};
  ObjectBuilder object;
  test::describe(object.preamble().meta(test::kExplicitLittleUid), image);
  auto value = image.pixels();
  value.resize(100);
  const Error error = error_of(test::pixel_data(object, VR::OB, value).take());
  EXPECT_EQ(error.code, ErrorCode::Truncated);
  EXPECT_EQ(error.expected, 126U);
  EXPECT_EQ(error.actual, 100U);
}

TEST_F(NativePixels, AttributesThatAreMissingOrZeroAreMalformed) {
  ObjectBuilder missing;
  missing.preamble().meta(test::kExplicitLittleUid).us(tags::Columns, 4);
  EXPECT_EQ(error_of(test::pixel_data(missing, VR::OB, {1, 2}).take()).code, ErrorCode::Malformed);
  ObjectBuilder zero;
  test::describe(zero.preamble().meta(test::kExplicitLittleUid), {.name = "zero", .rows = 0});
  EXPECT_EQ(error_of(test::pixel_data(zero, VR::OB, {1, 2}).take()).code, ErrorCode::Malformed);
}

TEST_F(NativePixels, BitsAllocatedOfNoWholeWordAreUnsupported) {
  for (const std::uint16_t bits : std::array<std::uint16_t, 3>{12, 24, 40}) {
    ObjectBuilder object;
    test::describe(object.preamble().meta(test::kExplicitLittleUid),
                   {.name = "packed", .rows = 1, .columns = 2, .bits_allocated = bits});
    EXPECT_EQ(error_of(test::pixel_data(object, VR::OB, {1, 2, 3, 4}).take()).code,
              ErrorCode::Unsupported);
  }
}

TEST_F(NativePixels, AnEnormousFrameIsStoppedByTheLimitBeforeAnythingIsAllocated) {
  const Image image{.name = "huge",
                    .rows = 65535,
                    .columns = 65535,
                    .samples = 4,
                    .bits_allocated = 64,
                    .bits_stored = 64};
  ObjectBuilder object;
  test::describe(object.preamble().meta(test::kExplicitLittleUid), image);
  EXPECT_EQ(error_of(test::pixel_data(object, VR::OB, {1, 2}).take()).code,
            ErrorCode::LimitExceeded);
}

TEST_F(NativePixels, FramesBeyondTheBytesAreTruncatedWithoutATable) {
  ObjectBuilder object;
  Image image{.name = "many", .rows = 1, .columns = 1};
  image.frames = 2147483647;
  test::describe(object.preamble().meta(test::kExplicitLittleUid), image);
  EXPECT_EQ(error_of(test::pixel_data(object, VR::OB, {1, 2}).take()).code, ErrorCode::Truncated);
}

TEST_F(NativePixels, AnObjectWithoutPixelDataHasNone) {
  ObjectBuilder object;
  test::describe(object.preamble().meta(test::kExplicitLittleUid), {.name = "none"});
  bytes_ = object.take();
  scan::scan(bytes_, bytes_.size(), {}, scanned_);
  const auto opened = pixels::open_object(scanned_);
  ASSERT_TRUE(opened);
  EXPECT_FALSE(*opened);
}

TEST_F(NativePixels, ALongEnoughValueIsNotSubsampledWhateverItsLabel) {
  const Image image{.name = "label", .samples = 3, .photometric = "YBR_FULL_422"};
  const pixels::Object& object = open(test::native_object(image));
  EXPECT_FALSE(object.description.subsampled_422);
  EXPECT_EQ(digest(object), image.digest());
}

TEST_F(NativePixels, NonsensicalBitsStoredFallBackToAllBits) {
  for (const std::uint16_t stored : std::array<std::uint16_t, 3>{0, 17, 200}) {
    Image image{.name = "bits", .rows = 2, .columns = 2, .bits_allocated = 16, .bits_stored = 16};
    ObjectBuilder object;
    const auto pixels = image.pixels();
    image.bits_stored = stored;
    test::describe(object.preamble().meta(test::kExplicitLittleUid), image);
    EXPECT_EQ(open(test::pixel_data(object, VR::OW, pixels).take()).description.layout.bits_stored,
              16);
  }
}

TEST(BitJoinerTest, FramesOfAnyNumberOfBitsJoinWithoutGaps) {
  for (unsigned bits = 1; bits <= 33; ++bits) {
    pixels::BitJoiner joiner;
    std::vector<bool> wanted;
    std::vector<std::uint8_t> got;
    const auto take = [&](Bytes bytes) { got.insert(got.end(), bytes.begin(), bytes.end()); };
    for (unsigned frame = 0; frame < 11; ++frame) {
      std::vector<std::uint8_t> bytes((bits + 7) / 8, static_cast<std::uint8_t>(0x5A + frame * 29));
      for (unsigned i = 0; i < bits; ++i) wanted.push_back(((bytes[i / 8] >> (i % 8)) & 1) != 0);
      take(joiner.join(bytes, bits));
    }
    take(joiner.finish());
    ASSERT_EQ(got.size(), (wanted.size() + 7) / 8);
    for (std::size_t i = 0; i < got.size() * 8; ++i)
      ASSERT_EQ(((got[i / 8] >> (i % 8)) & 1) != 0, i < wanted.size() && wanted[i])
          << bits << " bits, " << i;
  }
}

}  // namespace
}  // namespace slipring
