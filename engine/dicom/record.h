// Record: what became of one file: the row of the ledger, the `object` line of --json, the line of
// a report. Every file seen gives exactly one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/dicom/between/object_key.h"
#include "engine/dicom/digest.h"
#include "engine/dicom/finding.h"
#include "engine/dicom/source_file.h"

namespace slipring::dicom {

enum class Outcome : std::uint8_t {
  Converted,    // written, in another transfer syntax than it came in
  Copied,       // written as it was: nothing to convert
  Kept,         // written as it was although a conversion was asked for; `reason` says why
  Duplicate,    // same SOP Instance UID and same content as one before: not written again
  Quarantined,  // written aside, as it was, because it could not be converted
  Failed,       // nothing written; `reason` says why
  Skipped,      // not DICOM, a link, a special file
  Ok,           // scan and validate: read and understood
};
inline constexpr int kOutcomeCount = static_cast<int>(Outcome::Ok) + 1;
[[nodiscard]] std::string_view name(Outcome outcome);  // "converted" ...
[[nodiscard]] std::optional<Outcome> outcome_named(std::string_view name);

// Why a file failed, in the words of ledgers and reports: those of its error, but of a file that
// could not be read, whose offsets and numbers are the system's, what that comes to.
[[nodiscard]] std::string reason_of(const Error& error);

// The file could not be read as it was found.
[[nodiscard]] constexpr bool is_reading_trouble(ErrorCode code) {
  return code == ErrorCode::Io || code == ErrorCode::Vanished || code == ErrorCode::Changed;
}
// A failure of the storage or of memory says nothing about the file: it is tried again, and is no
// reason to do something else with it.
[[nodiscard]] constexpr bool is_no_fault_of_the_file(ErrorCode code) {
  return is_reading_trouble(code) || code == ErrorCode::NoMemory;
}

struct Record {
  std::uint64_t sequence = 0;  // discovery order
  std::string path;            // as given, relative to its source root
  FileIdentity source;
  Outcome outcome = Outcome::Failed;
  std::string reason;          // "" for a plain success
  std::optional<Error> error;  // what stopped it; `what` is static text
  std::string error_tag;       // tag path the error is about, or ""
  std::string sop_class;
  std::string sop_instance;
  std::string study;
  std::string series;
  std::string modality;
  std::string from;  // transfer syntax UIDs
  std::string to;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t frames = 0;
  std::optional<Sha256Digest> pixel_digest;
  bool pixel_verified = false;  // computed from the source and again from the bytes written: equal
  std::optional<Sha256Digest> dataset_digest;
  std::optional<Xxh128Digest> output_digest;  // of every byte of the output file
  std::string output;  // relative to the output root; "" when nothing was written
  // Validate, where all of the file was read: of every byte of the source. A file that fails is
  // told from one that rotted by it.
  std::optional<Xxh128Digest> content_digest;
  // Receive: of the output's transfer syntax and data set, without its meta group.
  std::optional<Xxh128Digest> object_digest;
  std::optional<ObjectKeys> keys;  // validate: what layer 6 needs of an object
  Findings findings;

  // As a new one, but its texts keep their memory: one record after the other without an
  // allocation.
  void clear();
};

}  // namespace slipring::dicom
