#include "engine/transcode/elements.h"

#include <array>

#include "engine/dicom/dictionary.h"
#include "engine/dicom/encode.h"

namespace slipring::transcode {

namespace tags = dicom::tags;
using dicom::Element;
using dicom::VR;

namespace {

bool lacks_delimiters(std::span<const Element> tape) {
  std::array<bool, 256>
      undefined{};  // by depth: whether what is open there has an undefined length
  for (const Element& element : tape) {
    if (!element.is_delimiter()) {
      undefined[element.depth] = element.undefined_length();
    } else if (element.synthetic() && element.depth > 0) {
      const bool closes_item = element.tag == tags::ItemDelimitationItem;
      if (undefined[closes_item ? element.depth : element.depth - 1U]) return true;
    }
  }
  return false;
}

// No VR in an explicit header, or one of no edition in a short header: the scan tried forms until
// what follows made sense, which it may not, or sooner, where other bytes follow.
bool read_by_what_follows(const dicom::DataSet& data_set, const Element& element) {
  if (element.vr() != VR::Unknown || element.header() == dicom::Header::Implicit) return false;
  const std::uint8_t* letters = &data_set.bytes()[element.header_offset() + 4];
  return element.header() == dicom::Header::ExplicitShort ||
         dicom::vr_from(letters[0], letters[1]) == VR::None;
}

}  // namespace

bool may_be_copied(const dicom::DataSet& data_set) {
  const bool implicit = !data_set.encoding().explicit_vr;
  for (const Element& element : data_set.tape()) {
    if (!element.is_attribute()) continue;
    const bool other_form = (element.header() == dicom::Header::Implicit) != implicit;
    if (other_form && (implicit || element.depth == 0)) return false;
    if (read_by_what_follows(data_set, element)) return false;
  }
  return !lacks_delimiters(data_set.tape());
}

bool has_other_fragments(std::span<const Element> tape) {
  for (std::size_t i = 0; i < tape.size(); ++i)
    if (tape[i].is_attribute() && is_container(tape, i) && holds_fragments(tape, i) &&
        (tape[i].depth > 0 || tape[i].tag != tags::PixelData))
      return true;
  return false;
}

std::optional<std::uint16_t> first_group(const dicom::DataSet& data_set) {
  const auto tape = data_set.tape();
  for (std::size_t i = 0; i < tape.size(); i = data_set.next_sibling(i))
    if (tape[i].is_attribute() && !tape[i].tag.is_group_length()) return tape[i].tag.group();
  return std::nullopt;
}

bool has_meta_elements(const dicom::DataSet& data_set) {
  const auto tape = data_set.tape();
  for (std::size_t i = 0; i < tape.size(); i = data_set.next_sibling(i))
    if (tape[i].tag.group() == 2) return true;
  return false;
}

bool has_disguised_sequence(const dicom::DataSet& data_set) {
  const auto tape = data_set.tape();
  for (std::size_t i = 0; i < tape.size(); ++i)
    if (tape[i].is_attribute() && tape[i].length != 0 && tape[i].vr() != VR::SQ &&
        !is_container(tape, i) && dicom::implicit_vr(tape[i].tag) == VR::SQ)
      return true;
  return false;
}

bool has_misnamed_sequence(const dicom::DataSet& data_set) {
  const auto tape = data_set.tape();
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (!tape[i].is_attribute() || !is_container(tape, i) || holds_fragments(tape, i)) continue;
    const VR vr = dicom::implicit_vr(tape[i].tag);
    if (vr != VR::SQ && vr != VR::UN) return true;
  }
  return false;
}

VR explicit_vr(const Element& element, std::uint64_t length_bytes, bool signed_pixels) {
  const VR vr = element.vr();
  if (element.header() != dicom::Header::Implicit || vr == VR::UN || vr == VR::None)
    return dicom::storable_vr(vr, length_bytes);
  if (dicom::holds(vr, length_bytes) && (vr != VR::US || !signed_pixels))
    return dicom::storable_vr(vr, length_bytes);
  const dicom::DictionaryEntry* entry = dicom::find_in_dictionary(element.tag);
  if (entry == nullptr) return dicom::storable_vr(vr, length_bytes);
  const std::array<VR, 3> choices = {entry->vr, entry->other_vr, entry->third_vr};
  if (signed_pixels && dicom::holds(VR::SS, length_bytes))
    for (const VR choice : choices)
      if (choice == VR::SS) return choice;
  if (dicom::holds(vr, length_bytes)) return vr;
  for (const VR choice : choices)
    if (choice != VR::None && dicom::holds(choice, length_bytes)) return choice;
  return VR::UN;
}

bool has_signed_pixels(const dicom::DataSet& data_set) {
  return data_set.number_us(tags::PixelRepresentation) == 1U;
}

}  // namespace slipring::transcode
