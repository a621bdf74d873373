// Keys taken of one object after the other are those taken of each alone.
#include <array>
#include <random>
#include <utility>

#include "engine/collate/key_taker.h"
#include "engine/scan/scan_in_series.h"
#include "tests/engine/collate/objects.h"
#include "tests/engine/scan/object_builder.h"

namespace slipring::test {
namespace {

namespace tags = dicom::tags;
using dicom::VR;

struct Value {
  dicom::Tag tag;
  VR vr;
  std::vector<std::string_view> choices;
};

// All that a key is made of, ascending, with a sequence of references before Patient's Name.
const std::vector<Value>& values() {
  static const std::vector<Value> kAll = {
      {tags::ImageType, VR::CS, {"ORIGINAL\\PRIMARY", "ORIGINAL\\PRIMARY\\LOCALIZER"}},
      {tags::SOPInstanceUID, VR::UI, {"1.2.840.99.1", "1.2.840.99.22", "1.2.276.0.7.3.1"}},
      {tags::StudyDate, VR::DA, {"20240131", "20231130", ""}},
      {tags::Modality, VR::CS, {"CT", "MR"}},
      {tags::Manufacturer, VR::LO, {"Maker one", "Other", ""}},
      {tags::PatientName, VR::PN, {"Doe^Jane", "Doe^John^^"}},
      {tags::PatientID, VR::LO, {"1", "22", ""}},
      {tags::IssuerOfPatientID, VR::LO, {"here", ""}},
      {tags::PatientBirthDate, VR::DA, {"19700101", ""}},
      {tags::PatientSex, VR::CS, {"F", "M", "O", ""}},
      {tags::BodyPartExamined, VR::CS, {"CHEST", "KNEE"}},
      {tags::StudyInstanceUID, VR::UI, {"1.2.3", "1.2.33"}},
      {tags::SeriesInstanceUID, VR::UI, {"1.2.3.1", "1.2.3.2"}},
      {tags::InstanceNumber, VR::IS, {"1", "20", "x", ""}},
      {tags::ImagePositionPatient, VR::DS, {"0\\0\\1", "0\\0\\2.5", "0\\0", ""}},
      {tags::ImageOrientationPatient, VR::DS, {"1\\0\\0\\0\\1\\0", "1\\0\\0\\0\\0\\1", "1\\0", ""}},
      {tags::FrameOfReferenceUID, VR::UI, {"1.2.9", "1.2.99"}},
      {tags::Laterality, VR::CS, {"R", "L", "B", ""}},
      {tags::ImagesInAcquisition, VR::IS, {"10", "-1", ""}},
      {tags::PixelSpacing, VR::DS, {"0.5\\0.5", "0.50\\0.50", "1\\2", ""}},
  };
  return kAll;
}

std::vector<std::uint8_t> object(const std::vector<std::size_t>& chosen, std::string_view refers) {
  ObjectBuilder builder;
  const std::string_view own = values()[1].choices[chosen[1]];
  builder.preamble().meta(kImplicitLittleUid, "1.2.840.10008.5.1.4.1.1.2", own);
  for (std::size_t i = 0; i < values().size(); ++i) {
    const Value& value = values()[i];
    if (value.tag == tags::PatientName) {
      builder.sequence(dicom::Tag(0x0008, 0x1140)).item();
      builder.text(tags::ReferencedSOPClassUID, VR::UI, "1.2.840.10008.5.1.4.1.1.2");
      builder.text(tags::ReferencedSOPInstanceUID, VR::UI, refers);
      builder.end_item().end_sequence();
    }
    builder.text(value.tag, value.vr, value.choices[chosen[i]]);
  }
  return builder.take();
}

TEST(KeyTaker, takes_of_a_series_what_it_takes_of_each_alone) {
  std::mt19937 random(17);
  dicom::Precedent precedent;
  collate::KeyTaker taker;
  std::vector<std::size_t> chosen(values().size(), 0);
  std::string_view refers = "1.2.840.99.1";
  int alike = 0;
  for (int i = 0; i < 4000; ++i) {
    for (auto changes = random() % 3; changes-- > 0;) {
      const std::size_t field = random() % chosen.size();
      chosen[field] = random() % values()[field].choices.size();
    }
    if (random() % 4 == 0) refers = values()[1].choices[random() % 3];
    const auto bytes = object(chosen, refers);
    dicom::Scanned scanned;
    scan::scan_in_series(bytes, bytes.size(), {}, std::array{&std::as_const(precedent)}, scanned);
    ASSERT_FALSE(scanned.error);
    precedent.keep(scanned);
    alike += scanned.likeness.before != 0 ? 1 : 0;
    const collate::Content content{random(), random() % 2 == 0};
    dicom::Findings none;
    dicom::ObjectKeys in_series;
    dicom::ObjectKeys alone;
    taker.take(scanned, "a", content, in_series, none);
    collate::take_keys(scanned, "a", content, alone, none);
    ASSERT_EQ(dicom::encode(in_series), dicom::encode(alone)) << i;
  }
  EXPECT_GT(alike, 3900);
}

}  // namespace
}  // namespace slipring::test
