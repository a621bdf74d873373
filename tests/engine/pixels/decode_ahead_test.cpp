// Lone frames of several objects, decoded in one call.
#include <gtest/gtest.h>

#include "codecs/registry.h"
#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"
#include "tests/engine/transcode/objects.h"

namespace slipring {
namespace {

constexpr std::string_view kJpegLsUid = "1.2.840.10008.1.2.4.80";
constexpr std::string_view kJpegLosslessUid = "1.2.840.10008.1.2.4.70";
constexpr std::string_view kRleUid = "1.2.840.10008.1.2.5";

class DecodeAheadTest : public ::testing::Test {
 protected:
  struct Opened {
    std::vector<std::uint8_t> bytes;
    dicom::Scanned scanned;
    pixels::Object object;
    Buffer frame;
    std::string digest;  // of the pixels it was made from
  };

  static pixel::Layout layout_of(const test::Image& image) {
    pixel::Layout layout;
    layout.rows = image.rows;
    layout.columns = image.columns;
    layout.bits_allocated = image.bits_allocated;
    layout.bits_stored = image.bits_stored;
    layout.high_bit = static_cast<std::uint16_t>(image.bits_stored - 1);
    return layout;
  }

  static std::string encoded(const test::Image& image, pixel::Format format) {
    const std::vector<std::uint8_t> pixels = image.pixels();
    Buffer out;
    Scratch scratch;
    codecs::EncodeJob job{.pixels = pixels, .layout = layout_of(image), .out = &out};
    codecs::find(format)->encode_batch({&job, 1}, scratch);
    EXPECT_TRUE(job.status);
    std::string text(as_text(out.bytes()));
    if (text.size() % 2 != 0) text += '\0';
    return text;
  }

  Opened& open(std::string_view uid, pixel::Format format, std::uint16_t columns,
               bool damaged = false) {
    test::Image image;
    image.columns = columns;
    image.bits_allocated = 16;
    image.bits_stored = 12;
    std::string frame = encoded(image, format);
    if (damaged) frame.resize(frame.size() / 2 / 2 * 2);
    test::ObjectBuilder builder;
    builder.preamble().meta(uid);
    test::describe(builder, image);
    builder.header(test::tags::PixelData, dicom::VR::OB, dicom::kUndefinedLength);
    builder.fragment("").fragment(frame).end_sequence();
    Opened& opened = *opened_.emplace_back(std::make_unique<Opened>());
    opened.bytes = builder.take();
    opened.digest = image.digest();
    scan::scan(opened.bytes, opened.bytes.size(), {}, opened.scanned);
    auto object = pixels::open_object(opened.scanned);
    EXPECT_TRUE(object && *object);
    opened.object = std::move(**object);
    return opened;
  }

  void decode_ahead() {
    std::vector<pixels::Ahead> aheads;
    for (const auto& opened : opened_) aheads.push_back({&opened->object, &opened->frame});
    Scratch scratch;
    pixels::decode_ahead(aheads, scratch);
  }

  static std::string digest(const Opened& opened) {
    dicom::SerialSchedule schedule;
    const auto answer = pixels::digest_pixels(opened.object, schedule);
    return answer ? dicom::to_hex(answer->digest.bytes) : std::string(answer.error().what);
  }

