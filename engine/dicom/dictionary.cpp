#include "engine/dicom/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <iterator>

namespace slipring::dicom {

namespace {

struct MaskedEntry {
  std::uint32_t mask;  // the bits of the tag that do not repeat
  DictionaryEntry entry;
};

namespace table {
using T = Tag;
using enum VR;
#include "engine/dicom/dictionary_table.inc"
}  // namespace table

using table::kByKeyword;
using table::kEntries;
using table::kMasked;

using detail::kSlots;
using detail::kSlotTable;
using detail::Slot;
using detail::slot_of;
static_assert(std::size(kEntries) * 2 < kSlots, "the table is at most half full");
// Every slot's tag is its entry's; an empty slot's is that of (0000,0000), which is in the first.
static_assert(slot_of(0) == 0 && kEntries[0].tag.value == 0);

constexpr UsualValues values_of(const DictionaryEntry& entry) {
  if (entry.retired || entry.other_vr != VR::None) return UsualValues::Other;
  if (entry.vm() == "1") return UsualValues::One;
  return entry.vm() == "1-n" ? UsualValues::Any : UsualValues::Other;
}

constexpr std::array<Slot, kSlots> make_slots() {
  std::array<Slot, kSlots> slots{};
  for (std::size_t i = 0; i < std::size(kEntries); ++i) {
    std::size_t at = slot_of(kEntries[i].tag.value);
    while (slots[at].index_plus_1 != 0) at = (at + 1) % kSlots;
    slots[at] = {kEntries[i].tag.value, static_cast<std::uint16_t>(i + 1), kEntries[i].vr,
                 values_of(kEntries[i])};
  }
  return slots;
}

const Slot* find_slot(Tag tag) {
  for (std::size_t at = slot_of(tag.value);; at = (at + 1) % kSlots) {
    const Slot& slot = kSlotTable[at];
    if (slot.index_plus_1 == 0) return nullptr;
    if (slot.tag == tag.value) return &slot;
  }
}

// Groups in which some element number or the group itself repeats (PS3.5 7.6, PS3.6 retired rows).
constexpr bool may_repeat(Tag tag) {
  switch (tag.group() >> 8) {
    case 0x00:
      return tag.group() == 0x0020 || tag.group() == 0x0028;
    case 0x10:
    case 0x50:
    case 0x60:
    case 0x7F:
      return true;
    default:
      return false;
  }
}

const DictionaryEntry* find_masked(Tag tag) {
  if (!may_repeat(tag)) return nullptr;
  for (const MaskedEntry& each : kMasked)
    if ((tag.value & each.mask) == each.entry.tag.value) return &each.entry;
  return nullptr;
}

}  // namespace

constinit const std::array<Slot, kSlots> detail::kSlotTable = make_slots();

const DictionaryEntry* find_in_dictionary(Tag tag) {
  if (tag.is_private()) return nullptr;
  if (const Slot* slot = find_slot(tag)) return &kEntries[slot->index_plus_1 - 1];
  return find_masked(tag);
}

const DictionaryEntry* find_keyword(std::string_view keyword) {
  if (keyword.empty()) return nullptr;
  const auto found = std::ranges::lower_bound(
      kByKeyword, keyword, {}, [](std::uint16_t index) { return kEntries[index].keyword(); });
  if (found != std::end(kByKeyword) && kEntries[*found].keyword() == keyword)
    return &kEntries[*found];
  for (const MaskedEntry& each : kMasked)
    if (each.entry.keyword() == keyword) return &each.entry;
  return nullptr;
}

VR detail::searched_vr(Tag tag) {
  if (!tag.is_private()) {
    if (const Slot* slot = find_slot(tag)) return slot->implicit;
    if (const DictionaryEntry* entry = find_masked(tag)) return entry->vr;
  }
  if (tag.is_group_length()) return VR::UL;
  return tag.is_private_creator() ? VR::LO : VR::UN;
}

bool detail::searched_vr_agrees(Tag tag, VR vr) {
  if (tag.is_private()) return true;
  const DictionaryEntry* entry = nullptr;
  if (const Slot* slot = find_slot(tag)) {
    if (slot->implicit == vr) return true;
    entry = &kEntries[slot->index_plus_1 - 1];
  } else {
    entry = find_masked(tag);
  }
  return entry == nullptr || vr == entry->vr || vr == entry->other_vr || vr == entry->third_vr;
}

std::string_view keyword(Tag tag) {
  if (const DictionaryEntry* entry = find_in_dictionary(tag)) return entry->keyword();
  if (tag.is_group_length()) return "GroupLength";
  if (tag.is_private_creator()) return "PrivateCreator";
  return tag.is_private() ? "Private" : "";
}

}  // namespace slipring::dicom
