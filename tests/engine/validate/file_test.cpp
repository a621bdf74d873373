// Layer 0: names and the errors of reading, each with what is right beside it.
#include "engine/validate/file.h"

#include <gtest/gtest.h>

namespace slipring::validate {
namespace {

using dicom::Findings;
using dicom::RuleId;
using dicom::Severity;

Findings of_name(std::string_view path) {
  Findings findings;
  check_name(path, findings);
  return findings;
}

Findings of_error(const Error& error, bool opened) {
  Findings findings;
  check_reading(error, opened, findings);
  return findings;
}

TEST(FileRules, ANameIsPlainTextInAnyScript) {
  for (const char* path :
       {"a/b.dcm", "IMG 0001", "caf\xC3\xA9.dcm", "\xE5\xB1\xB1\xE7\x94\xB0/1", "A\\B"})
    EXPECT_EQ(of_name(path).count(RuleId{0, 7}), 0U) << path;
  for (const char* path : {"a\nb.dcm", "esc\x1B[2J", "caf\xE9.dcm", "\xC0\xAF", "del\x7F"})
    EXPECT_EQ(of_name(path).count(RuleId{0, 7}), 1U) << path;
}

TEST(FileRules, AFileThatWasNeverOpenedIsUnreadable) {
  const Findings refused =
      of_error({.code = ErrorCode::Io, .what = "the file cannot be opened"}, false);
  EXPECT_EQ(refused.count(RuleId{0, 1}), 1U);
  EXPECT_EQ(refused.count(Severity::Error), 1U);
  EXPECT_EQ(of_error({.code = ErrorCode::Vanished, .what = "gone"}, false).count(RuleId{0, 1}), 1U);
  EXPECT_TRUE(of_error({.code = ErrorCode::Malformed, .what = "bad bytes"}, true).empty());
  Findings special;
  note_special_file(special);
  EXPECT_EQ(special.count(RuleId{0, 1}), 1U);
  EXPECT_EQ(special.count(Severity::Error), 0U);
}

TEST(FileRules, AReadErrorSaysWhere) {
  const Findings findings =
      of_error({.code = ErrorCode::Io, .offset = 4096, .what = "a page cannot be read"}, true);
  ASSERT_EQ(findings.count(RuleId{0, 3}), 1U);
  EXPECT_EQ(findings.kept()[0].offset, 4096U);
  EXPECT_EQ(findings.count(RuleId{0, 1}), 0U);
}

TEST(FileRules, AFileThatChangedIsToldFromOneThatCannotBeRead) {
  const Findings findings = of_error({.code = ErrorCode::Changed, .what = "it grew"}, true);
  EXPECT_EQ(findings.count(RuleId{0, 4}), 1U);
  EXPECT_EQ(findings.count(RuleId{0, 3}), 0U);
}

}  // namespace
}  // namespace slipring::validate
