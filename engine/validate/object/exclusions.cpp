#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/dicom/dictionary.h"
#include "engine/dicom/tag.h"
#include "engine/validate/object/parts.h"

namespace slipring::validate::object {

namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;

constexpr RuleId kForbidden{4, 8}, kItems{4, 10};

// Of two attributes that exclude each other: the later one, and the one before it.
struct Exclusion {
  std::uint32_t later;
  std::uint32_t earlier;
};
constexpr std::array kExclusions = std::to_array<Exclusion>({
    {0x00080119, 0x00080100},  // Long Code Value, Code Value (PS3.3 8.8)
    {0x00080120, 0x00080100},  // URN Code Value
    {0x00080120, 0x00080119},
    {0x00281221, 0x00281201},  // segmented palette and palette (C.7.9.2)
    {0x00281222, 0x00281202},
    {0x00281223, 0x00281203},
    {0x00283000, 0x00281052},  // Modality LUT Sequence, Rescale Intercept (C.11.1)
    {0x20500020, 0x20500010},  // Presentation LUT Shape and Sequence (C.11.6)
    {0x7FE00009, 0x7FE00008},  // one kind of pixel data (C.7.6.24, C.7.6.25)
    {0x7FE00010, 0x7FE00008},
    {0x7FE00010, 0x7FE00009},
});

// Sequences that hold one item, or none where their Type allows (the clause of each says "only a
// single Item").
constexpr std::array kSingleItem = std::to_array<std::uint32_t>({
    0x00080096,  // Referring Physician Identification
    0x00082218,  // Anatomic Region, but of the studies that a hanging protocol is for
    0x00283000,  // Modality LUT
    0x00289110,  // Pixel Measures
    0x00289132,  // Frame VOI LUT
    0x00289145,  // Pixel Value Transformation
    0x00209111,  // Frame Content
    0x00209113,  // Plane Position
    0x00209116,  // Plane Orientation
    0x0040A043,  // Concept Name Code
    0x0040A168,  // Concept Code
    0x004008EA,  // Measurement Units Code
    0x00540220,  // View Code
    0x00540410,  // Patient Orientation Code
    0x00540414,  // Patient Gantry Relationship Code
    0x00880200,  // Icon Image
    0x20500010,  // Presentation LUT
    0x52009229,  // Shared Functional Groups
});
// "One or more Items" of anatomic regions (PS3.3 C.23.1, F.5.31).
constexpr Tag kAnatomicRegion(0x00082218), kHangingProtocolDefinition(0x0072000C);
constexpr auto kSingleItemSorted = [] {
  auto sorted = kSingleItem;
  std::ranges::sort(sorted);
  return sorted;
}();

// Those that anything is said of, and by chance one in forty of the others.
constexpr auto kCandidates = [] {
  dicom::TagBits<10> candidates;
  for (const Exclusion& each : kExclusions) candidates.add(Tag(each.later));
  for (const std::uint32_t tag : kSingleItem) candidates.add(Tag(tag));
  return candidates;
}();

class ExclusionWalk {
 public:
  ExclusionWalk(const DataSet& data_set, catalogue::Reporter& reporter)
      : data_set_(data_set), reporter_(reporter) {}

  void run() {
    const auto tape = data_set_.tape();
    for (std::size_t i = next(0); i < tape.size(); i = next(i + 1)) {
      const Element& element = tape[i];
      if (element.vr() == dicom::VR::SQ) count_items(i, element);
      if (may_be_later(element.tag)) look_back(i, element);
    }
  }

 private:
  [[nodiscard]] std::size_t next(std::size_t entry) const {
    const auto tape = data_set_.tape();
    while (entry < tape.size() && !kCandidates.may_have(tape[entry].tag)) ++entry;
    return entry;
  }

  static bool may_be_later(Tag tag) {
    switch (tag.value) {  // those of kExclusions
      case 0x00080119:
      case 0x00080120:
      case 0x00281221:
      case 0x00281222:
      case 0x00281223:
      case 0x00283000:
      case 0x20500020:
      case 0x7FE00009:
      case 0x7FE00010:
        return true;
      default:
        return false;
    }
  }

  // Elements of the same item stand before this one at its depth; looking ends after kBack entries
  // of the tape: what excludes each other stands close together.
  void look_back(std::size_t index, const Element& element) {
    constexpr std::size_t kBack = 64;
    const auto tape = data_set_.tape();
    for (std::size_t i = index, steps = 0; i-- > 0 && steps < kBack; ++steps) {
      if (tape[i].depth < element.depth) return;
      if (tape[i].depth != element.depth) continue;
      for (const Exclusion& each : kExclusions)
        if (each.later == element.tag.value && each.earlier == tape[i].tag.value)
          return reporter_.add(
              kForbidden, Severity::Warning, {&data_set_, index, element.header_offset()}, [&] {
                return fmt::format("{} may not stand beside {}", dicom::keyword(element.tag),
                                   dicom::keyword(tape[i].tag));
              });
    }
  }

  // Whether the element's item belongs to a sequence of this tag, or to one so far back that
  // nobody looks: then nothing is said.
  bool may_stand_in(Tag sequence, std::size_t index) const {
    constexpr std::size_t kBack = 4096;
    const auto tape = data_set_.tape();
    const unsigned depth = tape[index].depth;
    if (depth == 0) return false;
    for (std::size_t i = index, steps = 0; i-- > 0 && steps < kBack; ++steps)
      if (tape[i].is_attribute() && tape[i].depth < depth) return tape[i].tag == sequence;
    return true;
  }

  void count_items(std::size_t index, const Element& element) {
    if (!std::ranges::binary_search(kSingleItemSorted, element.tag.value)) return;
    if (element.tag == kAnatomicRegion && may_stand_in(kHangingProtocolDefinition, index)) return;
    const auto tape = data_set_.tape();
    std::size_t items = 0;
    for (std::size_t i = index + 1; i < tape.size() && tape[i].depth > element.depth; ++i) {
      if (!tape[i].is_item() || tape[i].depth != element.depth + 1U || ++items < 2) continue;
      return reporter_.add(
          kItems, Severity::Error, {&data_set_, index, tape[i].header_offset()}, [&] {
            return fmt::format("{} has more than its one item", dicom::keyword(element.tag));
          });
    }
  }

  const DataSet& data_set_;
  catalogue::Reporter& reporter_;
};

}  // namespace

void check_exclusions(const DataSet& data_set, catalogue::Reporter& reporter) {
  ExclusionWalk(data_set, reporter).run();
}

}  // namespace slipring::validate::object
