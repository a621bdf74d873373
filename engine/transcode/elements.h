// Elements: one walk over a tape for everybody who writes a data set anew (the element writer, the
// data set digest). It knows what a container is, which elements are group lengths, and in which
// byte order a value lies; it does not know what is done with them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "codecs/base/bytes.h"
#include "engine/dicom/data_set.h"
#include "engine/dicom/tape.h"

namespace slipring::transcode {

// A sequence or encapsulated pixel data: something deeper follows.
[[nodiscard]] inline bool is_container(std::span<const dicom::Element> tape, std::size_t index) {
  return index + 1 < tape.size() && tape[index + 1].depth > tape[index].depth;
}

// Whether a container holds fragments: their items close by themselves, those of a sequence have a
// delimiter of their own on the tape (tape.h).
[[nodiscard]] inline bool holds_fragments(std::span<const dicom::Element> tape, std::size_t index) {
  const dicom::Element& first = tape[index + 1];
  if (!first.is_item())
    return tape[index].vr() != dicom::VR::SQ && tape[index].vr() != dicom::VR::UN;
  if (index + 2 >= tape.size()) return true;
  const dicom::Element& second = tape[index + 2];
  return second.depth <= first.depth && second.tag != dicom::tags::ItemDelimitationItem;
}

// The word size that must be reversed to have a value in little endian; 1 when it is. Implicit VR
// is little endian always (PS3.5 A.1), inside a big endian data set too.
[[nodiscard]] inline unsigned swap_unit(const dicom::DataSet& data_set,
                                        const dicom::Element& element) {
  if (!data_set.encoding().big_endian || element.header() == dicom::Header::Implicit) return 1;
  return dicom::facts(element.vr()).unit_bytes;
}

// Calls, for tape entries [begin, end) in order:
//   skip(element)            true: this depth-0 element and all inside is passed over
//   value(element, bytes)    an attribute with a value, as it lies
//   open_sequence(element), open_fragments(element), fragment(bytes), item(), item_end(), close()
// Group lengths (gggg,0000) are never shown (retired, PS3.5 7.2); nor are delimiters outside
// containers.
template <class Visitor>
void walk(const dicom::DataSet& data_set, std::size_t begin, std::size_t end, Visitor& visitor) {
  const auto tape = data_set.tape();
  bool in_fragments = false;
  for (std::size_t i = begin; i < end; ++i) {
    const dicom::Element& element = tape[i];
    if (element.is_attribute()) {
      const bool container = is_container(tape, i);
      if (element.depth == 0 && visitor.skip(element)) {
        i = data_set.next_sibling(i) - 1;
      } else if (!container) {
        if (!element.tag.is_group_length()) visitor.value(element, data_set.value(element));
      } else if (holds_fragments(tape, i)) {
        in_fragments = true;
        visitor.open_fragments(element);
      } else {
        visitor.open_sequence(element);
      }
    } else if (element.depth == 0) {
      continue;
    } else if (element.is_item()) {
      if (in_fragments)
        visitor.fragment(data_set.value(element));
      else
        visitor.item();
    } else if (element.tag == dicom::tags::ItemDelimitationItem) {
      visitor.item_end();
    } else {
      in_fragments = false;
      visitor.close();
    }
  }
}

// Whether the elements mean the same wherever their bytes stand. Not so when a container's
// undefined length never ended in the bytes, when depth 0 changes its encoding halfway, and where
// the form of a header was found by what follows it.
[[nodiscard]] bool may_be_copied(const dicom::DataSet& data_set);

// Fragments elsewhere than in Pixel Data at depth 0: an icon's codestreams, which follow the
// transfer syntax (PS3.5 A.4), or an element that no transfer syntax gives fragments.
[[nodiscard]] bool has_other_fragments(std::span<const dicom::Element> tape);

// The group of the first element that a new object would have.
[[nodiscard]] std::optional<std::uint16_t> first_group(const dicom::DataSet& data_set);

// File meta elements inside the data set: what they are depends on where they stand.
[[nodiscard]] bool has_meta_elements(const dicom::DataSet& data_set);

// A value that implicit VR would make a sequence of: the dictionary's VR is SQ, the file's is not.
[[nodiscard]] bool has_disguised_sequence(const dicom::DataSet& data_set);

// A sequence that implicit VR would make another value of: the dictionary's VR is not SQ, nor UN,
// of which an undefined length makes a sequence (PS3.5 6.2.2).
[[nodiscard]] bool has_misnamed_sequence(const dicom::DataSet& data_set);

// The VR an element has in an explicit encoding: the file's; for one read as implicit VR the
// dictionary's, SS for "US or SS" when `signed_pixels`, another of its VRs or UN when a 16-bit
// length cannot hold the value. Never None or Unknown (UN instead).
[[nodiscard]] dicom::VR explicit_vr(const dicom::Element& element, std::uint64_t length_bytes,
                                    bool signed_pixels);

// Pixel Representation (0028,0103) of the data set is 1.
[[nodiscard]] bool has_signed_pixels(const dicom::DataSet& data_set);

// Pixel Representation where a walk is: an icon's own for what describes the icon, else that of the
// item or data set around. A visitor tells it of items and values.
class PixelSign {
 public:
  explicit PixelSign(bool of_data_set) : signs_{of_data_set} {}
  void item() { signs_.push_back(signs_.back()); }
  void item_end() { signs_.pop_back(); }
  void see(const dicom::DataSet& data_set, const dicom::Element& element, Bytes value) {
    if (element.tag != dicom::tags::PixelRepresentation || element.depth == 0 || value.size() != 2)
      return;
    signs_.back() = (swap_unit(data_set, element) != 1 ? load_be<std::uint16_t>(value.data())
                                                       : load_le<std::uint16_t>(value.data())) == 1;
  }
  [[nodiscard]] bool is_signed() const { return signs_.back(); }

 private:
  std::vector<bool> signs_;  // of the data set, then an entry an open item
};

}  // namespace slipring::transcode
