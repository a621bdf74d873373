// What is converted, what is copied, what is kept and why, and what is an error.
#include <gtest/gtest.h>

#include "engine/transcode/pixel_writer.h"
#include "tests/engine/transcode/objects.h"
#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

using dicom::Tag;
using dicom::VR;
using test::Image;
using test::ObjectBuilder;
using test::RoundTrip;
using transcode::Action;
namespace tags = dicom::tags;

RoundTrip convert(const std::vector<std::uint8_t>& source, std::string_view target,
                  transcode::Options options = {}) {
  dicom::SerialSchedule schedule;
  RoundTrip trip;
  options.target = dicom::transfer_syntax_named(target);
  test::run_round_trip(source, options, schedule, trip);
  return trip;
}

// An encapsulated object whose fragments are these texts.
std::vector<std::uint8_t> fragments_object(std::string_view uid, const Image& image,
                                           std::initializer_list<std::string_view> fragments) {
  ObjectBuilder object;
  object.preamble().meta(uid);
  test::describe(object, image);
  object.header(tags::PixelData, VR::OB, dicom::kUndefinedLength).item(0);
  for (const std::string_view fragment : fragments) object.fragment(fragment);
  return object.end_sequence().take();
}

TEST(PlanTest, AnObjectInTheTargetSyntaxIsCopied) {
  const RoundTrip trip = convert(test::native_object({.name = "grey"}), "explicit-le");
  EXPECT_EQ(trip.plan.action, Action::Copy);
  EXPECT_EQ(trip.plan.reason, "");
}

TEST(PlanTest, AnObjectWhoseMetaGroupNamesAnotherSyntaxIsMadeAnew) {
  ObjectBuilder object;
  object.preamble().meta(test::kImplicitLittleUid).encoding(test::Encoded::ExplicitLittle);
  const Image image{.name = "grey"};
  test::describe(object, image);
  test::pixel_data(object, VR::OB, image.pixels());
  const RoundTrip trip = convert(object.bytes(), "explicit-le");
  ASSERT_TRUE(trip.converted());
  EXPECT_EQ(trip.defect(), "");
}

// Implicit VR keeps no VR: what the dictionary says of the tag makes sequences, or none.
TEST(PlanTest, ImplicitVRKeepsWhatItWouldMakeASequenceOfOrNone) {
  const auto object = [](Tag tag, bool is_sequence, bool nested) {
    ObjectBuilder to;
    to.preamble().meta(test::kExplicitLittleUid);
    to.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
    if (nested) to.sequence(Tag(0x0008, 0x1199)).item();
    if (is_sequence)
      to.sequence(tag).end_sequence();
    else
      to.element(tag, VR::UN, "abcdefgh");
    if (nested) to.end_item().end_sequence();
    return to.take();
  };
  constexpr Tag kUS(0x3010, 0x0020), kOW(0x0028, 0x1201), kSQ(0x0008, 0x1140);
  constexpr Tag kPrivate(0x0009, 0x1001), kUnknown(0x0008, 0xFF01);
  for (const bool nested : {false, true}) {
    for (const Tag tag : {kUS, kOW})
      EXPECT_EQ(convert(object(tag, true, nested), "implicit-le").plan.reason,
                "a sequence whose tag is of another VR would be none in implicit VR");
    EXPECT_EQ(convert(object(kSQ, false, nested), "implicit-le").plan.reason,
              "an element whose VR is not SQ would become a sequence in implicit VR");
    for (const Tag tag : {kSQ, kPrivate, kUnknown}) {
      const RoundTrip trip = convert(object(tag, true, nested), "implicit-le");
      ASSERT_TRUE(trip.converted()) << to_string(tag);
      EXPECT_EQ(trip.defect(), "") << to_string(tag);
    }
    for (const Tag tag : {kUS, kOW, kSQ}) {
      const RoundTrip trip = convert(object(tag, tag != kSQ, nested), "explicit-be");
      ASSERT_TRUE(trip.converted()) << to_string(tag);
      EXPECT_EQ(trip.defect(), "") << to_string(tag);
    }
  }
}

