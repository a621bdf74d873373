#include "datasets/synthesize/header.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "datasets/drawing/random.h"

namespace slipring::datasets {

namespace {

using namespace attributes;
using Length = ElementWriter::Length;

constexpr int kNestingOfDefect = 200;
constexpr std::size_t kPrivateInfoBytes = 1100;
constexpr std::uint64_t kReferencesMax = 3;

std::string_view sop_class_of(const Image& image) {
  switch (image.modality) {
    case Modality::CT:
      return "1.2.840.10008.5.1.4.1.1.2";
    case Modality::MR:
      return "1.2.840.10008.5.1.4.1.1.4";
    case Modality::CR:
      return "1.2.840.10008.5.1.4.1.1.1";
    case Modality::US:
      break;
  }
  return image.frames > 1 ? "1.2.840.10008.5.1.4.1.1.3.1" : "1.2.840.10008.5.1.4.1.1.6.1";
}

std::string numbered(std::string_view prefix, std::uint64_t number) {
  std::string text(prefix);
  text += std::to_string(number);
  return text;
}

std::string_view image_type_of(Modality modality) {
  switch (modality) {
    case Modality::CT:
      return "ORIGINAL\\PRIMARY\\AXIAL";
    case Modality::MR:
      return "ORIGINAL\\PRIMARY\\OTHER";
    case Modality::CR:
    case Modality::US:
      break;
  }
  return "ORIGINAL\\PRIMARY";
}

struct Words {
  std::string_view model, body_part, study, series, protocol;
  std::string_view procedure_code, procedure;  // of SNOMED CT
};
Words words_of(Modality modality) {
  switch (modality) {
    case Modality::CT:
      return {"Rotor 64",       "CHEST",    "CT Thorax",          "Lung 1.0 sharp",
              "Thorax^Routine", "77477000", "Computed tomography"};
    case Modality::MR:
      return {"Field 1.5",
              "HEAD",
              "MR Head",
              "t2 tse transversal",
              "head^t2",
              "113091000",
              "Magnetic resonance imaging"};
    case Modality::CR:
      return {"Plate 12", "CHEST",     "Chest 2 views",    "pa",
              "CHEST PA", "168537006", "Plain radiography"};
    case Modality::US:
      return {"Echo 4",
              "ABDOMEN",
              "US Abdomen",
              "Abdomen",
              "Abdomen",
              "16310003",
              "Diagnostic ultrasonography"};
  }
  return {};
}

// Every second series writes its sequences with undefined length, as devices differ in this too.
Length length_of(const HeaderFacts& facts) {
  return facts.plan.series % 2 == 0 ? Length::Defined : Length::Undefined;
}

void write_code(const HeaderFacts& facts, ElementWriter& to, const Attribute& sequence,
                std::string_view value, std::string_view scheme, std::string_view meaning) {
  const Length length = length_of(facts);
  to.begin_sequence(sequence, length);
  to.begin_item(length);
  to.text(CodeValue, value);
  to.text(CodingSchemeDesignator, scheme);
  to.text(CodeMeaning, meaning);
  to.end_item();
  to.end_sequence();
}

// The first images of the study, as far as they come before this one: no reference leads nowhere,
// however few objects the archive has.
void write_references(const HeaderFacts& facts, ElementWriter& to) {
  const ObjectPlan& plan = facts.plan;
  const std::uint64_t end = std::min(plan.number, plan.study_first + kReferencesMax);
  if (plan.study_first >= end) return;
  Image referenced;
  referenced.modality = plan.modality;  // of one frame: only every fourth has more
  const Length length = length_of(facts);
  to.begin_sequence(ReferencedImageSequence, length);
  for (std::uint64_t number = plan.study_first; number < end; ++number) {
    to.begin_item(length);
    to.text(ReferencedSOPClassUID, sop_class_of(referenced));
    to.text(ReferencedSOPInstanceUID, make_uid(facts.seed, "instance", number));
    to.end_item();
  }
  to.end_sequence();
}

std::string study_date(const HeaderFacts& facts) {
  return make_date(mix(facts.seed, facts.plan.study), 2004, 18);
}

// Whole years from birth to the study, as "042Y".
std::string age_at(const std::string& study, const std::string& birth) {
  const int birthday_to_come = study.substr(4) < birth.substr(4) ? 1 : 0;
  const int years =
      std::stoi(study.substr(0, 4)) - std::stoi(birth.substr(0, 4)) - birthday_to_come;
  std::string text = std::to_string(1000 + years) + 'Y';
  return text.substr(1);
}

void write_group_0008(const HeaderFacts& facts, ElementWriter& to) {
  const ObjectPlan& plan = facts.plan;
  const Words words = words_of(plan.modality);
  const std::uint64_t study_hash = mix(facts.seed, plan.study);
  const std::string date = study_date(facts);
  const std::string time = make_time(study_hash);
  if (!facts.person.character_set.empty())
    to.text(SpecificCharacterSet, facts.person.character_set);
  to.text(ImageType, image_type_of(plan.modality));
  to.text(InstanceCreationDate, date);
  to.text(InstanceCreationTime, make_time(mix(study_hash, plan.instance)));
  to.text(SOPClassUID, facts.sop_class);
  to.text(SOPInstanceUID, facts.sop_instance);
  for (const Attribute& attribute : {StudyDate, SeriesDate, AcquisitionDate, ContentDate})
    to.text(attribute, date);
  for (const Attribute& attribute : {StudyTime, SeriesTime, AcquisitionTime, ContentTime})
    to.text(attribute, time);
  to.text(AccessionNumber, numbered("A", 100000 + plan.study));
  to.text(ModalityText, name(plan.modality));
  to.text(Manufacturer, "Invented Devices");
  to.text(InstitutionName, "Hospital of the Seed");
  to.text(ReferringPhysicianName, "Doe^Jane^^Dr.");
  to.text(StationName, numbered("STATION", plan.study % 7));
  to.text(StudyDescription, words.study);
  write_code(facts, to, ProcedureCodeSequence, words.procedure_code, "SCT", words.procedure);
  to.text(SeriesDescription, words.series);
  to.text(OperatorsName, "Operator^One");
  to.text(ManufacturerModelName, words.model);
  if (plan.modality != Modality::CR) write_references(facts, to);
  if (plan.modality == Modality::US)
    write_code(facts, to, AnatomicRegionSequence, "818981001", "SCT", "Abdomen");
}

void write_group_0010(const HeaderFacts& facts, ElementWriter& to) {
  const Person& person = facts.person;
  to.text(PatientName, person.name);
  to.text(PatientID, person.id);
  to.text(PatientBirthDate, person.birth_date);
  to.text(PatientSex, person.sex);
  to.text(PatientAge, age_at(study_date(facts), person.birth_date));
  to.decimals(PatientWeight, {48.5 + static_cast<double>(facts.plan.patient % 60)});
  if (facts.plan.defect == Defect::OddLength)
    to.odd_text(PatientComments, "odd");
  else if (facts.plan.defect == Defect::ControlCharacters)
    to.text(PatientComments, "\x1B[2J\x1B]0;title\x07\r\nERROR forged line\n=1+1\x01");
  else
    to.text(PatientComments, "Invented; no such person.");
}

void write_ct_0018(ElementWriter& to) {
  to.text(ScanOptions, "HELICAL MODE");
  to.decimals(SliceThickness, {1.25});
  to.decimals(KVP, {120});
}

void write_mr_0018(ElementWriter& to) {
  to.text(ScanningSequence, "SE");
  to.text(SequenceVariant, "SK\\SP");
  to.text(ScanOptions, "FC\\PFP\\SP");
  to.text(MRAcquisitionType, "2D");
  to.decimals(SliceThickness, {4});
  to.decimals(RepetitionTime, {4310.5});
  to.decimals(EchoTime, {101.2});
  to.decimals(MagneticFieldStrength, {1.5});
  to.integer(EchoTrainLength, 17);
}

void write_group_0018(const HeaderFacts& facts, ElementWriter& to) {
  const Modality modality = facts.plan.modality;
  const Words words = words_of(modality);
  to.text(BodyPartExamined, words.body_part);
  if (modality == Modality::CT) write_ct_0018(to);
  if (modality == Modality::MR) write_mr_0018(to);
  to.text(DeviceSerialNumber, numbered("SN", 4000 + facts.plan.study % 11));
  if (modality == Modality::CR) to.text(PlateID, "PLATE7");
  to.text(SoftwareVersions, "syn 1.0\\build 7");
  to.text(ProtocolName, words.protocol);
  if (facts.image.frames > 1) to.decimals(FrameTime, {33.333});
  if (modality == Modality::CT) {
    to.decimals(GantryDetectorTilt, {0});
    to.decimals(TableHeight, {142.5});
    to.integer(ExposureTime, 500);
    to.integer(XRayTubeCurrent, 180 + static_cast<int>(facts.plan.instance));
    to.text(ConvolutionKernel, "B70f");
  }
  if (modality == Modality::CR) {
    to.decimals(ImagerPixelSpacing, {0.1715, 0.1715});
    to.text(ViewPosition, facts.plan.instance == 0 ? "PA" : "LL");
  } else if (modality != Modality::US) {
    to.text(PatientPosition, "HFS");
  }
}

void write_group_0020(const HeaderFacts& facts, ElementWriter& to) {
  const ObjectPlan& plan = facts.plan;
  to.text(StudyInstanceUID, make_uid(facts.seed, "study", plan.study));
  to.text(SeriesInstanceUID, make_uid(facts.seed, "series", plan.series));
  to.text(StudyID, std::to_string(plan.study + 1));
  to.integer(SeriesNumber, plan.series_in_study + 1);
  to.integer(AcquisitionNumber, 1);
  to.integer(InstanceNumber, plan.instance + 1);
  if (plan.modality == Modality::CR) to.text(PatientOrientation, "L\\F");
  if (plan.modality == Modality::US) to.text(PatientOrientation, "");
  if (plan.modality == Modality::CT || plan.modality == Modality::MR) {
    const double z = -300.25 + 1.25 * plan.instance;
    to.decimals(ImagePositionPatient, {-180.1, -171.6, z});
    to.decimals(ImageOrientationPatient, {1, 0, 0, 0, 1, 0});
    to.text(FrameOfReferenceUID, make_uid(facts.seed, "frame", plan.study));
    to.text(PositionReferenceIndicator, "SN");
    to.decimals(SliceLocation, {z});
  }
  to.text(ImageComments, plan.instance % 4 == 0 ? "motion; repeat?" : "");
}

void write_frame_facts(const Image& image, ElementWriter& to) {
  if (image.samples > 1) to.number(PlanarConfiguration, 0);
  if (image.frames > 1) {
    to.integer(NumberOfFrames, image.frames);
    to.tag_value(FrameIncrementPointer, FrameTime.tag);
  }
}

void write_group_0028(const HeaderFacts& facts, ElementWriter& to) {
  const Image& image = facts.image;
  const bool ct = image.modality == Modality::CT;
  to.number(SamplesPerPixel, image.samples);
  to.text(PhotometricInterpretation, image.samples == 3 ? "RGB" : "MONOCHROME2");
  write_frame_facts(image, to);
  if (facts.plan.defect != Defect::MissingRows) to.number(Rows, image.rows);
  to.number(Columns, image.columns);
  if (ct || image.modality == Modality::MR) to.decimals(PixelSpacing, {0.703125, 0.703125});
  to.number(BitsAllocated, image.bits_allocated);
  to.number(BitsStored, image.bits_stored);
  to.number(HighBit, image.bits_stored - 1U);
  to.number(PixelRepresentation, image.is_signed ? 1 : 0);
  if (ct && image.is_signed)
    to.number(PixelPaddingValueSigned, static_cast<std::uint16_t>(kOutsideField));
  if (image.samples == 1) {
    to.decimals(WindowCenter, {ct ? -500.0 : 600.0});
    to.decimals(WindowWidth, {ct ? 1500.0 : 1200.0});
  }
  if (ct) {
    to.decimals(RescaleIntercept, {image.is_signed ? 0.0 : -1.0 * kUnsignedCtOffset});
    to.decimals(RescaleSlope, {1});
    to.text(RescaleType, "HU");
  }
  to.text(LossyImageCompression, "00");
}

// A block of our own making: opaque bytes, doubles and a sequence, as vendors have them.
void write_group_0029(const HeaderFacts& facts, ElementWriter& to) {
  const Length length = length_of(facts);
  Random random(mix(facts.seed, facts.plan.series));
  std::vector<std::uint8_t> info(kPrivateInfoBytes);
  for (std::size_t i = 0; i < info.size(); ++i)
    info[i] = i % 16 < 6 ? static_cast<std::uint8_t>(random.next()) : std::uint8_t{0};
  to.text(PrivateCreator, "INVENTED DEVICES 1");
  to.text(PrivateVersion, "HEADER V2");
  to.bytes(PrivateHeaderInfo, info);
  to.doubles(PrivateCoilWeights, {0.25, 1.5e-3, -2.75});
  to.begin_sequence(PrivateProtocolSequence, length);
  for (std::uint32_t step = 1; step <= 4; ++step) {
    to.begin_item(length);
    to.text(PrivateCreator, "INVENTED DEVICES 1");
    to.number(PrivateProtocolStep, step);
    to.end_item();
  }
  to.end_sequence();
}

void write_nested(ElementWriter& to) {
  for (int depth = 0; depth < kNestingOfDefect; ++depth) {
    to.begin_sequence(ScheduledProtocolCodeSequence, Length::Undefined);
    to.begin_item(Length::Undefined);
  }
  to.text(CodeValue, "DEEP");
  for (int depth = 0; depth < kNestingOfDefect; ++depth) {
    to.end_item();
    to.end_sequence();
  }
}

void write_requests(const HeaderFacts& facts, ElementWriter& to) {
  const bool never_closed = facts.plan.defect == Defect::MissingDelimiter;
  const Length length = never_closed ? Length::Undefined : length_of(facts);
  const Words words = words_of(facts.plan.modality);
  const std::uint64_t id = 7000 + facts.plan.study;
  to.begin_sequence(RequestAttributesSequence, length);
  to.begin_item(length);
  to.text(RequestedProcedureDescription, words.study);
  to.text(ScheduledProcedureStepDescription, words.study);
  if (facts.plan.defect == Defect::DeepNesting)
    write_nested(to);
  else
    write_code(facts, to, ScheduledProtocolCodeSequence, words.procedure_code, "SCT",
               words.procedure);
  to.text(ScheduledProcedureStepID, numbered("S", id));
  to.text(RequestedProcedureID, numbered("R", id));
  if (never_closed) return to.forget_open();
  to.end_item();
  to.end_sequence();
}

}  // namespace

HeaderFacts header_facts(const ObjectPlan& plan, const Image& image, std::uint64_t seed) {
  HeaderFacts facts{plan,
                    image,
                    make_person(seed, plan.patient),
                    seed,
                    std::string(sop_class_of(image)),
                    make_uid(seed, "instance", plan.content_number)};
  if (plan.defect == Defect::BadUid) facts.sop_instance = "2.25.not-a-number";
  if (plan.defect == Defect::PathUid) facts.sop_instance = "../../../../tmp/escaped";
  return facts;
}

void write_header(const HeaderFacts& facts, ElementWriter& to) {
  write_group_0008(facts, to);
  write_group_0010(facts, to);
  write_group_0018(facts, to);
  write_group_0020(facts, to);
  write_group_0028(facts, to);
  write_group_0029(facts, to);
  to.text(PerformedProcedureStepStartDate, study_date(facts));
  to.text(PerformedProcedureStepID, numbered("PPS", facts.plan.study));
  write_requests(facts, to);
}

}  // namespace slipring::datasets
