#include "engine/validate/image/check_image.h"

#include <gtest/gtest.h>

#include "engine/validate/image/description.h"
#include "tests/engine/validate/validate_fixture.h"

namespace slipring::test {
namespace {

Image simple() {
  Image image;
  image.native = image.pixels();
  return image;
}

TEST(CheckImage, ARightImageHasADigestAndNoFindings) {
  const Image image = simple();
  const Validated validated(image.bytes());
  EXPECT_TRUE(validated.findings().empty()) << validated.all();
  ASSERT_TRUE(validated.answer().pixel_digest);
  EXPECT_EQ(*validated.answer().pixel_digest, dicom::sha256(as_bytes(image.native)));
  EXPECT_EQ(validated.answer().frames, 1U);
}

TEST(CheckImage, EveryCodecsImageHasTheDigestOfTheNativeOne) {
  const Validated native(simple().bytes());
  for (const auto& [uid, format] :
       {std::pair{std::string_view("1.2.840.10008.1.2.5"), pixel::Format::Rle},
        std::pair{std::string_view("1.2.840.10008.1.2.4.80"), pixel::Format::JpegLs},
        std::pair{std::string_view("1.2.840.10008.1.2.4.90"), pixel::Format::Jpeg2000}}) {
    Image image;
    image.transfer_syntax = uid;
    image.fragments.push_back(encode(image, format));
    const Validated validated(image.bytes());
    EXPECT_TRUE(validated.findings().empty()) << validated.all();
    EXPECT_EQ(validated.answer().pixel_digest, native.answer().pixel_digest) << uid;
  }
}

TEST(CheckImage, WithoutDecodingOnlyHeadersAreJudged) {
  Image image;
  image.transfer_syntax = "1.2.840.10008.1.2.4.80";
  image.fragments.push_back(encode(image, pixel::Format::JpegLs));
  image.fragments[0].resize(image.fragments[0].size() / 4 * 2);
  validate::Options options;
  options.decode_pixels = options.object = false;
  const Validated headers(image.bytes(), options);
  EXPECT_TRUE(headers.findings().empty()) << headers.all();
  EXPECT_FALSE(headers.answer().pixel_digest);
  image.rows = 9;
  EXPECT_NE(Validated(image.bytes(), options).find({5, 9}), nullptr);
}

TEST(CheckImage, EachSideOfAWrongDimensionIsSaidOnce) {
  Image image;
  image.transfer_syntax = "1.2.840.10008.1.2.4.80";
  image.fragments.push_back(encode(image, pixel::Format::JpegLs));
  image.rows = 4;
  const Validated validated(image.bytes());
  EXPECT_EQ(validated.findings().count(dicom::RuleId{5, 9}), 1U) << validated.all();
  EXPECT_EQ(validated.find({5, 9})->message, "codestream of 8 x 8, the data set says 4 x 8");
}

TEST(CheckImage, OverlaysInUnusedBitsAreNoFault) {
  Image image = simple();
  image.stored = 12;
  image.high = 11;
  image.native[1] = 0x10;
  EXPECT_NE(Validated(image.bytes()).find({5, 18}), nullptr);
  FileBytes with_overlay = image.bytes();
  // Overlay Bit Position (60xx,0102) before the pixel data.
  const std::string element("\x00\x60\x02\x01US\x02\x00\x0C\x00", 10);
  const std::size_t at = as_text(with_overlay).find(std::string("\xE0\x7F\x10\x00", 4));
  with_overlay.insert(with_overlay.begin() + static_cast<std::ptrdiff_t>(at), element.begin(),
                      element.end());
  const Validated validated(with_overlay);
  EXPECT_EQ(validated.find({5, 18}), nullptr) << validated.all();
}

TEST(CheckImage, AllAttributesThatAreMissingAreNamed) {
  ObjectBuilder b = object();
  const Validated validated(identity(b).element(tags::PixelData, VR::OW, "abcd").take());
  EXPECT_EQ(validated.findings().count(dicom::RuleId{5, 1}), 8U) << validated.all();
  EXPECT_FALSE(validated.answer().pixel_digest);
}

TEST(CheckImage, PhotometricInterpretationsImplyTheirSamples) {
  EXPECT_EQ(validate::image::samples_of("MONOCHROME2"), 1U);
  EXPECT_EQ(validate::image::samples_of("YBR_FULL_422"), 3U);
  EXPECT_EQ(validate::image::samples_of("CMYK"), 4U);
  EXPECT_EQ(validate::image::samples_of("MONOCHROME 2"), 0U);
}

TEST(CheckImage, BytesThatAreDoneWithAreReleasedInOrder) {
  Image image = simple();
  std::uint64_t released = 0;
  validate::Options options;
  options.released = [&](std::uint64_t, std::uint64_t length) { released += length; };
  const Validated validated(image.bytes(), options);
  EXPECT_EQ(released, image.native.size());
}

}  // namespace
}  // namespace slipring::test
