#include "engine/query/key.h"

#include <gtest/gtest.h>

#include "engine/query/answer.h"

namespace slipring::query {
namespace {

using dicom::Tag;

constexpr std::string_view kImplicit = "1.2.840.10008.1.2";
constexpr std::string_view kExplicit = "1.2.840.10008.1.2.1";
constexpr Tag kSteps{0x0040, 0x0100};

Key key_of(std::string_view word) {
  const auto key = parse_key(word);
  EXPECT_TRUE(key.has_value()) << word;
  return key.value_or(Key{});
}

TEST(QueryKeyTest, AnAttributeIsNamedByKeywordOrByNumber) {
  const Key expected{{dicom::tags::PatientName}, "DOE*"};
  for (const char* word :
       {"PatientName=DOE*", "0010,0010=DOE*", "(0010,0010)=DOE*", "00100010=DOE*"})
    EXPECT_EQ(key_of(word), expected) << word;
  EXPECT_EQ(key_of("StudyDate"), (Key{{dicom::tags::StudyDate}, ""}));
  EXPECT_EQ(key_of("StudyDescription=a=b.c").value, "a=b.c");
}

TEST(QueryKeyTest, AnAttributeInsideOfSequencesIsNamedFromTheOutermost) {
  const Key expected{{kSteps, dicom::tags::Modality}, "CT"};
  for (const char* word : {"ScheduledProcedureStepSequence.Modality=CT",
                           "(0040,0100)[0].Modality=CT", "0040,0100.0008,0060=CT"})
    EXPECT_EQ(key_of(word), expected) << word;
}

TEST(QueryKeyTest, WhatNamesNothingIsRefused) {
  std::string deep = "Modality";
  for (std::size_t i = 0; i < kPathMax; ++i) deep = "ScheduledProcedureStepSequence." + deep;
  for (const std::string& word :
       {std::string(), std::string("=x"), std::string("PatientNam=x"), std::string("0010,001=x"),
        std::string("Modality.PatientName=x"), std::string("(0040,0100)[1].Modality"),
        std::string("ScheduledProcedureStepSequence=x"), std::string("0002,0010=x"),
        std::string("PatientName."), deep}) {
    const auto key = parse_key(word);
    ASSERT_FALSE(key.has_value()) << word;
    EXPECT_EQ(key.error().code, ErrorCode::Malformed) << word;
  }
}

TEST(QueryKeyTest, AnIdentifierIsReadBackInBothEncodings) {
  std::vector<Key> keys;
  for (const char* word :
       {"StudyInstanceUID", "ScheduledProcedureStepSequence.Modality=CT", "PatientName=DOE^J",
        "ScheduledProcedureStepSequence.ScheduledStationAETitle=A", "PatientID=1", "PatientID=22",
        "Rows=512", "RequestAttributesSequence"})
    keys.push_back(key_of(word));
  for (const std::string_view syntax : {kImplicit, kExplicit}) {
    Buffer out;
    ASSERT_TRUE(append_identifier(out, keys, {syntax == kExplicit, false}).has_value());
    const auto answer = Answer::read(out.bytes(), syntax);
    ASSERT_TRUE(answer.has_value()) << answer.error().what;
    EXPECT_EQ(answer->text(dicom::tags::PatientID), "22");
    EXPECT_EQ(answer->text(dicom::tags::PatientName), "DOE^J");
    EXPECT_EQ(answer->text(dicom::tags::Rows), "512");
    EXPECT_NE(answer->data_set().find(dicom::tags::StudyInstanceUID), nullptr);
    EXPECT_EQ(answer->data_set().find(dicom::tags::SpecificCharacterSet), nullptr);
    const Tag modality[] = {kSteps, dicom::tags::Modality};
    const dicom::Element* const found = answer->find(modality);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(answer->text(*found), "CT");
    const Tag absent[] = {kSteps, dicom::tags::PatientID};  // of the level above
    EXPECT_EQ(answer->find(absent), nullptr);
    Tag last;
    for (const dicom::Element& element : answer->data_set().tape()) {
      if (element.depth != 0) continue;
      EXPECT_LT(last, element.tag);
      last = element.tag;
    }
  }
}

TEST(QueryKeyTest, TextBeyondAsciiIsSentAsUtf8AndInNoOtherSet) {
  const Key name = key_of("PatientName=Müller*");
  Buffer out;
  ASSERT_TRUE(append_identifier(out, {&name, 1}, {}).has_value());
  const auto answer = Answer::read(out.bytes(), kExplicit);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->text(dicom::tags::SpecificCharacterSet), "ISO_IR 192");
  EXPECT_EQ(answer->text(dicom::tags::PatientName), "Müller*");
  const Key both[] = {name, key_of("SpecificCharacterSet=ISO_IR 100")};
  EXPECT_EQ(append_identifier(out, both, {}).error().code, ErrorCode::Mismatch);
}

TEST(QueryKeyTest, AValueThatDoesNotFitItsAttributeIsRefused) {
  Buffer out;
  for (const char* word : {"Rows=65536", "Rows=-1", "Rows=a", "Rows=1 "}) {
    const Key key = key_of(word);
    EXPECT_EQ(append_identifier(out, {&key, 1}, {}).error().code, ErrorCode::OutOfRange) << word;
  }
  const Key binary = key_of("PixelData=1");
  EXPECT_EQ(append_identifier(out, {&binary, 1}, {}).error().code, ErrorCode::Unsupported);
  const Key longest{{dicom::tags::PatientName}, std::string(65536, 'A')};
  EXPECT_EQ(append_identifier(out, {&longest, 1}, {}).error().code, ErrorCode::OutOfRange);
}

}  // namespace
}  // namespace slipring::query
