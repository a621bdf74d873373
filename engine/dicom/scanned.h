// Scanned: what the scan knows of a file, as every later stage reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/bytes.h"
#include "codecs/base/error.h"
#include "engine/dicom/data_set.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/tape.h"
#include "engine/dicom/transfer_syntax.h"

namespace slipring::dicom {

// What a file is, by its first bytes and structure.
enum class FileKind : std::uint8_t {
  Part10,      // preamble, DICM, meta group
  NoPreamble,  // meta group or data set from byte 0 (or DICM at byte 0)
  AcrNema,     // NoPreamble with ACR-NEMA's group 8 (recognition code) and no SOP class
  Dicomdir,    // Media Storage Directory
  Empty,
  ZeroFilled,
  Zip,
  Gzip,
  Tar,
  Jpeg,
  Jpeg2000,
  JpegLs,
  JpegXl,
  Png,
  Tiff,
  Bmp,
  Gif,
  Pdf,
  Html,
  Xml,
  Json,
  Nifti,
  Elf,
  Exe,
  Iso9660,
  Text,
  Unknown,
};
[[nodiscard]] constexpr bool is_dicom(FileKind kind) { return kind <= FileKind::Dicomdir; }
[[nodiscard]] std::string_view name(FileKind kind);  // "DICOM Part 10", "zip archive", "text" ...

// How an object differs from one scanned before it (between/precedent.h).
struct Likeness {
  struct Difference {
    std::uint32_t entry;  // of the tape
    std::uint32_t length_before;
  };
  std::uint64_t number = 0;  // of this object among those that were kept; 0: it was not
  std::uint64_t before = 0;  // of the object that it is like; 0: it is like none
  // Where it is like one: the entries whose values differ, or cannot be told to be the same,
  // ascending. A last value that was not given, or is large, is among them.
  std::vector<Difference> meta;
  std::vector<Difference> data_set;
};

// A worker keeps one and hands it in again and again; its memory is reused.
struct Scanned {
  FileKind kind = FileKind::Unknown;
  std::string_view transfer_syntax_uid;      // as declared, padding trimmed; "" when there is none
  const TransferSyntax* declared = nullptr;  // null: none declared, or unknown
  const TransferSyntax* actual = nullptr;    // what the data set really is; null: not DICOM
  Tape meta_tape;                            // group 2, offsets into `file_bytes`
  Tape tape;                                 // the data set, offsets into `bytes`
  Bytes file_bytes;                          // what was given
  Bytes bytes;                               // what the tape points into: the file, or `inflated`
  std::uint64_t data_set_begin = 0;          // in `bytes`; 0 when inflated
  std::uint64_t data_set_end = 0;            // one past the last element
  Findings findings;                         // layers 1 and 2: what the scan had to tolerate
  std::optional<Error> error;                // where it could not go on; offset in `bytes`
  bool stopped_early = false;                // scan::Options::stop_after was reached
  std::uint64_t more_needed_bytes = 0;       // not 0: give at least this much of the file
  Buffer inflated;
  Likeness likeness;

  [[nodiscard]] DataSet data_set() const {
    return {bytes, tape, actual != nullptr ? actual->encoding : Encoding{}};
  }
  [[nodiscard]] DataSet meta() const { return {file_bytes, meta_tape, Encoding{}}; }
};

}  // namespace slipring::dicom
