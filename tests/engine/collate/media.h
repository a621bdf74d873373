// A DICOMDIR written by datasets/: a chain of records, each with a file.
#pragma once

#include <string>
#include <vector>

#include "tests/engine/collate/objects.h"

namespace slipring::testing {

struct MediaRecord {
  std::string file_id;
  std::string instance;
  int next = 0;  // 0: the record behind it; else that many records further, or back
};

inline std::vector<std::uint8_t> media_directory(const std::vector<MediaRecord>& records) {
  using Length = datasets::ElementWriter::Length;
  // Twice: offsets are known once it was written.
  std::vector<std::uint32_t> offsets(records.size() + 1, 0);
  std::vector<std::uint8_t> file;
  for (int pass = 0; pass < 2; ++pass) {
    file.clear();
    datasets::append_meta("1.2.840.10008.1.3.10", "1.2.840.99999.7", kExplicit.uid, true, file);
    datasets::ElementWriter writer(file, kExplicit);
    writer.number(attributes::FirstRootDirectoryRecord, offsets.front());
    writer.number(attributes::LastRootDirectoryRecord, offsets.front());
    writer.number(attributes::FileSetConsistencyFlag, 0);
    writer.begin_sequence(attributes::DirectoryRecordSequence, Length::Undefined);
    for (std::size_t i = 0; i < records.size(); ++i) {
      offsets[i] = static_cast<std::uint32_t>(file.size());
      writer.begin_item(Length::Undefined);
      const int step = records[i].next == 0 ? 1 : records[i].next;
      writer.number(attributes::NextDirectoryRecord,
                    offsets[static_cast<std::size_t>(static_cast<int>(i) + step)]);
      writer.number(attributes::RecordInUseFlag, 0xFFFF);
      writer.number(attributes::LowerLevelDirectory, 0);
      writer.text(attributes::DirectoryRecordType, "IMAGE");
      writer.text(attributes::ReferencedFileID, records[i].file_id);
      writer.text(attributes::ReferencedSOPInstanceUIDInFile, records[i].instance);
      writer.end_item();
    }
    writer.end_sequence();
  }
  return file;
}

}  // namespace slipring::testing
