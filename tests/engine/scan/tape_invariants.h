// What holds of every tape, whatever the bytes were (engine/dicom/tape.h).
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "engine/dicom/scanned.h"

namespace slipring::test {

class TapeInvariants {
 public:
  // `size_bytes`: of the whole of what was scanned (deflated: of what was inflated).
  TapeInvariants(const dicom::Scanned& scanned, std::uint64_t size_bytes)
      : scanned_(scanned), size_(size_bytes) {}

  // "" when all hold, else the first that does not.
  std::string broken() {
    const dicom::Tape& tape = scanned_.tape;
    std::uint64_t from = scanned_.data_set_begin;
    for (std::size_t i = 0; i < tape.size(); ++i) {
      const dicom::Element& element = tape[i];
      if (element.header_offset() < from) return at(i, "overlaps what stands before it");
      const std::string_view wrong = place(i);
      if (!wrong.empty()) return at(i, wrong);
      from = element.offset + (opens(i) ? 0 : element.length);
      if (from > size_) return at(i, "goes beyond the end");
    }
    if (depth_ != 0) return "something is left open";
    if (scanned_.data_set_end > size_) return "the data set ends beyond the bytes";
    if (!tape.empty() && !scanned_.error && scanned_.data_set_end < from)
      return "the data set ends before its last element";
    return {};
  }

 private:
  // Even depths are those of elements, odd ones those of items and fragments.
  std::string_view place(std::size_t index) {
    const dicom::Element& element = scanned_.tape[index];
    if (element.is_attribute()) {
      if (element.depth != depth_ || depth_ % 2 != 0) return "is at a wrong depth";
      if (opens(index))
        ++depth_;
      else if (element.vr() == dicom::VR::SQ)
        return "is a sequence that is not closed";
      else if (element.undefined_length())
        return "has undefined length and nothing inside";
      return {};
    }
    if (element.tag == dicom::tags::Item) {
      if (element.depth != depth_ || depth_ % 2 != 1) return "is at a wrong depth";
      if (opens(index))
        ++depth_;
      else if (element.undefined_length())
        return "is a fragment of undefined length";
      return {};
    }
    if (element.length != 0) return "is a delimiter with a length";
    const bool of_item = element.tag == dicom::tags::ItemDelimitationItem;
    if (depth_ == 0 || depth_ % 2 != (of_item ? 0U : 1U)) return "closes nothing";
    if (element.depth + (of_item ? 1U : 0U) != depth_) return "closes at a wrong depth";
    --depth_;
    return {};
  }

  // Whether something stands inside: deeper, or an item's own end.
  [[nodiscard]] bool opens(std::size_t index) const {
    if (index + 1 >= scanned_.tape.size()) return false;
    const dicom::Element& element = scanned_.tape[index];
    const dicom::Element& next = scanned_.tape[index + 1];
    if (element.is_delimiter()) return false;
    return next.depth > element.depth ||
           (element.is_item() && next.tag == dicom::tags::ItemDelimitationItem);
  }

  [[nodiscard]] std::string at(std::size_t index, std::string_view what) const {
    const dicom::Element& element = scanned_.tape[index];
    return fmt::format("entry {} {} at byte {} {}", index, to_string(element.tag),
                       element.header_offset(), what);
  }

  const dicom::Scanned& scanned_;
  std::uint64_t size_;
  unsigned depth_ = 0;
};

}  // namespace slipring::test
