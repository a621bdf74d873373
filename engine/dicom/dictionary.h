// The data dictionary (PS3.6, edition in dictionary_table.inc): tag -> VR, VM, keyword. Generated,
// compact, sorted; repeating groups (50xx, 60xx) included. Private elements of known creators are
// not here: they come with a creator.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/dicom/tag.h"
#include "engine/dicom/vr.h"

namespace slipring::dicom {

// How many values an attribute that is not retired and has one VR may have.
enum class UsualValues : std::uint8_t {
  Other,  // or it is retired, or has another VR too: its entry says so; or it is not known
  One,    // VM 1
  Any,    // VM 1-n
};

struct DictionaryEntry {
  Tag tag;
  VR vr = VR::UN;
  VR other_vr = VR::None;  // "US or SS", "OB or OW": the second; None when there is one
  VR third_vr = VR::None;
  bool retired = false;
  // Letters within the entry, not pointers to them: those would be relocated whenever the program
  // starts, 10,500 of them, and 60 pages of the table written to.
  char vm_letters[8];
  char keyword_letters[64];  // the longest has 63

  [[nodiscard]] constexpr std::string_view vm() const { return vm_letters; }
  [[nodiscard]] constexpr std::string_view keyword() const { return keyword_letters; }
};

// Null when the standard does not define the tag. Private creators and group lengths are answered
// by implicit_vr only. The entry of a repeating group carries the first tag of its range:
// (6002,3000) is answered by the entry of (6000,3000). Attributes the standard named no keyword for
// have "".
[[nodiscard]] const DictionaryEntry* find_in_dictionary(Tag tag);
[[nodiscard]] const DictionaryEntry* find_keyword(std::string_view keyword);

namespace detail {
// Open addressing over the tags alone: a lookup touches one slot and, on a hit, one entry.
inline constexpr unsigned kSlotBits = 14;
inline constexpr std::size_t kSlots = std::size_t{1} << kSlotBits;

struct Slot {
  std::uint32_t tag = 0;
  std::uint16_t index_plus_1 = 0;  // 0: empty
  VR implicit = VR::UN;
  UsualValues values = UsualValues::Other;
};
extern const std::array<Slot, kSlots> kSlotTable;

[[nodiscard]] constexpr std::size_t slot_of(std::uint32_t tag) {
  return (tag * 0x9E3779B1U) >> (32 - kSlotBits);  // Fibonacci hashing
}

[[nodiscard]] VR searched_vr(Tag tag);
[[nodiscard]] bool searched_vr_agrees(Tag tag, VR vr);
}  // namespace detail

// The VR an element without one has: the dictionary's (the first of several; OW for pixel data and
// other "OB or OW" attributes, US for "US or SS"), UL for group lengths, LO for private creators,
// UN otherwise.
[[nodiscard]] inline VR implicit_vr(Tag tag) {
  const detail::Slot& slot = detail::kSlotTable[detail::slot_of(tag.value)];
  return slot.tag == tag.value ? slot.implicit : detail::searched_vr(tag);
}

// What most of find_in_dictionary's callers want of it, by a look at one slot; Other where that
// does not hold the tag.
[[nodiscard]] inline UsualValues usual_values(Tag tag) {
  const detail::Slot& slot = detail::kSlotTable[detail::slot_of(tag.value)];
  return slot.tag == tag.value ? slot.values : UsualValues::Other;
}

// False when the standard gives this tag another VR. Private tags and unknown ones agree with all.
[[nodiscard]] inline bool vr_agrees(Tag tag, VR vr) {
  const detail::Slot& slot = detail::kSlotTable[detail::slot_of(tag.value)];
  if (slot.tag == tag.value && slot.implicit == vr) return true;
  return detail::searched_vr_agrees(tag, vr);
}

// The keyword, "Private", "PrivateCreator", "GroupLength" or "".
[[nodiscard]] std::string_view keyword(Tag tag);

}  // namespace slipring::dicom
