// Key: what a query asks for, one attribute at a time, as people type it, and the identifier that a
// list of keys comes to (PS3.4 C.2.2.2, C.4.1.1.3, K.2.2.1). Pure: text in, an encoded data set
// out.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "engine/dicom/tag.h"
#include "engine/dicom/transfer_syntax.h"

namespace slipring::query {

inline constexpr std::size_t kPathMax = 8;  // sequences a key may be inside of, and itself

struct Key {
  // From the outermost sequence to the attribute: {0040,0100}, {0008,0060}.
  std::vector<dicom::Tag> path;
  std::string value;  // UTF-8; "" asks for the attribute without matching it (universal matching)
  friend bool operator==(const Key&, const Key&) = default;
};

// "PatientName=DOE*", "StudyDate" (universal), "0020,000D=1.2.3", "(0010,0010)=X", "00100010=X";
// within a sequence, outermost first: "ScheduledProcedureStepSequence.Modality=CT", where "[0]"
// behind a sequence is read over, as other toolkits want it.
// Errors: Malformed (no such attribute, nested too deep, a path through what is no sequence).
[[nodiscard]] Result<Key> parse_key(std::string_view word);

// The identifier: keys in ascending order of tags, sequences with one item, a key that comes twice
// with its last value, Specific Character Set ISO_IR 192 where a value has more than ASCII.
// Errors: OutOfRange (a number that does not fit its VR, a value too long), Unsupported (a value
// for a VR that matches none), Mismatch (Specific Character Set asked for as another, with text
// beyond ASCII).
[[nodiscard]] Result<void> append_identifier(Buffer& out, std::span<const Key> keys,
                                             dicom::Encoding encoding);

}  // namespace slipring::query
