// Compression with loss: a new object, derived from one that stays, which says so, and how far its
// pixels are from the old ones.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>

#include "tests/engine/transcode/objects.h"
#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

using dicom::Tag;
using dicom::VR;
using test::Image;
namespace tags = dicom::tags;

constexpr Tag kDerivationDescription{0x0008, 0x2111};
constexpr Tag kSourceImageSequence{0x0008, 0x2112};
constexpr Tag kDerivationCodeSequence{0x0008, 0x9215};

struct Made {
  dicom::Scanned source;
  dicom::Scanned rescanned;
  transcode::Plan plan;
  transcode::Written written;
  std::vector<std::uint8_t> bytes;
  std::optional<pixels::Object> object;

  [[nodiscard]] std::string text(Tag tag) const {
    return std::string(rescanned.data_set().text(tag));
  }
};

transcode::Options options_of(const transcode::Loss& loss) {
  transcode::Options options;
  options.target = dicom::transfer_syntax_named("htj2k");
  options.loss = loss;
  return options;
}

void read_again(Made& made) {
  scan::scan(made.bytes, made.bytes.size(), {}, made.rescanned);
  ASSERT_FALSE(made.rescanned.error);
  auto object = pixels::open_object(made.rescanned);
  ASSERT_TRUE(object && *object);
  made.object = std::move(**object);
}

void make(Bytes source, const transcode::Loss& loss, Made& made) {
  scan::scan(source, source.size(), {}, made.source);
  auto planned = transcode::plan(made.source, options_of(loss));
  ASSERT_TRUE(planned);
  made.plan = std::move(*planned);
  if (made.plan.action != transcode::Action::Convert) return;
  transcode::BufferSink sink;
  dicom::SerialSchedule schedule;
  auto written = transcode::write(made.source, made.plan, options_of(loss), schedule, sink);
  ASSERT_TRUE(written) << written.error().what;
  made.written = *written;
  made.bytes.assign(sink.bytes().begin(), sink.bytes().end());
  read_again(made);
}

Result<pixels::Difference> proven(const Made& made) {
  dicom::SerialSchedule schedule;
  return transcode::prove_loss(made.rescanned, &*made.object, made.plan,
                               made.written.dataset_digest, schedule);
}

Image smooth(std::uint16_t bits, bool is_signed, unsigned frames, std::uint16_t samples = 1) {
  return {.name = "smooth",
          .rows = 64,
          .columns = 80,
          .samples = samples,
          .bits_allocated = static_cast<std::uint16_t>(bits > 8 ? 16 : 8),
          .bits_stored = bits,
          .is_signed = is_signed,
          .frames = frames,
          .photometric = samples == 3 ? "RGB" : "MONOCHROME2"};
}

TEST(Derivation, TellsOfTheLossAndOfTheObjectItWasMadeFrom) {
  const auto source = test::native_object(smooth(12, false, 2));
  Made made;
  make(source, {.ratio = 3}, made);
  EXPECT_EQ(made.plan.to->uid, "1.2.840.10008.1.2.4.203");
  EXPECT_EQ(made.text(tags::LossyImageCompression), "01");
  EXPECT_EQ(made.text(tags::LossyImageCompressionMethod), "ISO_15444_15");
  EXPECT_EQ(made.text(tags::ImageType), "DERIVED\\PRIMARY");
  EXPECT_NE(made.text(kDerivationDescription).find("HTJ2K, at least 3:1"), std::string::npos);
  const std::string uid = made.text(tags::SOPInstanceUID);
  EXPECT_TRUE(uid.starts_with("2.25.")) << uid;
  EXPECT_LE(uid.size(), 64U);
  EXPECT_EQ(made.rescanned.meta().text(tags::MediaStorageSOPInstanceUID), uid);
  const double native = static_cast<double>(made.plan.object->description.native_bytes());
  const double ratio = std::atof(made.text(tags::LossyImageCompressionRatio).c_str());
  EXPECT_NEAR(ratio, native / static_cast<double>(made.written.codestream_bytes), 1e-3);
  EXPECT_GE(ratio, 3);
  // The old UID stands in the sequence, and nowhere else.
  const auto data_set = made.rescanned.data_set();
  ASSERT_NE(data_set.find(kSourceImageSequence), nullptr);
  ASSERT_NE(data_set.find(kDerivationCodeSequence), nullptr);
  bool named = false;
  for (const dicom::Element& element : data_set.tape())
    if (element.depth > 0 && element.tag == tags::ReferencedSOPInstanceUID)
      named = dicom::trim_padding(as_text(data_set.value(element))) == "1.2.3.4";
  EXPECT_TRUE(named);
}

TEST(Derivation, IsTheSameInEveryRunAndAnotherWithAnotherLoss) {
  const auto source = test::native_object(smooth(8, false, 1));
  Made one, again, other;
  make(source, {.step = 1.0 / 64}, one);
  make(source, {.step = 1.0 / 64}, again);
  make(source, {.step = 1.0 / 128}, other);
  EXPECT_EQ(one.bytes, again.bytes);
  EXPECT_NE(one.text(tags::SOPInstanceUID), other.text(tags::SOPInstanceUID));
}

TEST(Derivation, ErrorsAreMeasuredAndKeepNearToTheStep) {
  for (const bool is_signed : {false, true})
    for (const std::uint16_t bits : std::array<std::uint16_t, 4>{8, 10, 12, 16})
      for (const int quality : {4, 8}) {
        const auto source = test::native_object(smooth(bits, is_signed, 2));
        Made made;
        const double step = std::ldexp(1.0, -quality);
        make(source, {.step = step}, made);
        const auto difference = proven(made);
        ASSERT_TRUE(difference) << difference.error().what;
        const double range = std::ldexp(1.0, bits);
        EXPECT_LE(static_cast<double>(difference->largest), 4 * step * range + 1) << bits;
        EXPECT_GT(difference->psnr_db, 6.0 * quality - 6) << bits;
        dicom::SerialSchedule schedule;
        const auto digest = pixels::digest_pixels(*made.object, schedule);
        ASSERT_TRUE(digest);
        EXPECT_EQ(digest->digest, difference->digest);
      }
}

