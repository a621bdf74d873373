#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "engine/dicom/dictionary.h"
#include "engine/validate/object/parts.h"

namespace slipring::validate::object {

namespace {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;
using standard::Row;
using standard::Type;

constexpr RuleId kType1{4, 4}, kType2{4, 6};
constexpr std::uint32_t kFirstGroup = 0x6000, kSecondGroup = 0x6002, kLastGroup = 0x601E;
constexpr std::size_t kElementsMax = 1024;  // at the end of a data set that are looked at

std::uint32_t in_first_group(std::uint32_t tag) { return (kFirstGroup << 16) | (tag & 0xFFFFU); }

class OverlayGroup {
 public:
  OverlayGroup(const dicom::Scanned& scanned, const standard::Iod& iod,
               std::vector<const Element*> elements, catalogue::Reporter& reporter)
      : scanned_(scanned),
        data_set_(scanned.data_set()),
        iod_(iod),
        elements_(std::move(elements)),
        reporter_(reporter) {}

  // Of each module that the group has something of, what it must have.
  void judge(std::span<const Row> rows) {
    for (const Row& row : rows) {
      if (row.type() != Type::One && row.type() != Type::Two) continue;
      const bool there = std::ranges::any_of(rows, [&](const Row& other) {
        return other.module == row.module && other.distinctive() && find(other.tag) != nullptr;
      });
      if (there) judge_row(row);
    }
  }

 private:
  [[nodiscard]] const Element* find(std::uint32_t tag) const {
    const auto found = std::ranges::find_if(
        elements_, [&](const Element* each) { return in_first_group(each->tag.value) == tag; });
    return found == elements_.end() ? nullptr : *found;
  }

  void judge_row(const Row& row) {
    const bool first = row.type() == Type::One;
    const Element* element = find(row.tag);
    if (element != nullptr && (element->length != 0 || !first)) return;
    const Tag tag((elements_.front()->tag.value & 0xFFFF0000U) | (row.tag & 0xFFFFU));
    const catalogue::Place place =
        element == nullptr
            ? catalogue::Place{&data_set_, catalogue::Place::kDataSet, scanned_.data_set_begin, tag}
            : catalogue::Place{&data_set_,
                               static_cast<std::size_t>(element - data_set_.tape().data()),
                               element->header_offset()};
    reporter_.add(first ? kType1 : kType2, first ? Severity::Error : Severity::Warning, place, [&] {
      return fmt::format("{}, Type {} in {}, is {}", dicom::keyword(Tag(row.tag)), first ? 1 : 2,
                         standard::text(standard::modules(iod_)[row.module].name),
                         element == nullptr ? "missing" : "empty");
    });
  }

  const dicom::Scanned& scanned_;
  dicom::DataSet data_set_;
  const standard::Iod& iod_;
  std::vector<const Element*> elements_;  // of one group, not none
  catalogue::Reporter& reporter_;
};

}  // namespace

void check_overlay_groups(const dicom::Scanned& scanned, const standard::Iod& iod,
                          catalogue::Reporter& reporter) {
  if (scanned.error) return;  // what is missing may be behind the end
  const dicom::DataSet data_set = scanned.data_set();
  const auto tape = data_set.tape();
  std::vector<const Element*> found;
  for (std::size_t i = tape.size(), steps = 0; i-- > 0 && steps < kElementsMax; ++steps) {
    const std::uint32_t group = tape[i].tag.value >> 16;
    if (tape[i].depth != 0 || !tape[i].is_attribute()) continue;
    if (group < kSecondGroup) break;
    if (group <= kLastGroup && group % 2 == 0) found.push_back(&tape[i]);
  }
  if (found.empty()) return;
  const auto rows = standard::level(iod.root);
  const auto begin = std::ranges::lower_bound(rows, kFirstGroup << 16, {}, &Row::tag);
  const auto end = std::ranges::lower_bound(rows, (kFirstGroup + 1) << 16, {}, &Row::tag);
  std::ranges::sort(found, {}, [](const Element* each) { return each->tag.value; });
  for (std::size_t i = 0; i < found.size();) {
    std::size_t next = i;
    while (next < found.size() && found[next]->tag.value >> 16 == found[i]->tag.value >> 16) ++next;
    OverlayGroup(scanned, iod,
                 {found.begin() + static_cast<std::ptrdiff_t>(i),
                  found.begin() + static_cast<std::ptrdiff_t>(next)},
                 reporter)
        .judge({begin, end});
    i = next;
  }
}

}  // namespace slipring::validate::object