TEST(PlanTest, AVideoPassesThroughUntouchedWithAFinding) {
  const auto video = fragments_object("1.2.840.10008.1.2.4.102", {.name = "video"}, {"mpeg"});
  const RoundTrip trip = convert(video, "j2k-lossless");
  EXPECT_EQ(trip.plan.action, Action::Keep);
  EXPECT_NE(trip.plan.reason.find("MPEG4HP41"), std::string::npos);
  EXPECT_EQ(trip.plan.findings.count({1, 5}), 1U);
  EXPECT_TRUE(trip.plan.to == trip.plan.from);
}

TEST(PlanTest, AnUnknownTransferSyntaxPassesThroughUntouched) {
  ObjectBuilder object;
  object.preamble().meta("1.2.3.4.5.6");
  test::describe(object, {.name = "grey"});
  test::pixel_data(object, VR::OB, Image{.name = "grey"}.pixels());
  const RoundTrip trip = convert(object.bytes(), "rle");
  ASSERT_FALSE(trip.error);
  EXPECT_EQ(trip.plan.action, Action::Keep);
  EXPECT_EQ(trip.plan.reason, "unknown transfer syntax 1.2.3.4.5.6");
  EXPECT_EQ(trip.plan.findings.count({1, 5}), 1U);
}

TEST(PlanTest, ArithmeticCodedLosslessJpegIsKept) {
  const std::string_view sof11(
      "\xFF\xD8\xFF\xCB\x00\x0B\x08\x00\x07\x00\x09\x01\x01\x11\x00"
      "\xFF\xDA\x00\x08\x01\x01\x00\x01\x00\x00\x00\xFF\xD9\x00",
      30);
  const RoundTrip trip =
      convert(fragments_object("1.2.840.10008.1.2.4.70", {.name = "grey"}, {sof11}), "rle");
  ASSERT_FALSE(trip.error) << trip.error->what;
  EXPECT_EQ(trip.plan.action, Action::Keep);
  EXPECT_NE(trip.plan.reason.find("jpeg-lossless-sv1"), std::string::npos);
}

TEST(PlanTest, PixelDataThatEndsTooSoonIsAnErrorForEveryTarget) {
  const Image image{.name = "grey", .frames = 3};
  ObjectBuilder object;
  object.preamble().meta(test::kImplicitLittleUid);
  test::describe(object, image);
  auto pixels = image.pixels();
  pixels.resize(100);
  const auto source = test::pixel_data(object, VR::OB, pixels).take();
  for (const std::string_view target : {"explicit-le", "rle", "deflated"}) {
    const RoundTrip trip = convert(source, target);
    ASSERT_TRUE(trip.error);
    EXPECT_EQ(trip.error->code, ErrorCode::Truncated);
    EXPECT_EQ(trip.error->expected, 189U);
    EXPECT_EQ(trip.error->actual, 100U);
  }
}

TEST(PlanTest, FragmentsFewerThanFramesAreAnError) {
  const std::string_view frame("\x00\x01", 2);
  const RoundTrip trip =
      convert(fragments_object("1.2.840.10008.1.2.5", {.name = "rle", .frames = 3}, {frame, frame}),
              "explicit-le");
  ASSERT_TRUE(trip.error);
  EXPECT_EQ(trip.error->code, ErrorCode::Malformed);
}

TEST(PlanTest, ACodestreamThatDoesNotDecodeIsAnErrorNotASilentKeep) {
  const RoundTrip trip =
      convert(fragments_object("1.2.840.10008.1.2.5", {.name = "rle"},
                               {std::string_view("\x01\0\0\0\x40\0\0\0rubbish!", 16)}),
              "explicit-le");
  ASSERT_TRUE(trip.error);
  EXPECT_NE(trip.error->code, ErrorCode::Unsupported);
}

TEST(PlanTest, TwoPixelDataElementsAreAnError) {
  ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  const Image image{.name = "grey"};
  test::describe(object, image);
  test::pixel_data(object, VR::OB, image.pixels());
  test::pixel_data(object, VR::OB, image.pixels());
  const RoundTrip trip = convert(object.bytes(), "rle");
  ASSERT_TRUE(trip.error);
  EXPECT_EQ(trip.error->code, ErrorCode::Malformed);
}

std::vector<std::uint8_t> with_excess(std::string_view uid, std::uint8_t value) {
  const Image image{.name = "grey", .rows = 4, .columns = 4};
  ObjectBuilder object;
  object.preamble().meta(uid);
  test::describe(object, image);
  auto pixels = image.pixels();
  pixels.insert(pixels.end(), 32, value);
  return test::pixel_data(object, VR::OB, pixels).take();
}

