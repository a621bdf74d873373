// Elements other than pixels: what is copied, what is made anew, and the data set digest of both.
#include <gtest/gtest.h>

#include "engine/transcode/dataset_digest.h"
#include "tests/engine/transcode/objects.h"
#include "tests/engine/transcode/round_trip.h"

namespace slipring {
namespace {

using dicom::Tag;
using dicom::VR;
using test::Encoded;
using test::ObjectBuilder;
using test::RoundTrip;
namespace tags = dicom::tags;

RoundTrip convert(const std::vector<std::uint8_t>& source, std::string_view target) {
  dicom::SerialSchedule schedule;
  RoundTrip trip;
  transcode::Options options;
  options.target = dicom::transfer_syntax_named(target);
  test::run_round_trip(source, options, schedule, trip);
  return trip;
}

dicom::Scanned scanned(const std::vector<std::uint8_t>& bytes) {
  dicom::Scanned result;
  scan::scan(bytes, bytes.size(), {}, result);
  EXPECT_FALSE(result.error) << result.error->what;
  return result;
}

std::string digest_of(const std::vector<std::uint8_t>& bytes, bool implicit_target = false) {
  const dicom::Scanned object = scanned(bytes);
  return dicom::to_hex(transcode::dataset_digest(object.data_set(), implicit_target).bytes);
}

// Values of every unit size, sequences of both forms, private elements; no pixels.
std::vector<std::uint8_t> report(std::string_view uid) {
  ObjectBuilder to;
  to.preamble().meta(uid);
  const auto f32 = [&](Tag tag, std::uint32_t bits) { to.header(tag, VR::FL, 4).u32(bits); };
  to.text(tags::SOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.88.11");
  to.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
  to.sequence(Tag(0x0008, 0x1115)).item();
  to.text(tags::SeriesInstanceUID, VR::UI, "1.2.3");
  to.sequence(Tag(0x0008, 0x1199)).item().text(Tag(0x0008, 0x1150), VR::UI, "1.2").end_item();
  to.item().end_item().end_sequence();
  to.end_item().end_sequence();
  to.sequence(Tag(0x0008, 0x1140), 0);
  to.text(Tag(0x0010, 0x0010), VR::PN, "Doe^Jane");
  to.header(Tag(0x0028, 0x0009), VR::AT, 4).u16(0x0018).u16(0x1063);
  f32(Tag(0x0018, 0x9074), 0x3F800000);  // not FL in the dictionary: the file's VR stands
  to.header(Tag(0x0028, 0x3002), VR::US, 6).u16(256).u16(0).u16(16);
  to.header(Tag(0x5400, 0x1010), VR::OW, 4).u16(0x0102).u16(0x0304);
  to.text(Tag(0x0040, 0xA160), VR::UT, "text");
  return to.take();
}

TEST(ElementsTest, TheDataSetDigestIsWhatItsHeaderSays) {
  ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  object.ul(Tag(0x0008, 0x0000), 12).text(tags::Modality, VR::CS, "CT");
  object.sequence(Tag(0x0008, 0x1140), 10 + 8).item(10).us(Tag(0x0028, 0x0010), 7);
  object.text(tags::PhotometricInterpretation, VR::CS, "RGB");
  ObjectBuilder canonical;
  canonical.tag(tags::Modality).raw("CS").u32(2).raw("CT");
  canonical.tag(Tag(0x0008, 0x1140)).raw("SQ").u32(dicom::kUndefinedLength).item();
  canonical.tag(Tag(0x0028, 0x0010)).raw("US").u32(2).u16(7);
  canonical.end_item().end_sequence();
  EXPECT_EQ(digest_of(object.bytes()), dicom::to_hex(dicom::sha256(canonical.bytes()).bytes));
}

TEST(ElementsTest, TheSameElementsInBigEndianGiveTheSameDigest) {
  EXPECT_EQ(digest_of(report(test::kExplicitLittleUid)), digest_of(report(test::kExplicitBigUid)));
}

TEST(ElementsTest, TheSameElementsInImplicitVRGiveTheSameDigestByTheDictionary) {
  EXPECT_EQ(digest_of(report(test::kExplicitLittleUid), true),
            digest_of(report(test::kImplicitLittleUid), true));
}

// An archive that does not know a newer sequence keeps it as UN (PS3.5 6.2.2); empty, it is empty.
TEST(ElementsTest, AnEmptyElementOfAnotherVRBecomesAnEmptySequenceInImplicitVR) {
  for (const VR vr : {VR::UN, VR::OB, VR::LO}) {
    ObjectBuilder object;
    object.preamble().meta(test::kExplicitLittleUid);
    object.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4");
    object.element(Tag(0x0008, 0x1140), vr, "");
    object.sequence(Tag(0x0008, 0x1199)).item();
    object.element(Tag(0x0008, 0x1140), vr, "").end_item().end_sequence();
    const RoundTrip trip = convert(object.bytes(), "implicit-le");
    ASSERT_TRUE(trip.converted());
    EXPECT_EQ(trip.defect(), "") << dicom::name(vr);
    EXPECT_EQ(trip.rescanned.data_set().find(Tag(0x0008, 0x1140))->vr(), VR::SQ);
  }
}

TEST(ElementsTest, AChangedValueOrVRChangesTheDigest) {
  auto bytes = report(test::kExplicitLittleUid);
  const std::string before = digest_of(bytes);
  const std::string_view text = as_text(bytes);
  const std::size_t at = text.find("Doe^Jane");
  bytes[at] = 'd';
  EXPECT_NE(digest_of(bytes), before);
  bytes[at] = 'D';
  bytes[at - 4] = 'L';  // PN -> LN is no VR; LO is
  bytes[at - 3] = 'O';
  EXPECT_NE(digest_of(bytes), before);
}

TEST(ElementsTest, ReportsGoRoundThroughEveryElementEncoding) {
  for (const std::string_view uid :
       {test::kExplicitLittleUid, test::kImplicitLittleUid, test::kExplicitBigUid}) {
    for (const std::string_view to : {"implicit-le", "explicit-le", "explicit-be", "deflated"}) {
      const auto source = report(uid);
      const RoundTrip trip = convert(source, to);
      ASSERT_FALSE(trip.error) << uid << " " << to << ": " << trip.error->what;
      if (trip.plan.action == transcode::Action::Copy) {
        EXPECT_EQ(trip.plan.from->short_name, to);
        continue;
      }
      ASSERT_TRUE(trip.converted()) << trip.plan.reason;
      EXPECT_EQ(trip.defect(), "") << uid << " " << to;
      EXPECT_FALSE(trip.after.pixel);
    }
  }
}

TEST(ElementsTest, ThereAndBackGivesTheSameElements) {
  const auto source = report(test::kExplicitLittleUid);
  const RoundTrip big = convert(source, "explicit-be");
  const RoundTrip back = convert(big.bytes, "explicit-le");
  EXPECT_EQ(digest_of(back.bytes), digest_of(source));
}

TEST(ElementsTest, AnObjectWithoutPixelsIsCopiedForACompressedTarget) {
  for (const std::string_view uid : {test::kExplicitLittleUid, test::kImplicitLittleUid}) {
    const RoundTrip trip = convert(report(uid), "j2k-lossless");
    EXPECT_EQ(trip.plan.action, transcode::Action::Copy);
    EXPECT_EQ(trip.plan.reason, "");
    EXPECT_TRUE(trip.plan.to == trip.plan.from);
  }
}

TEST(ElementsTest, UnchangedElementsAreCopiedByteForByte) {
  const test::Image image{.name = "grey", .rows = 8, .columns = 8};
  ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  const std::size_t begin = object.size();
  object.ul(Tag(0x0008, 0x0000), 9999);  // wrong, and nobody's business
  test::describe(object, image);
  object.header(Tag(0x0029, 0x0010), VR::LO, 4).raw("MINE");
  object.header(Tag(0x0029, 0x1001), VR::UN, 3).raw("odd");
  object.sequence(Tag(0x0040, 0x0275), 8).item(0);
  const std::size_t end = object.size();
  object.ul(Tag(0x7FE0, 0x0000), 76);
  test::pixel_data(object, VR::OB, image.pixels());
  object.header(dicom::tags::DataSetTrailingPadding, VR::OB, 4).u32(0);
  const RoundTrip trip = convert(object.bytes(), "rle");
  ASSERT_TRUE(trip.converted());
  EXPECT_EQ(trip.defect(), "");
  const std::string_view unchanged = as_text(object.bytes()).substr(begin, end - begin);
  EXPECT_NE(as_text(trip.bytes).find(unchanged), std::string_view::npos);
  EXPECT_TRUE(as_text(trip.bytes).ends_with(as_text(object.bytes()).substr(object.size() - 16)));
  EXPECT_EQ(trip.rescanned.data_set().find(Tag(0x7FE0, 0x0000)), nullptr);
}

TEST(ElementsTest, SignedAlternativesAndLongTablesGetTheirVRWhenMadeExplicit) {
  const test::Image image{
      .name = "signed", .bits_allocated = 16, .bits_stored = 16, .is_signed = true};
  ObjectBuilder object;
  object.preamble().meta(test::kImplicitLittleUid);
  test::describe(object, image);
  object.header(Tag(0x0028, 0x0106), VR::None, 2).u16(0xFFFF);         // US or SS
  object.header(Tag(0x0028, 0x3006), VR::None, 131072).zeros(131072);  // US or OW, too long for US
  object.header(Tag(0x0029, 0x1001), VR::None, 4).raw("priv");
  test::pixel_data(object, VR::OW, image.pixels());
  const RoundTrip trip = convert(object.bytes(), "explicit-le");
  ASSERT_TRUE(trip.converted());
  EXPECT_EQ(trip.defect(), "");
  const dicom::DataSet made = trip.rescanned.data_set();
  EXPECT_EQ(made.find(Tag(0x0028, 0x0106))->vr(), VR::SS);
  EXPECT_EQ(made.find(Tag(0x0028, 0x3006))->vr(), VR::OW);
  EXPECT_EQ(made.find(Tag(0x0029, 0x1001))->vr(), VR::UN);
  EXPECT_EQ(made.find(tags::PixelData)->vr(), VR::OW);
}

// What its form was guessed from may be another thing in the new object: PS3.5 6.2.2 has UN for it.
// Two letters with a 32-bit length are what a later edition may define (PS3.5 7.1.2).
TEST(ElementsTest, AnElementWithoutAVRIsWrittenAsUN) {
  static constexpr Tag kOdd(0x0029, 0x1001);
  const auto object = [](std::string_view vr, bool long_header) {
    ObjectBuilder to;
    to.preamble().meta(test::kExplicitLittleUid);
    const test::Image image{.name = "grey"};
    test::describe(to, image);
    to.text(Tag(0x0029, 0x0010), VR::LO, "MINE").tag(kOdd).raw(vr);
    if (long_header)
      to.u16(0).u32(2);
    else
      to.u16(2);
    to.raw("ab");
    return test::pixel_data(to, VR::OB, image.pixels()).take();
  };
  for (const auto& [vr, long_header] :
       {std::pair{"??", false}, std::pair{"??", true}, std::pair{"ZZ", false}}) {
    const RoundTrip trip = convert(object(vr, long_header), "rle");
    ASSERT_TRUE(trip.converted()) << vr << " " << trip.plan.reason;
    EXPECT_EQ(trip.defect(), "") << vr;
    EXPECT_EQ(trip.rescanned.data_set().find(kOdd)->vr(), VR::UN) << vr;
    EXPECT_EQ(trip.rescanned.data_set().text(kOdd), "ab") << vr;
    EXPECT_EQ(trip.source.findings.count({2, 10}), 1U) << vr;
    EXPECT_EQ(trip.rescanned.findings.count({2, 10}), 0U) << vr;
  }
  const RoundTrip later = convert(object("ZZ", true), "rle");
  ASSERT_TRUE(later.converted());
  EXPECT_EQ(later.defect(), "");
  EXPECT_EQ(later.rescanned.data_set().find(kOdd)->vr(), VR::Unknown);
  EXPECT_NE(as_text(later.bytes).find("ZZ"), std::string_view::npos);
}

TEST(ElementsTest, ExplicitElementsInsideImplicitItemsAreMadeImplicit) {
  ObjectBuilder object(Encoded::ImplicitLittle);  // without meta group: made anew as it is encoded
  object.text(tags::SOPInstanceUID, VR::UI, "1.2.3.4").text(tags::Modality, VR::CS, "OT");
  object.sequence(Tag(0x0008, 0x1140)).item().encoding(Encoded::ExplicitLittle);
  object.text(Tag(0x0008, 0x1150), VR::UI, "1.2").text(Tag(0x0008, 0x1155), VR::UI, "1.2.3");
  object.encoding(Encoded::ImplicitLittle).end_item().end_sequence();
  const test::Image image{.name = "grey"};
  test::describe(object, image);
  test::pixel_data(object, VR::OW, image.pixels());
  const RoundTrip trip = convert(object.bytes(), "implicit-le");
  ASSERT_TRUE(trip.converted()) << trip.plan.reason;
  EXPECT_EQ(trip.defect(), "");
  EXPECT_EQ(trip.source.findings.count({1, 13}), 1U);
  EXPECT_EQ(trip.rescanned.findings.count({1, 13}), 0U);
}

// An icon has a Pixel Representation of its own (PS3.3 C.7.6.1.1.6). Where an item has none, that
// around it holds, as pydicom takes it; DCMTK 3.6.7 has US there.
TEST(ElementsTest, PixelRepresentationOfAnItemHoldsWithinIt) {
  constexpr Tag kSmallest(0x0028, 0x0106), kIcon(0x0088, 0x0200), kLater(0x0400, 0x0561);
  for (const bool is_signed : {false, true}) {
    const test::Image image{
        .name = "grey", .bits_allocated = 16, .bits_stored = 16, .is_signed = is_signed};
    ObjectBuilder object;
    object.preamble().meta(test::kImplicitLittleUid);
    test::describe(object, image);
    object.us(kSmallest, 1).sequence(kIcon).item();
    object.us(tags::PixelRepresentation, is_signed ? 0 : 1).us(kSmallest, 2);
    object.sequence(Tag(0x0028, 0x3000)).item().us(kSmallest, 3).end_item().end_sequence();
    object.end_item().item().us(kSmallest, 4).end_item().end_sequence();
    object.sequence(kLater).item().us(kSmallest, 5).end_item().end_sequence();
    test::pixel_data(object, VR::OW, image.pixels());
    for (const std::string_view target : {"explicit-le", "explicit-be"}) {
      const RoundTrip trip = convert(object.bytes(), target);
      ASSERT_TRUE(trip.converted()) << trip.plan.reason;
      EXPECT_EQ(trip.defect(), "");
      std::string signs;
      for (const dicom::Element& element : trip.rescanned.data_set().tape())
        if (element.tag == kSmallest) signs += dicom::name(element.vr());
      EXPECT_EQ(signs, is_signed ? "SSUSUSSSSS" : "USSSSSUSUS") << target;
    }
  }
}

TEST(ElementsTest, MissingDelimitersAreWrittenWhereTheyBelong) {
  ObjectBuilder object;
  object.preamble().meta(test::kExplicitLittleUid);
  object.text(tags::Modality, VR::CS, "SR");
  object.sequence(Tag(0x0040, 0xA730))
      .item()
      .text(Tag(0x0040, 0xA040), VR::CS, "TEXT")
      .end_sequence();
  const auto source = object.take();
  dicom::Scanned object_scanned;
  scan::scan(source, source.size(), {}, object_scanned);
  ASSERT_FALSE(object_scanned.error);
  const RoundTrip trip = convert(source, "deflated");
  ASSERT_TRUE(trip.converted()) << trip.plan.reason;
  EXPECT_EQ(trip.defect(), "");
  EXPECT_EQ(trip.rescanned.findings.count({2, 6}), 0U);
}

TEST(ElementsTest, TheMetaGroupIsRewrittenAndKeepsWhatIsNotOurs) {
  ObjectBuilder object;
  object.preamble();
  ObjectBuilder group;
  group.text(tags::MediaStorageSOPInstanceUID, VR::UI, "9.9.9");
  group.text(tags::TransferSyntaxUID, VR::UI, test::kImplicitLittleUid);
  group.text(tags::ImplementationVersionName, VR::SH, "OTHER");
  group.text(tags::SourceApplicationEntityTitle, VR::AE, "MODALITY");
  group.text(tags::PrivateInformationCreatorUID, VR::UI, "1.2.3");
  group.header(tags::PrivateInformation, VR::OB, 4).raw("mine");
  object.ul(tags::FileMetaInformationGroupLength, static_cast<std::uint32_t>(group.size()))
      .raw(group.bytes());
  object.encoding(Encoded::ImplicitLittle).text(tags::SOPClassUID, VR::None, "1.2.4");
  object.text(tags::Modality, VR::None, "CT");
  const RoundTrip trip = convert(object.bytes(), "explicit-le");
  ASSERT_TRUE(trip.converted());
  EXPECT_EQ(trip.defect(), "");
  const dicom::DataSet meta = trip.rescanned.meta();
  EXPECT_EQ(meta.text(tags::MediaStorageSOPClassUID), "1.2.4");
  EXPECT_EQ(meta.text(tags::MediaStorageSOPInstanceUID), "9.9.9");
  EXPECT_EQ(meta.text(tags::TransferSyntaxUID), test::kExplicitLittleUid);
  EXPECT_EQ(meta.text(tags::ImplementationVersionName), "SLIPRING_0_1");
  EXPECT_TRUE(meta.text(tags::ImplementationClassUID).starts_with("2.25."));
  EXPECT_EQ(meta.text(tags::SourceApplicationEntityTitle), "MODALITY");
  EXPECT_EQ(as_text(meta.value(*meta.find(tags::PrivateInformation))), "mine");
  EXPECT_EQ(meta.number_is(tags::FileMetaInformationGroupLength),
            static_cast<std::int64_t>(trip.rescanned.data_set_begin) - 128 - 4 - 12);
  EXPECT_TRUE(std::all_of(trip.bytes.begin(), trip.bytes.begin() + 128,
                          [](auto byte) { return byte == 0; }));
}

TEST(ElementsTest, ABareDataSetBecomesAPart10Object) {
  ObjectBuilder object(Encoded::ExplicitLittle);
  const test::Image image{.name = "grey"};
  test::describe(object, image);
  test::pixel_data(object, VR::OB, image.pixels());
  const RoundTrip trip = convert(object.bytes(), "explicit-le");
  ASSERT_TRUE(trip.converted()) << trip.plan.reason << (trip.error ? trip.error->what : "");
  EXPECT_EQ(trip.defect(), "");
  EXPECT_EQ(trip.rescanned.kind, dicom::FileKind::Part10);
}

TEST(ElementsTest, ConvertingTwiceGivesTheSameBytes) {
  const auto source = test::native_object(test::images()[7]);
  EXPECT_EQ(convert(source, "j2k-lossless").bytes, convert(source, "j2k-lossless").bytes);
}

}  // namespace
}  // namespace slipring
