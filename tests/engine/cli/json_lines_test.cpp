#include "engine/cli/output/json_lines.h"

#include <gtest/gtest.h>

namespace slipring::cli {
namespace {

TEST(JsonLines, AnObjectHasTheFieldsOfTheContract) {
  dicom::Record record;
  record.path = "CT/a/0f3.dcm";
  record.outcome = dicom::Outcome::Converted;
  record.sop_class = "1.2.840.10008.5.1.4.1.1.2";
  record.sop_instance = "2.25.1";
  record.from = "1.2.840.10008.1.2.1";
  record.to = "1.2.840.10008.1.2.4.90";
  record.bytes_in = 10;
  record.bytes_out = 5;
  record.frames = 1;
  record.pixel_digest.emplace();
  record.pixel_verified = true;
  record.dataset_digest.emplace();
  record.output = "CT/a/0f3.dcm";
  const Json json = object_line(record);
  for (const char* field :
       {"v", "type", "path", "outcome", "sop_class", "sop_instance", "from", "to", "bytes_in",
        "bytes_out", "frames", "pixel_sha256", "pixel_verified", "dataset_sha256", "output"})
    EXPECT_TRUE(json.contains(field)) << field;
  EXPECT_EQ(json["outcome"], "converted");
  EXPECT_EQ(json["pixel_sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["to_name"], "JPEG 2000 Image Compression (Lossless Only)");
}

TEST(JsonLines, BytesThatAreNotTextAreEscapedAndTheLineStaysValid) {
  dicom::Record record;
  record.path = "a\xff\x1b[31m\n.dcm";
  const std::string text = object_line(record).dump();
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_TRUE(Json::accept(text));
}

TEST(JsonLines, AFindingSaysRuleSeverityTagAndOffset) {
  const dicom::Finding finding{{5, 2}, dicom::Severity::Error, dicom::tags::PixelData,
                               14892,  "(7FE0,0010)",          "8130 of 8192 bytes"};
  const Json json = finding_line("x.dcm", finding);
  EXPECT_EQ(json["rule"], "L5-02");
  EXPECT_EQ(json["severity"], "E");
  EXPECT_EQ(json["tag"], "(7FE0,0010)");
  EXPECT_EQ(json["offset"], 14892);
  EXPECT_EQ(json["msg"], "8130 of 8192 bytes");
}

TEST(JsonLines, TheSummaryCarriesExitCodeAndBalance) {
  ingest::Summary summary;
  const Json json = summary_line(summary, {4, "no-dicom-found"});
  EXPECT_EQ(json["exit_code"], 4);
  EXPECT_EQ(json["exit_reason"], "no-dicom-found");
  EXPECT_EQ(json["balanced"], true);
  for (const char* outcome :
       {"converted", "copied", "kept", "duplicate", "quarantined", "failed", "skipped"})
    EXPECT_TRUE(json.contains(outcome)) << outcome;
}

TEST(JsonLines, AMissingFileOfAListFromWindowsHasThatForAHint) {
  dicom::Record record;
  record.path = "a.dcm\r";
  record.error = Error{ErrorCode::Vanished, kNoOffset, "the file is not there"};
  EXPECT_NE(std::string(error_line(record)["hint"]).find("carriage returns"), std::string::npos);
  record.path = "a.dcm";
  EXPECT_EQ(std::string(error_line(record)["hint"]).find("carriage returns"), std::string::npos);
}

}  // namespace
}  // namespace slipring::cli
