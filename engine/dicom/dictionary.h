// The data dictionary (PS3.6, edition in dictionary_table.inc): tag -> VR, VM, keyword. Generated,
// compact, sorted; repeating groups (50xx, 60xx) included. Private elements of known creators are
// not here: they come with a creator.
#pragma once

#include <string_view>

#include "engine/dicom/tag.h"
#include "engine/dicom/vr.h"

namespace slipring::dicom {

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

// The VR an element without one has: the dictionary's (the first of several; OW for pixel data and
// other "OB or OW" attributes, US for "US or SS"), UL for group lengths, LO for private creators,
// UN otherwise.
[[nodiscard]] VR implicit_vr(Tag tag);

// False when the standard gives this tag another VR. Private tags and unknown ones agree with all.
[[nodiscard]] bool vr_agrees(Tag tag, VR vr);

// The keyword, "Private", "PrivateCreator", "GroupLength" or "".
[[nodiscard]] std::string_view keyword(Tag tag);

}  // namespace slipring::dicom
