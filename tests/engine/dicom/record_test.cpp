// A record that is used again.
#include "engine/dicom/record.h"

#include <gtest/gtest.h>

#include <string>

namespace slipring::dicom {
namespace {

Record full_record() {
  Record record;
  record.sequence = 7;
  record.source = {.device = 1, .inode = 2, .size_bytes = 3, .mtime_ns = 4, .ctime_ns = 5};
  record.outcome = Outcome::Converted;
  record.error = Error{.code = ErrorCode::Truncated, .offset = 9, .what = "cut"};
  for (std::string* text :
       {&record.path, &record.reason, &record.error_tag, &record.sop_class, &record.sop_instance,
        &record.study, &record.series, &record.modality, &record.from, &record.to, &record.output})
    *text = "a text too long to be kept within the string";
  record.bytes_in = record.bytes_out = record.frames = 11;
  record.pixel_digest.emplace();
  record.pixel_verified = true;
  record.dataset_digest.emplace();
  record.output_digest.emplace();
  record.findings.add({{1, 2}, Severity::Error, {}, 0, "", "a finding"});
  return record;
}

TEST(Record, is_as_new_when_cleared_and_keeps_the_memory_of_its_texts) {
  Record record = full_record();
  const char* const text = record.path.data();
  record.clear();
  EXPECT_EQ(record.sequence, 0U);
  EXPECT_EQ(record.source, FileIdentity{});
  EXPECT_EQ(record.outcome, Outcome::Failed);
  EXPECT_FALSE(record.error);
  for (const std::string* each :
       {&record.path, &record.reason, &record.error_tag, &record.sop_class, &record.sop_instance,
        &record.study, &record.series, &record.modality, &record.from, &record.to, &record.output})
    EXPECT_TRUE(each->empty());
  EXPECT_EQ(record.bytes_in + record.bytes_out + record.frames, 0U);
  EXPECT_FALSE(record.pixel_digest || record.dataset_digest || record.output_digest);
  EXPECT_FALSE(record.pixel_verified);
  EXPECT_TRUE(record.findings.empty() && record.findings.kept().empty());
  record.path = "another text too long for the string";
  EXPECT_EQ(record.path.data(), text);
}

TEST(Record, has_a_reason_for_a_file_that_was_not_read_and_else_the_words_of_the_error) {
  const auto reason = [](ErrorCode code) {
    return reason_of(Error{.code = code, .offset = 9, .what = "cut"});
  };
  EXPECT_EQ(reason(ErrorCode::Truncated), "cut");
  EXPECT_EQ(reason(ErrorCode::Vanished), "the file vanished");
  EXPECT_EQ(reason(ErrorCode::Changed), "the file changed while it was read");
  EXPECT_EQ(reason(ErrorCode::Io), "the file could not be read");
}

}  // namespace
}  // namespace slipring::dicom
