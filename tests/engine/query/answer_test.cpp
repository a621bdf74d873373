#include "engine/query/answer.h"

#include <gtest/gtest.h>

#include "engine/query/key.h"

namespace slipring::query {
namespace {

constexpr std::string_view kImplicit = "1.2.840.10008.1.2";
constexpr std::string_view kExplicit = "1.2.840.10008.1.2.1";

Buffer identifier(std::initializer_list<const char*> words, bool explicit_vr = true) {
  std::vector<Key> keys;
  for (const char* word : words) keys.push_back(parse_key(word).value());
  Buffer out;
  EXPECT_TRUE(append_identifier(out, keys, {explicit_vr, false}).has_value());
  return out;
}

TEST(QueryAnswerTest, AnIdentifierCutAtAnyByteIsAnErrorOrItsFirstElements) {
  for (const bool explicit_vr : {true, false}) {
    const Buffer whole =
        identifier({"PatientName=DOE^JOHN", "ScheduledProcedureStepSequence.Modality=CT",
                    "StudyInstanceUID=1.2.3.4"},
                   explicit_vr);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::vector<std::uint8_t> cut(whole.data(), whole.data() + size);
      const auto answer = Answer::read(cut, explicit_vr ? kExplicit : kImplicit);
      if (!answer) continue;
      const std::string name = answer->text(dicom::tags::PatientName);
      EXPECT_TRUE(name.empty() || name == "DOE^JOHN") << size;
    }
  }
}

TEST(QueryAnswerTest, AnEmptyIdentifierHasNothing) {
  const auto answer = Answer::read({}, kImplicit);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->text(dicom::tags::PatientName), "");
}

TEST(QueryAnswerTest, AnIdentifierInTheOtherEncodingIsReadAllTheSame) {
  const Buffer whole = identifier({"PatientName=DOE^JOHN", "StudyInstanceUID=1.2.3.4"}, true);
  const auto answer = Answer::read(whole.bytes(), kImplicit);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->text(dicom::tags::PatientName), "DOE^JOHN");
}

TEST(QueryAnswerTest, WhatIsNoDataSetIsAnErrorWithItsOffset) {
  const std::vector<std::uint8_t> garbage(64, 0xEE);
  for (const std::string_view syntax : {kImplicit, kExplicit}) {
    const auto answer = Answer::read(garbage, syntax);
    ASSERT_FALSE(answer.has_value());
    EXPECT_TRUE(answer.error().offset == kNoOffset || answer.error().offset <= garbage.size());
  }
  EXPECT_EQ(Answer::read(garbage, "1.2.3").error().code, ErrorCode::Unsupported);
  EXPECT_EQ(Answer::read(garbage, "1.2.840.10008.1.2.1.99").error().code, ErrorCode::Unsupported);
}

TEST(QueryAnswerTest, FailedInstancesAreThoseThatAreUids) {
  const Buffer list = identifier({"0008,0058=1.2.3\\ 4.5 \\x\\\\6"});
  EXPECT_EQ(failed_instances(list.bytes(), kExplicit).value(),
            (std::vector<std::string>{"1.2.3", "4.5", "6"}));
  EXPECT_TRUE(failed_instances({}, kExplicit).value().empty());
}

}  // namespace
}  // namespace slipring::query