TEST(PlanTest, BytesBeyondTheFramesAreKeptRatherThanLost) {
  const RoundTrip kept = convert(with_excess(test::kExplicitLittleUid, 7), "rle");
  EXPECT_EQ(kept.plan.action, Action::Keep);
  EXPECT_EQ(kept.plan.reason, "pixel data holds 32 bytes beyond its frames, which would be lost");
  EXPECT_EQ(kept.plan.findings.count({5, 2}), 1U);
  const RoundTrip zeros = convert(with_excess(test::kExplicitLittleUid, 0), "rle");
  ASSERT_TRUE(zeros.converted());
  EXPECT_EQ(zeros.defect(), "");
  EXPECT_EQ(zeros.plan.findings.count({5, 2}), 2U);
}

TEST(PlanTest, BytesBeyondTheFramesStayInNativeTargets) {
  for (const std::string_view target : {"explicit-le", "explicit-be", "deflated"}) {
    const RoundTrip trip = convert(with_excess(test::kImplicitLittleUid, 7), target);
    ASSERT_TRUE(trip.converted());
    EXPECT_EQ(trip.defect(), "");
    EXPECT_EQ(trip.rescanned.data_set().find(tags::PixelData)->length, 48U);
  }
}

TEST(PlanTest, SubsampledNativePixelsMoveBetweenNativeEncodingsOnly) {
  Image image{
      .name = "4:2:2", .rows = 4, .columns = 6, .samples = 3, .photometric = "YBR_FULL_422"};
  ObjectBuilder object;
  object.preamble().meta(test::kImplicitLittleUid);
  test::describe(object, image);
  image.samples = 2;
  const auto source = test::pixel_data(object, VR::OB, image.pixels()).take();
  EXPECT_EQ(convert(source, "j2k-lossless").plan.action, Action::Keep);
  for (const std::string_view target : {"explicit-le", "explicit-be", "deflated"}) {
    const RoundTrip trip = convert(source, target);
    ASSERT_TRUE(trip.converted());
    EXPECT_EQ(trip.defect(), "");
    EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), image.digest());
    EXPECT_EQ(trip.rescanned.data_set().text(tags::PhotometricInterpretation), "YBR_FULL_422");
  }
}

TEST(PlanTest, AnIconWithItsOwnCodestreamKeepsTheObject) {
  const Image image{.name = "grey"};
  ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  test::describe(object, image);
  object.sequence(tags::IconImageSequence).item();
  object.header(tags::PixelData, VR::OB, dicom::kUndefinedLength)
      .item(0)
      .fragment("icon")
      .end_sequence();
  object.end_item().end_sequence();
  object.header(tags::PixelData, VR::OB, 64).zeros(64);
  const RoundTrip trip = convert(object.bytes(), "rle");
  ASSERT_FALSE(trip.error) << trip.error->what;
  EXPECT_EQ(trip.plan.action, Action::Keep);
}

TEST(PlanTest, ANativeIconGoesAlong) {
  const Image image{.name = "grey"};
  for (const std::string_view uid : {test::kExplicitLittleUid, test::kExplicitBigUid}) {
    ObjectBuilder object;
    object.preamble().meta(uid);
    test::describe(object, image);
    object.sequence(tags::IconImageSequence).item();
    object.header(tags::PixelData, VR::OW, 4).u16(0x0102).u16(0x0304).end_item().end_sequence();
    test::pixel_data(object, VR::OB, image.pixels());
    for (const std::string_view target : {"rle", "implicit-le", "deflated"}) {
      const RoundTrip trip = convert(object.bytes(), target);
      ASSERT_TRUE(trip.converted());
      EXPECT_EQ(trip.defect(), "") << uid << target;
    }
  }
}

TEST(PlanTest, FloatPixelDataIsNeverEncapsulated) {
  ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  test::describe(
      object, {.name = "float", .rows = 1, .columns = 2, .bits_allocated = 32, .bits_stored = 32});
  object.header(tags::FloatPixelData, VR::OF, 8).u32(1).u32(2);
  EXPECT_EQ(convert(object.bytes(), "rle").plan.action, Action::Copy);
  const RoundTrip trip = convert(object.bytes(), "explicit-be");
  ASSERT_TRUE(trip.converted());
  EXPECT_EQ(trip.defect(), "");
}

