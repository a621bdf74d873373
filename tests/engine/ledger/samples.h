// Records as a run makes them, for tests of the ledger and of the report.
#pragma once

#include <string>

#include "engine/dicom/record.h"

namespace slipring::test {

inline dicom::Record plain_record(std::uint64_t sequence, std::string path) {
  dicom::Record record;
  record.sequence = sequence;
  record.path = std::move(path);
  record.source = {1, 100 + sequence, 2000, 1'500'000'000'000'000'000, 1'600'000'000'000'000'000};
  record.outcome = dicom::Outcome::Converted;
  record.sop_class = "1.2.840.10008.5.1.4.1.1.2";
  record.sop_instance = "1.2.3." + std::to_string(sequence);
  record.study = "1.2.3";
  record.series = "1.2.3.4";
  record.modality = "CT";
  record.from = "1.2.840.10008.1.2.1";
  record.to = "1.2.840.10008.1.2.5";
  record.bytes_in = 2000;
  record.bytes_out = 1000;
  record.frames = 1;
  record.pixel_digest = dicom::sha256(as_bytes(record.path));
  record.pixel_verified = true;
  record.dataset_digest = dicom::sha256(as_bytes(record.sop_instance));
  record.output_digest = dicom::xxh128(as_bytes(record.path));
  record.output = record.path;
  return record;
}

inline dicom::Record failed_record(std::uint64_t sequence, std::string path) {
  dicom::Record record;
  record.sequence = sequence;
  record.path = std::move(path);
  record.source = {1, 100 + sequence, 900, -5, 7};
  record.outcome = dicom::Outcome::Failed;
  record.reason = "pixel data shorter than declared";
  record.error = Error{ErrorCode::Truncated, 0x5e0, "the value ends beyond the file", 8192, 8130};
  record.error_tag = "(7FE0,0010)";
  record.from = "1.2.840.10008.1.2.1";
  record.bytes_in = 900;
  record.findings.add({{5, 2},
                       dicom::Severity::Error,
                       dicom::tags::PixelData,
                       0x5e0,
                       "(7FE0,0010)",
                       "8130 of 8192 bytes"});
  record.findings.add(
      {{2, 20}, dicom::Severity::Warning, dicom::tags::Modality, 300, "", "not CS"});
  return record;
}

}  // namespace slipring::test