TEST(Derivation, TheDifferenceIsThatOfThePixelsThemselves) {
  const auto source = test::native_object(smooth(12, true, 3));
  Made made;
  make(source, {.step = 1.0 / 32}, made);
  const auto difference = proven(made);
  ASSERT_TRUE(difference);
  const Bytes before = pixels::pixels_in_memory(*made.plan.object);
  Scratch scratch;
  std::uint64_t largest = 0;
  double squares = 0;
  Buffer frame;
  const std::size_t frame_bytes = before.size() / 3;
  for (std::size_t f = 0; f < 3; ++f) {
    frame.resize(frame_bytes);
    codecs::Quirks quirks;
    ASSERT_TRUE(pixels::decode_frame(*made.object, f, frame.mutable_bytes(), scratch, quirks));
    for (std::size_t i = 0; i < frame_bytes; i += 2) {
      const int x = static_cast<std::int16_t>(load_le<std::uint16_t>(frame.data() + i));
      const auto* at = before.data() + f * frame_bytes + i;
      const int y = static_cast<std::int16_t>(load_le<std::uint16_t>(at));
      largest = std::max(largest, static_cast<std::uint64_t>(std::abs(x - y)));
      squares += static_cast<double>(x - y) * (x - y);
    }
  }
  EXPECT_GT(largest, 0U);
  EXPECT_EQ(difference->largest, largest);
  const double count = static_cast<double>(before.size()) / 2;
  EXPECT_NEAR(difference->psnr_db, 10 * std::log10(4095.0 * 4095 * count / squares), 1e-6);
}

TEST(Derivation, ColourBecomesYbrIct) {
  const auto source = test::native_object(smooth(8, false, 1, 3));
  Made made;
  make(source, {.step = 1.0 / 64}, made);
  EXPECT_EQ(made.text(tags::PhotometricInterpretation), "YBR_ICT");
  EXPECT_TRUE(proven(made));
}

TEST(Derivation, WhatIsNotAsItWasToldIsRefused) {
  const auto source = test::native_object(smooth(12, false, 1));
  Made made;
  make(source, {.step = 1.0 / 64}, made);
  ASSERT_TRUE(proven(made));
  const auto flipped = [&](Tag tag) {
    const dicom::Element element = *made.rescanned.data_set().find(tag);
    made.bytes[element.offset] ^= 1;
    read_again(made);
    const auto answer = proven(made);
    made.bytes[element.offset] ^= 1;
    read_again(made);
    return answer.has_value();
  };
  EXPECT_FALSE(flipped(tags::Modality));               // an element of the source
  EXPECT_FALSE(flipped(tags::LossyImageCompression));  // what tells of the loss
  EXPECT_FALSE(flipped(tags::SOPInstanceUID));
  EXPECT_TRUE(proven(made));
  made.plan.loss.error_max = proven(made)->largest;
  EXPECT_TRUE(proven(made));
  made.plan.loss.error_max -= 1;
  EXPECT_FALSE(proven(made));
}

TEST(Derivation, HistoryIsContinued) {
  test::ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  object.text(tags::ImageType, VR::CS, "ORIGINAL\\SECONDARY\\AXIAL");
  const Image image = smooth(8, false, 1);
  object.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.7");
  object.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
  object.text(kDerivationDescription, VR::ST, "halved");
  object.us(tags::SamplesPerPixel, 1);
  object.text(tags::PhotometricInterpretation, VR::CS, "MONOCHROME2");
  object.us(tags::Rows, image.rows).us(tags::Columns, image.columns);
  object.us(tags::BitsAllocated, 8).us(tags::BitsStored, 8).us(tags::HighBit, 7);
  object.us(tags::PixelRepresentation, 0);
  object.text(tags::LossyImageCompression, VR::CS, "01");
  object.text(tags::LossyImageCompressionRatio, VR::DS, "8.5");
  object.text(tags::LossyImageCompressionMethod, VR::CS, "ISO_10918_1");
  test::pixel_data(object, VR::OB, image.pixels());
  const auto source = object.take();
  Made made;
  make(source, {.ratio = 2}, made);
  EXPECT_EQ(made.text(tags::ImageType), "DERIVED\\SECONDARY\\AXIAL");
  EXPECT_TRUE(made.text(kDerivationDescription).starts_with("halved; Lossy compression"));
  EXPECT_TRUE(made.text(tags::LossyImageCompressionRatio).starts_with("8.5\\"));
  EXPECT_EQ(made.text(tags::LossyImageCompressionMethod), "ISO_10918_1\\ISO_15444_15");
  EXPECT_TRUE(proven(made));
}

TEST(Derivation, WhatMayNotBeLostIsKept) {
  const auto reason = [](const std::vector<std::uint8_t>& source) {
    Made made;
    make(source, {.ratio = 4}, made);
    return made.plan.action == transcode::Action::Keep ? made.plan.reason : "not kept";
  };
  EXPECT_NE(reason(test::native_object({.name = "palette", .photometric = "PALETTE COLOR"}))
                .find("numbers of colours"),
            std::string::npos);
  EXPECT_NE(reason(test::native_object({.name = "bit", .bits_allocated = 1, .bits_stored = 1}))
                .find("one bit"),
            std::string::npos);
}

}  // namespace
}  // namespace slipring