TEST(PlanTest, ALargeDataSetIsNotDeflatedInMemory) {
  transcode::Options options;
  options.deflated_data_set_bytes_max = 1000;
  const RoundTrip trip = convert(test::native_object({.name = "grey", .rows = 64, .columns = 64}),
                                 "deflated", options);
  EXPECT_EQ(trip.plan.action, Action::Keep);
}

TEST(PlanTest, SyntaxesThatAreNotWrittenKeepTheObject) {
  for (const std::string_view target : {"jpeg-baseline", "j2k", "jxl-lossless", "ge-private-be"}) {
    const RoundTrip trip = convert(test::native_object({.name = "grey"}), target);
    ASSERT_FALSE(trip.error);
    EXPECT_EQ(trip.plan.action, Action::Keep) << target;
  }
}

TEST(PlanTest, GEPrivateBigEndianPixelsAreSwapped) {
  const Image image{.name = "GE", .bits_allocated = 16, .bits_stored = 12};
  ObjectBuilder object;
  object.preamble().meta("1.2.840.113619.5.2").encoding(test::Encoded::ImplicitLittle);
  test::describe(object, image);
  test::pixel_data(object, VR::OW, test::swapped_words(image.pixels()));
  for (const std::string_view target : {"implicit-le", "explicit-be", "rle"}) {
    const RoundTrip trip = convert(object.bytes(), target);
    ASSERT_TRUE(trip.converted()) << trip.plan.reason << (trip.error ? trip.error->what : "");
    EXPECT_EQ(trip.defect(), "");
    EXPECT_EQ(dicom::to_hex(trip.written.pixel_digest->bytes), image.digest());
  }
}

TEST(PlanTest, LossySourcesAreKeptUnlessAskedFor) {
  // Deflate is no lossy codec, JPEG-LS NEAR is: the transfer syntax says lossy, the codestream need
  // not.
  const auto lossless = convert(test::native_object({.name = "grey"}), "jls-lossless");
  ASSERT_TRUE(lossless.converted());
  auto source = lossless.bytes;
  const std::size_t at = as_text(source).find("1.2.840.10008.1.2.4.80");
  source[at + 21] = '1';  // .81: near-lossless
  const RoundTrip kept = convert(source, "rle");
  EXPECT_EQ(kept.plan.action, Action::Keep);
  EXPECT_EQ(kept.plan.reason, "lossy source kept (jls-near)");
  transcode::Options options;
  options.recompress_lossy = true;
  const RoundTrip asked = convert(source, "rle", options);
  ASSERT_TRUE(asked.converted());
  EXPECT_EQ(asked.defect(), "");
  EXPECT_EQ(asked.plan.findings.count({5, 14}), 1U);
}

TEST(PlanTest, TheScansErrorIsThePlansError) {
  auto source = test::native_object({.name = "grey"});
  source.resize(source.size() - 10);
  EXPECT_TRUE(convert(source, "rle").error);
  const std::vector<std::uint8_t> text(100, 'x');
  EXPECT_EQ(convert(text, "rle").error->code, ErrorCode::NotDicom);
}

TEST(PlanTest, EveryTruncationIsAnErrorOrAProvenConversion) {
  const auto source = convert(test::native_object(test::images()[7]), "rle").bytes;
  for (std::size_t size = 0; size < source.size(); ++size) {
    const std::vector<std::uint8_t> cut(source.begin(),
                                        source.begin() + static_cast<std::ptrdiff_t>(size));
    const RoundTrip trip = convert(cut, "explicit-le");
    if (trip.converted()) {
      EXPECT_EQ(trip.defect(), "") << size;
    }
  }
}

TEST(PlanTest, EveryCorruptedByteIsAnErrorOrAProvenConversion) {
  const auto source = convert(test::native_object(test::images()[7]), "rle").bytes;
  for (std::size_t at = 132; at < source.size(); ++at) {
    for (const unsigned flip : {0x01U, 0x80U, 0xFFU}) {
      auto changed = source;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
      for (const std::string_view target : {"explicit-le", "implicit-le", "explicit-be"}) {
        const RoundTrip trip = convert(changed, target);
        if (trip.converted()) {
          EXPECT_EQ(trip.defect(), "") << at << " ^ " << flip << " " << target;
        }
      }
    }
  }
}

}  // namespace
}  // namespace slipring
