// DataSet: a scanned object as everybody after the scan sees it: bytes, tape, encoding; with
// accessors that decode a value only when asked. A view: it owns nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "codecs/base/bytes.h"
#include "engine/dicom/tape.h"
#include "engine/dicom/transfer_syntax.h"

namespace slipring::dicom {

class DataSet {
 public:
  DataSet() = default;
  DataSet(Bytes bytes, std::span<const Element> tape, Encoding encoding)
      : bytes_(bytes), tape_(tape), encoding_(encoding) {}

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] std::span<const Element> tape() const { return tape_; }
  [[nodiscard]] Encoding encoding() const { return encoding_; }

  // The first element with this tag at depth 0; null when there is none. Linear over the tape.
  [[nodiscard]] const Element* find(Tag tag) const;
  // found[i] becomes find(tags[i]); the tags ascend. One pass over a tape whose tags ascend too,
  // and no longer than until all are found.
  void find_each(std::span<const Tag> tags, std::span<const Element*> found) const;

  // Bytes of the value; empty for sequences and undefined lengths. Clipped to the bytes there are.
  [[nodiscard]] Bytes value(const Element& element) const {
    if (element.undefined_length() || element.offset >= bytes_.size()) return {};
    return bytes_.subspan(element.offset,
                          std::min<std::uint64_t>(element.length, bytes_.size() - element.offset));
  }

  // Values of depth-0 elements. Text loses trailing spaces and NULs and leading spaces.
  [[nodiscard]] std::string_view text(Tag tag) const;  // "" when absent
  [[nodiscard]] std::optional<std::uint32_t> number_us(
      Tag tag) const;  // US, SS, UL, SL; also IS text
  [[nodiscard]] std::optional<std::int64_t> number_is(Tag tag) const;  // IS; also binary

  // Index on the tape of the first entry after this one and everything inside it.
  [[nodiscard]] std::size_t next_sibling(std::size_t index) const;

  // "(0040,0275)[1].(0008,0050)": where a tape entry stands; items and fragments count from 1, and
  // an item, a fragment or a delimiter ends with its number: "(7FE0,0010)[3]". Walks backwards over
  // the tape: for findings only.
  [[nodiscard]] std::string path_of(std::size_t index) const;

 private:
  Bytes bytes_;
  std::span<const Element> tape_;
  Encoding encoding_;
};

// Without trailing spaces and NULs and leading spaces.
[[nodiscard]] inline std::string_view trim_padding(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

}  // namespace slipring::dicom
