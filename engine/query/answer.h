// Answer: a data set that a peer gave as a match, on the tape, with text as UTF-8. Pure: what comes
// from a peer is scanned as any object is, so that one written otherwise than was agreed on is
// still read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "engine/dicom/charset.h"
#include "engine/dicom/scanned.h"

namespace slipring::query {

class Answer {
 public:
  // `identifier` is in `transfer_syntax`, the context's. An empty one has no elements.
  // Errors: Unsupported (a transfer syntax unknown, or not one for identifiers: deflated); those of
  // the scan, for bytes that are no data set.
  [[nodiscard]] static Result<Answer> read(Bytes identifier, std::string_view transfer_syntax);

  [[nodiscard]] dicom::DataSet data_set() const { return scanned_.data_set(); }

  // A value as text in UTF-8, padding trimmed; several values are parted by backslashes, numbers
  // are decimal. What is text in the answer's character set but means nothing there stays as the
  // bytes it is. "" for sequences, and for VRs of raw bytes.
  [[nodiscard]] std::string text(const dicom::Element& element) const;
  // The same of a depth-0 attribute; "" when it is absent.
  [[nodiscard]] std::string text(dicom::Tag tag) const;
  // The first element with this path, in the first item of each sequence; null when there is none.
  [[nodiscard]] const dicom::Element* find(std::span<const dicom::Tag> path) const;

 private:
  Answer() = default;
  Buffer file_;  // what the tape points into
  dicom::Scanned scanned_;
  dicom::SpecificCharacterSet character_set_;
};

// The UIDs of Failed SOP Instance UID List (0008,0058), of a final response of C-MOVE or C-GET;
// values that are no UIDs are left out. Errors: as Answer::read.
[[nodiscard]] Result<std::vector<std::string>> failed_instances(Bytes data_set,
                                                                std::string_view transfer_syntax);

}  // namespace slipring::query
