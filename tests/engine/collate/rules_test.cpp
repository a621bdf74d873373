// Every rule of layer 6: files that break it, and beside them files that do not.
#include "engine/validate/rules.h"

#include <algorithm>

#include "datasets/fixtures/media.h"
#include "tests/engine/collate/objects.h"

namespace slipring::test {
namespace {

using datasets::media_directory;
using datasets::MediaRecord;
using dicom::Severity;
using Objects = std::vector<TestObject>;

Objects series(int count) { return datasets::series_of(count); }

// A series of `count` with one object changed.
template <class Change>
Objects with(int count, int which, Change change) {
  Objects objects = series(count);
  change(objects[static_cast<std::size_t>(which)]);
  return objects;
}

struct Case {
  dicom::RuleId rule;
  Severity severity;
  std::string name;
  Objects broken;
  Objects right;
  std::string path;     // of the finding
  std::string message;  // begins with, or holds
};

Objects with_copy(bool changed) {
  Objects objects = series(3);
  objects.push_back(TestObject(2).at("st/copy"));
  if (changed) objects.back().set(attributes::PatientComments, "other");
  return objects;
}

std::vector<Case> identity_cases() {
  return {{{6, 1},
           Severity::Error,
           "other content",
           with_copy(true),
           with_copy(false),
           "st/copy",
           "as st/im2, other content, same manufacturer"},
          {{6, 2},
           Severity::Info,
           "the same content",
           with_copy(false),
           with_copy(true),
           "st/copy",
           "same object as st/im2"},
          {{6, 3},
           Severity::Error,
           "another study",
           with(3, 2, [](auto& o) { o.set(attributes::StudyInstanceUID, "1.2.840.99999.2"); }),
           series(3),
           "st/im3",
           "Study Instance UID differs from that of st/im1 in 1 of"},
          {{6, 4},
           Severity::Error,
           "another patient",
           with(3, 1, [](auto& o) { o.set(attributes::PatientID, "SYN2"); }),
           series(3),
           "st/im2",
           "Patient ID differs"},
          {{6, 4},
           Severity::Warning,
           "another name",
           with(3, 1, [](auto& o) { o.set(attributes::PatientName, "Okafor^Chidi"); }),
           with(3, 1, [](auto& o) { o.set(attributes::PatientName, "OKAFOR^ADAEZE^"); }),
           "st/im2",
           "Patient's Name differs"},
          {{6, 4},
           Severity::Warning,
           "another birth date",
           with(3, 2, [](auto& o) { o.set(attributes::PatientBirthDate, "19710101"); }),
           with(3, 2, [](auto& o) { o.set(attributes::PatientBirthDate, ""); }),
           "st/im3",
           "Birth Date"},
          {{6, 4},
           Severity::Warning,
           "another sex",
           with(3, 2, [](auto& o) { o.set(attributes::PatientSex, "M"); }),
           series(3),
           "st/im3",
           "Patient's Sex"},
          {{6, 10},
           Severity::Warning,
           "another date",
           with(3, 2, [](auto& o) { o.set(attributes::StudyDate, "20260105"); }),
           with(3, 2, [](auto& o) { o.set(attributes::StudyDate, ""); }),
           "st/im3",
           "3 days apart"},
          {{6, 11},
           Severity::Info,
           "a root of two makers",
           with(3, 2, [](auto& o) { o.set(attributes::Manufacturer, "Harbour Systems"); }),
           with(3, 2, [](auto& o) { o.set(attributes::Manufacturer, "MERIDIAN Medical"); }),
           "st/im3",
           "UID root as in st/im1"}};
}

std::vector<Case> series_cases() {
  return {{{6, 5},
           Severity::Warning,
           "another modality",
           with(3, 1, [](auto& o) { o.set(attributes::ModalityText, "MR"); }),
           series(3),
           "st/im2",
           "Modality differs"},
          {{6, 5},
           Severity::Warning,
           "another body part",
           with(3, 1, [](auto& o) { o.set(attributes::BodyPartExamined, "HEAD"); }),
           series(3),
           "st/im2",
           "Body Part"},
          {{6, 5},
           Severity::Warning,
           "another frame of reference",
           with(3, 1, [](auto& o) { o.set(attributes::FrameOfReferenceUID, "1.2.3"); }),
           with(3, 1, [](auto& o) { o.set(attributes::FrameOfReferenceUID, ""); }),
           "st/im2",
           "Frame of Reference"},
          {{6, 5},
           Severity::Warning,
           "another laterality",
           [] {
             Objects both = series(2);
             both[0].set(attributes::Laterality, "L");
             both[1].set(attributes::Laterality, "R");
             return both;
           }(),
           series(2),
           "st/im2",
           "Laterality"}};
}

std::vector<Case> geometry_cases() {
  return {
      {{6, 6},
       Severity::Warning,
       "another orientation",
       with(4, 3, [](auto& o) { o.set(attributes::ImageOrientationPatient, "0\\1\\0\\0\\0\\1"); }),
       with(4, 3,
            [](auto& o) {
              o.set(attributes::ImageOrientationPatient, "0\\1\\0\\0\\0\\1");
              o.set(attributes::ImageType, "ORIGINAL\\PRIMARY\\LOCALIZER");
            }),
       "st/im4",
       "Image Orientation"},
      {{6, 6},
       Severity::Warning,
       "another spacing",
       with(4, 3, [](auto& o) { o.set(attributes::PixelSpacing, "0.8\\0.8"); }),
       with(4, 3, [](auto& o) { o.set(attributes::PixelSpacing, "0.70\\0.700"); }),
       "st/im4",
       "Pixel Spacing"},
      {{6, 6},
       Severity::Warning,
       "a gap between slices",
       [] {
         Objects gap = series(6);
         gap.erase(gap.begin() + 3);
         return gap;
       }(),
       series(6),
       "st/im5",
       "1 gaps between slices, the largest 5 mm where 2.5 mm"},
      {{6, 6},
       Severity::Warning,
       "a slice twice",
       [] {
         Objects twice = series(5);
         twice.push_back(TestObject(6).set(attributes::ImagePositionPatient, "-100\\-100\\5.0"));
         return twice;
       }(),
       [] {  // every slice twice: two phases
         Objects phases = series(4);
         for (int i = 1; i <= 4; ++i) {
           TestObject again(i + 4);
           again.values[attributes::ImagePositionPatient.tag] =
               phases[static_cast<std::size_t>(i - 1)].values[attributes::ImagePositionPatient.tag];
           phases.push_back(again);
         }
         return phases;
       }(),
       "st/im2",
       "1 positions have another number of slices"}};
}

std::vector<Case> number_cases() {
  return {{{6, 7},
           Severity::Warning,
           "a number is missing",
           [] {
             Objects gap = series(5);
             gap.erase(gap.begin() + 2);
             return gap;
           }(),
           [] {  // by tens
             Objects tens = series(5);
             for (TestObject& each : tens)
               each.set(attributes::InstanceNumber,
                        each.values[attributes::InstanceNumber.tag].second + "0");
             return tens;
           }(),
           "st/im4",
           "1 Instance Numbers are missing, the first between 2 and 4"},
          {{6, 7},
           Severity::Warning,
           "fewer than the acquisition has",
           [] {
             Objects few = series(3);
             for (TestObject& each : few) each.set(attributes::ImagesInAcquisition, "5");
             return few;
           }(),
           [] {
             Objects all = series(3);
             for (TestObject& each : all) each.set(attributes::ImagesInAcquisition, "3");
             return all;
           }(),
           "st/im1",
           "3 of 5 images"},
          {{6, 8},
           Severity::Warning,
           "a reference that leads nowhere",
           with(3, 0, [](auto& o) { o.refer("1.2.840.99999.1.2.3.2").refer("1.2.3.4.5"); }),
           with(3, 0, [](auto& o) { o.refer("1.2.840.99999.1.2.3.2"); }),
           "st/im1",
           "1 of 2 referenced instances"}};
}

std::vector<Case> all_cases() {
  std::vector<Case> all = identity_cases();
  for (auto* more : {series_cases, geometry_cases, number_cases})
    for (Case& each : more()) all.push_back(std::move(each));
  return all;
}

std::string text_of(const std::vector<Told>& told) {
  std::string text;
  for (const Told& each : told)
    text +=
        each.path + ": " + dicom::to_string(each.finding.rule) + " " + each.finding.message + "\n";
  return text;
}

std::vector<Told> judged(const Objects& objects, const collate::Limits& limits = {}) {
  Collation collation(limits);
  for (const TestObject& object : objects) collation.add(object);
  return collation.judge();
}

bool has(const std::vector<Told>& told, const Case& wanted) {
  return std::ranges::any_of(told, [&](const Told& each) {
    return each.finding.rule == wanted.rule && each.finding.severity == wanted.severity &&
           each.path == wanted.path &&
           each.finding.message.find(wanted.message) != std::string::npos;
  });
}

TEST(CollateRules, FilesThatBreakARuleAreReportedWithSeverityAndAnotherFileAsExample) {
  for (const Case& each : all_cases()) {
    SCOPED_TRACE(dicom::to_string(each.rule) + ": " + each.name);
    const auto told = judged(each.broken);
    EXPECT_TRUE(has(told, each)) << text_of(told);
    for (const Told& one : told) EXPECT_LE(one.finding.message.size(), 120U);
  }
}

TEST(CollateRules, FilesBesideThemThatDoNotAreNotReported) {
  for (const Case& each : all_cases()) {
    SCOPED_TRACE(dicom::to_string(each.rule) + ": " + each.name);
    const auto told = judged(each.right);
    EXPECT_FALSE(std::ranges::any_of(told, [&](const Told& one) {
      return one.finding.rule == each.rule && one.finding.severity == each.severity;
    })) << text_of(told);
  }
}

TEST(CollateRules, EveryRuleOfTheLayerHasCases) {
  const auto all = all_cases();
  for (const validate::Rule& rule : validate::rules()) {
    if (rule.id.layer != 6 || rule.id == dicom::RuleId{6, 9}) continue;  // DICOMDIRs: below
    EXPECT_NE(std::ranges::find(all, rule.id, &Case::rule), all.end()) << to_string(rule.id);
  }
  for (const Case& each : all) EXPECT_NE(validate::find_rule(each.rule), nullptr);
}

TEST(CollateRules, AWholeSeriesIsClean) { EXPECT_EQ(text_of(judged(series(40))), ""); }

TEST(CollateRules, TheSameIsFoundInMemoryAndThroughSpills) {
  Objects all;
  int study = 0;
  for (const Case& each : all_cases()) {
    const std::string folder = "case" + std::to_string(study++) + "/";
    for (TestObject object : each.broken) all.push_back(object.at(folder + object.path));
  }
  const auto in_memory = judged(all);
  Collation spilled({.memory_bytes = 4096});
  for (const TestObject& object : all) spilled.add(object);
  EXPECT_EQ(text_of(in_memory), text_of(spilled.judge()));
  EXPECT_GT(spilled.spills_made(), 2);
  EXPECT_GT(in_memory.size(), 20U);
}

TEST(CollateRules, PixelsThatWereNotReadAreNotCalledTheSame) {
  Collation collation;
  const TestObject one(1);
  collation.add("a", one.bytes(), false);
  collation.add("b", one.bytes(), false);
  const auto& told = collation.judge();
  ASSERT_EQ(told.size(), 1U) << text_of(told);
  EXPECT_EQ(told[0].finding.message, "same object as a: same header; pixels were not read");
}

TEST(CollateRules, ASeriesBeyondTheLimitIsSaidToBe) {
  const auto told = judged(series(12), {.series_objects_max = 8});
  ASSERT_EQ(told.size(), 1U) << text_of(told);
  EXPECT_EQ(told[0].finding.message, "4 more objects of this series were not compared");
  EXPECT_EQ(told[0].finding.severity, Severity::Info);
}

std::vector<Told> media(const std::vector<MediaRecord>& records, const Objects& objects) {
  Collation collation;
  collation.add("st/DICOMDIR", media_directory(records));
  for (const TestObject& object : objects) collation.add(object);
  return collation.judge();
}

std::vector<MediaRecord> listing(int count) {
  std::vector<MediaRecord> records;
  for (int i = 1; i <= count; ++i)
    records.push_back({"IM" + std::to_string(i), TestObject(i).uid, 0});
  return records;
}

TEST(CollateMedia, ADicomdirThatListsItsFilesIsClean) {
  EXPECT_EQ(text_of(media(listing(3), series(3))), "");
}

TEST(CollateMedia, AFileThatIsNotThereIsReportedOnTheDicomdirAtItsOffset) {
  const auto told = media(listing(4), series(3));
  ASSERT_EQ(told.size(), 1U) << text_of(told);
  EXPECT_EQ(told[0].path, "st/DICOMDIR");
  EXPECT_EQ(told[0].finding.severity, Severity::Warning);
  EXPECT_EQ(told[0].finding.message, "1 files that it lists are not there as objects");
  const auto file = media_directory(listing(4));
  const std::string_view text = as_text(file);
  EXPECT_EQ(told[0].finding.offset, text.find("IM4"));
}

TEST(CollateMedia, AFileThatIsNotListedIsReported) {
  const auto told = media(listing(2), series(3));
  ASSERT_EQ(told.size(), 1U) << text_of(told);
  EXPECT_EQ(told[0].path, "st/im3");
  EXPECT_EQ(told[0].finding.message, "not listed in st/DICOMDIR");
}

TEST(CollateMedia, AFileThatHoldsAnotherInstanceIsReported) {
  auto records = listing(3);
  records[1].instance = "1.2.3";
  const auto told = media(records, series(3));
  ASSERT_EQ(told.size(), 1U) << text_of(told);
  EXPECT_EQ(told[0].finding.message,
            "1 files that it lists hold another SOP instance than it says");
}

TEST(CollateMedia, AFileOutsideOfItsDirectoryIsAnError) {
  auto records = listing(3);
  for (const char* id : {"..\\..\\ETC", "A\\\\B", "A/B", "."}) {
    records[1].file_id = id;
    const auto told = media(records, series(3));
    ASSERT_EQ(told.size(), 2U) << text_of(told);  // and its file is not listed
    EXPECT_EQ(told[0].finding.rule, (dicom::RuleId{6, 9}));
    EXPECT_EQ(told[0].finding.severity, Severity::Error);
    EXPECT_EQ(told[0].finding.message, "the file is outside of the DICOMDIR's directory");
    EXPECT_EQ(told[0].finding.path, "(0004,1220)[2].(0004,1500)");
  }
}

TEST(CollateMedia, RecordsThatGoInACircleAreAnError) {
  auto records = listing(3);
  records[2].next = -2;
  const auto told = media(records, series(3));
  ASSERT_EQ(told.size(), 1U) << text_of(told);
  EXPECT_EQ(told[0].finding.severity, Severity::Error);
  EXPECT_NE(told[0].finding.message.find("is come to twice: a loop"), std::string::npos);
}

}  // namespace
}  // namespace slipring::test
