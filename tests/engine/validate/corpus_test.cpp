// Real files that DCMTK, GDCM and pydicom read without complaint get no error from us, but where
// ours is right; and what decodes gives the digest of independent decoders.
#include "tests/engine/pixels/corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "tests/engine/validate/validate_fixture.h"

namespace slipring::test {
namespace {

struct Exception {
  std::string_view path;
  std::string_view rules;  // of severity E, in order, once each
  std::string_view reason;
};

constexpr std::string_view kCommandGroup =
    "the data set begins with (0000,0000), which belongs to commands (PS3.5 7.1)";

constexpr std::array kExceptions = {
    Exception{"malformed/modalware+dicom-validator-ts__type1-missing-pixel-rows.dcm", "L2-14 L5-01",
              "made without Rows, and with (0000,0000)"},
    Exception{"odd/modalware+dicom-validator-ts__iod-sop-class-missing.dcm", "L2-14",
              kCommandGroup},
    Exception{"odd/modalware+dicom-validator-ts__type1-empty.dcm", "L2-14", kCommandGroup},
    Exception{"odd/modalware+dicom-validator-ts__type1-missing-manufacturer.dcm", "L2-14",
              kCommandGroup},
    Exception{"odd/modalware+dicom-validator-ts__type1-missing.dcm", "L2-14", kCommandGroup},
    Exception{"odd/modalware+dicom-validator-ts__type2-missing-content-date.dcm", "L2-14",
              kCommandGroup},
    Exception{"odd/modalware+dicom-validator-ts__type2-missing.dcm", "L2-14", kCommandGroup},
    Exception{"transfer-syntax/j2k-lossless-90/microsoft+dicom-server__JPEG2000Lossless.dcm",
              "L5-17",
              "its COD marker names the irreversible wavelet (T.800 Table A.20) under .4.90"},
};

bool peers_are_content(const ManifestRow& row) {
  return row.at("dcmdump_rc") == "0" && row.at("pydicom") == "ok" && row.at("gdcmdump_rc") == "0";
}

std::string errors_of(const Validated& validated) {
  std::set<std::string> rules;
  for (const dicom::Finding& finding : validated.findings().kept())
    if (finding.severity == dicom::Severity::Error) rules.insert(dicom::to_string(finding.rule));
  std::string text;
  for (const std::string& rule : rules) text += (text.empty() ? "" : " ") + rule;
  return text;
}

TEST(Corpus, WhatThreePeersReadHasNoErrorsButThoseExplained) {
  if (!has_corpus()) GTEST_SKIP() << "no corpus here";
  std::size_t clean = 0;
  for (const ManifestRow& row : manifest()) {
    if (!peers_are_content(row)) continue;
    const std::string& path = row.at("path");
    const Validated validated(read_file(corpus_directory() / path));
    const auto exception = std::ranges::find(kExceptions, path, &Exception::path);
    const std::string_view wanted = exception == kExceptions.end() ? "" : exception->rules;
    EXPECT_EQ(errors_of(validated), wanted) << path << "\n" << validated.all();
    ++clean;
  }
  EXPECT_GE(clean, 700U);
}

TEST(Corpus, EveryImageIsDecodedOrSaidNotToBe) {
  if (!has_corpus()) GTEST_SKIP() << "no corpus here";
  std::size_t decoded = 0;
  std::size_t agreed = 0;
  for (const ManifestRow& row : manifest()) {
    const std::string& path = row.at("path");
    const Validated validated(read_file(corpus_directory() / path));
    const bool said = validated.find({5, 21}) != nullptr ||
                      validated.findings().count(dicom::Severity::Error) != 0;
    const bool is_object = !row.at("ts").empty() && !row.at("ts").ends_with("codestream)");
    if (is_object && !row.at("ref_sha256").empty()) {
      EXPECT_TRUE(validated.answer().pixel_digest.has_value() || said) << path << "\n"
                                                                       << validated.all();
    }
    if (!validated.answer().pixel_digest) continue;
    ++decoded;
    if (dicom::to_hex(validated.answer().pixel_digest->bytes) == row.at("ref_sha256")) ++agreed;
  }
  EXPECT_GE(decoded, 550U);
  EXPECT_GE(agreed, 550U);
}

}  // namespace
}  // namespace slipring::test
