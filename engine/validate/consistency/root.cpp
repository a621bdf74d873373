#include "engine/validate/consistency/root.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "engine/dicom/tag.h"

namespace slipring::validate::consistency {

using dicom::Element;

namespace {

// Where in kWanted a tag is, by a hash that gives each of them a slot of its own. Other tags are
// sent to one of them that is another.
struct Places {
  static constexpr unsigned kSlotBits = 10;
  std::uint32_t factor = 0x9E3779B1U;
  std::array<std::uint8_t, 1U << kSlotBits> index{};

  [[nodiscard]] constexpr std::size_t of(dicom::Tag tag) const {
    return index[(tag.value * factor) >> (32 - kSlotBits)];
  }
};
static_assert(kWanted.size() <= 256);

consteval Places make_places() {
  Places places;
  for (bool every_one = false; !every_one; places.factor += every_one ? 0 : 2) {
    places.index = {};
    for (std::size_t i = 0; i < kWanted.size(); ++i)
      places.index[(kWanted[i].value * places.factor) >> (32 - Places::kSlotBits)] =
          static_cast<std::uint8_t>(i);
    every_one = true;
    for (std::size_t i = 0; i < kWanted.size(); ++i)
      every_one = every_one && places.of(kWanted[i]) == i;
  }
  return places;
}
constexpr Places kPlaces = make_places();

constexpr std::uint32_t kNowhere = 0xFFFFFFFFU;

// Of each of kWanted the first entry that has it.
void find_attributes(std::span<const Element> tape, std::vector<std::uint32_t>& places) {
  places.assign(kWanted.size(), kNowhere);
  for (std::size_t i = 0; i < tape.size(); ++i) {
    if (tape[i].depth != 0) continue;
    const std::size_t place = kPlaces.of(tape[i].tag);
    if (kWanted[place] == tape[i].tag && places[place] == kNowhere)
      places[place] = static_cast<std::uint32_t>(i);
  }
}

constexpr auto kInItemsBits = [] {
  dicom::TagBits<6> bits;
  for (const dicom::Tag tag : kWantedInItems) bits.add(tag);
  return bits;
}();

void find_in_items(std::span<const Element> tape, std::vector<std::uint32_t>& places) {
  for (std::size_t i = 0; i < tape.size(); ++i)
    if (kInItemsBits.may_have(tape[i].tag) && tape[i].depth != 0 &&
        std::ranges::find(kWantedInItems, tape[i].tag) != kWantedInItems.end())
      places.push_back(static_cast<std::uint32_t>(i));
}

}  // namespace

Root::Root(const dicom::Scanned& scanned, recall::Recall& recall, catalogue::Reporter& reporter)
    : data_set_(scanned.data_set()), reporter_(reporter) {
  const auto tape = data_set_.tape();
  const auto found = recall.places(recall::Lookup::Attributes,
                                   [&](auto& places) { find_attributes(tape, places); });
  for (std::size_t i = 0; i < kWanted.size(); ++i)
    found_[i] = found[i] == kNowhere ? nullptr : &tape[found[i]];
  in_items_ =
      recall.places(recall::Lookup::Items, [&](auto& places) { find_in_items(tape, places); });
}

std::string_view Root::text(Wanted wanted, std::size_t n) const {
  const Element* element = find(wanted);
  return element == nullptr ? std::string_view() : values(*element).text(n);
}

std::optional<double> Root::number(Wanted wanted, std::size_t n) const {
  const Element* element = find(wanted);
  return element == nullptr ? std::nullopt : values(*element).number(n);
}

std::size_t Root::count(Wanted wanted) const {
  const Element* element = find(wanted);
  return element == nullptr ? 0 : values(*element).count();
}

}  // namespace slipring::validate::consistency