  std::vector<std::unique_ptr<Opened>> opened_;
};

TEST_F(DecodeAheadTest, FramesOfSeveralCodecsAreMadeAheadAndGiveTheirDigests) {
  for (const auto columns : {std::uint16_t{40}, std::uint16_t{41}, std::uint16_t{64}}) {
    open(kJpegLsUid, pixel::Format::JpegLs, columns);
    open(kJpegLosslessUid, pixel::Format::JpegLossless, columns);
  }
  decode_ahead();
  for (const auto& opened : opened_) {
    EXPECT_FALSE(opened->object.ahead.empty());
    EXPECT_EQ(digest(*opened), opened->digest);
  }
}

TEST_F(DecodeAheadTest, AFrameAloneOrOfACodecWithoutLockstepIsMadeAheadToo) {
  open(kRleUid, pixel::Format::Rle, 40);
  open(kRleUid, pixel::Format::Rle, 40);
  open(kJpegLsUid, pixel::Format::JpegLs, 40);
  decode_ahead();
  for (const auto& opened : opened_) {
    EXPECT_FALSE(opened->object.ahead.empty());
    EXPECT_EQ(digest(*opened), opened->digest);
  }
}

TEST_F(DecodeAheadTest, OnlyACodecOfLockstepGainsByCompany) {
  EXPECT_EQ(pixels::company_of(open(kRleUid, pixel::Format::Rle, 40).object), 1U);
  EXPECT_EQ(pixels::company_of(open(kJpegLsUid, pixel::Format::JpegLs, 40).object), 8U);
  EXPECT_EQ(pixels::company_of(open(kJpegLosslessUid, pixel::Format::JpegLossless, 40).object), 2U);
}

TEST_F(DecodeAheadTest, PixelsInMemoryAreTheSameAsThoseOfAnotherCodecAndOfNoOtherImage) {
  const Opened& one = open(kRleUid, pixel::Format::Rle, 40);
  const Opened& same = open(kJpegLsUid, pixel::Format::JpegLs, 40);
  const Opened& other = open(kJpegLsUid, pixel::Format::JpegLs, 41);
  EXPECT_TRUE(pixels::pixels_in_memory(one.object).empty());
  decode_ahead();
  const Bytes pixels = pixels::pixels_in_memory(one.object);
  ASSERT_FALSE(pixels.empty());
  dicom::SerialSchedule schedule;
  EXPECT_EQ(pixels::same_pixels(same.object, pixels, schedule), true);
  EXPECT_EQ(pixels::same_pixels(other.object, pixels, schedule), false);
  std::vector<std::uint8_t> changed(pixels.begin(), pixels.end());
  for (std::size_t i = 0; i < changed.size(); i += 7) {
    changed[i] ^= 1;
    EXPECT_EQ(pixels::same_pixels(same.object, changed, schedule), false) << i;
    changed[i] ^= 1;
  }
}

TEST_F(DecodeAheadTest, AFrameWhoseContentIsKnownIsHeldAgainstItAndNotKept) {
  const Opened& original = open(kRleUid, pixel::Format::Rle, 40);
  Opened& same = open(kJpegLosslessUid, pixel::Format::JpegLossless, 40);
  Opened& changed = open(kJpegLosslessUid, pixel::Format::JpegLossless, 40);
  Opened& narrow = open(kJpegLosslessUid, pixel::Format::JpegLossless, 20);
  Opened& keeps = open(kJpegLsUid, pixel::Format::JpegLs, 40);
  decode_ahead();
  const Bytes pixels = pixels::pixels_in_memory(original.object);
  ASSERT_FALSE(pixels.empty());
  std::vector<std::uint8_t> others(pixels.begin(), pixels.end());
  others.back() ^= 1;
  for (Opened* opened : {&same, &changed, &narrow, &keeps}) opened->object.ahead = {};
  const std::vector<pixels::Ahead> aheads = {{&same.object, &same.frame, pixels},
                                             {&changed.object, &changed.frame, others},
                                             {&narrow.object, &narrow.frame, pixels},
                                             {&keeps.object, &keeps.frame, pixels}};
  Scratch scratch;
  pixels::decode_ahead(aheads, scratch);
  EXPECT_EQ(same.object.same_as.data(), pixels.data());
  EXPECT_TRUE(same.object.ahead.empty());
  EXPECT_TRUE(changed.object.same_as.empty());
  EXPECT_TRUE(changed.object.ahead.empty());
  EXPECT_TRUE(narrow.object.same_as.empty());
  EXPECT_FALSE(narrow.object.ahead.empty());
  EXPECT_TRUE(keeps.object.same_as.empty());
  EXPECT_FALSE(keeps.object.ahead.empty());
  dicom::SerialSchedule schedule;
  EXPECT_EQ(pixels::same_pixels(same.object, pixels, schedule), true);
  EXPECT_EQ(pixels::same_pixels(same.object, others, schedule), false);
  EXPECT_EQ(pixels::same_pixels(changed.object, others, schedule), false);
  EXPECT_EQ(pixels::same_pixels(changed.object, pixels, schedule), true);
  EXPECT_EQ(pixels::same_pixels(narrow.object, pixels, schedule), false);
  EXPECT_EQ(pixels::same_pixels(keeps.object, pixels, schedule), true);
  for (const Opened* opened : {&same, &changed, &narrow, &keeps})
    EXPECT_EQ(digest(*opened), opened->digest);
}

TEST_F(DecodeAheadTest, ADamagedFrameIsLeftToWhoeverNeedsItAndHarmsNoOther) {
  const Opened& whole = open(kJpegLsUid, pixel::Format::JpegLs, 40);
  const Opened& half = open(kJpegLsUid, pixel::Format::JpegLs, 40, true);
  const Opened& other = open(kJpegLsUid, pixel::Format::JpegLs, 40);
  const std::string alone = digest(half);
  decode_ahead();
  EXPECT_TRUE(half.object.ahead.empty());
  EXPECT_EQ(digest(half), alone);
  EXPECT_EQ(digest(whole), whole.digest);
  EXPECT_EQ(digest(other), other.digest);
  EXPECT_FALSE(whole.object.ahead.empty());
}

}  // namespace
}  // namespace slipring
