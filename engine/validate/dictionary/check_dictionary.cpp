#include "engine/validate/dictionary/check_dictionary.h"

#include <fmt/format.h>

#include "engine/dicom/dictionary.h"
#include "engine/validate/dictionary/multiplicity.h"
#include "engine/validate/dictionary/private_blocks.h"
#include "engine/validate/standard/uids.h"

namespace slipring::validate::dictionary {

namespace {

namespace tags = dicom::tags;
using dicom::DictionaryEntry;
using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::Tag;
using dicom::VR;

constexpr RuleId kUnknownTag{3, 1}, kVR{3, 2}, kVM{3, 3}, kRetired{3, 4}, kRepeating{3, 9},
    kUnknownUid{3, 11}, kUidOfStandard{3, 12};

constexpr bool is_repeating_group(std::uint16_t group) {
  return (group & 0xFF00U) == 0x5000 || (group & 0xFF00U) == 0x6000;
}

// Attributes that name an instance of something: a UID of the standard's own cannot.
constexpr bool names_an_instance(Tag tag) {
  return tag == tags::SOPInstanceUID || tag == tags::StudyInstanceUID ||
         tag == tags::SeriesInstanceUID;
}

class DictionaryWalk {
 public:
  DictionaryWalk(const dicom::Scanned& scanned, const recall::TapeMarks& settled,
                 catalogue::Reporter& reporter)
      : data_set_(scanned.data_set()),
        settled_(settled),
        one_by_one_(settled.none()),
        reporter_(reporter),
        blocks_(data_set_, reporter) {}

  void run() {
    const auto tape = data_set_.tape();
    for (std::size_t i = 0; i < tape.size(); i = next(i)) {
      const Element& element = tape[i];
      if (!element.is_attribute()) {
        blocks_.leave(element.depth);
        continue;
      }
      if (!one_by_one_ && settled_[i]) continue;
      if (element.tag.is_private())
        blocks_.take(i, element);
      else if (!element.tag.is_group_length())
        standard_element(i, element);
    }
  }

 private:
  // The next entry to look at: one that is not settled, or one that may end an item with blocks.
  [[nodiscard]] std::size_t next(std::size_t entry) const {
    return one_by_one_ || blocks_.in_item() ? entry + 1 : settled_.next_unmarked(entry + 1);
  }

  [[nodiscard]] catalogue::Place at(std::size_t index) const {
    return {&data_set_, index, data_set_.tape()[index].header_offset()};
  }

  void standard_element(std::size_t index, const Element& element) {
    const Tag tag = element.tag;
    if (is_repeating_group(tag.group()) && (tag.group() & 0xFFU) > 0x1E)
      return reporter_.add(kRepeating, Severity::Warning, at(index), [&] {
        return fmt::format("group {:04X} is not one of 16 repeating groups", tag.group());
      });
    if (is_usual(element)) return uid(index, element);
    const DictionaryEntry* entry = dicom::find_in_dictionary(tag);
    if (entry == nullptr)
      return reporter_.add(kUnknownTag, Severity::Info, at(index), [&] {
        return fmt::format("{} is in no dictionary", dicom::to_string(tag));
      });
    if (entry->retired)
      reporter_.add(kRetired, Severity::Info, at(index),
                    [&] { return catalogue::joined({entry->keyword(), " is retired"}); });
    if (element.length == 0) return;
    multiplicity(index, element, *entry);
    if (entry->other_vr != VR::None) vr_by_pixels(index, element, *entry);
    uid(index, element);
  }

  // Neither retired nor of several VRs, with as many values as it may have: nearly every one.
  [[nodiscard]] bool is_usual(const Element& element) const {
    const dicom::UsualValues values = dicom::usual_values(element.tag);
    return values == dicom::UsualValues::Any ||
           (values == dicom::UsualValues::One && !has_several_values(data_set_, element));
  }

  void multiplicity(std::size_t index, const Element& element, const DictionaryEntry& entry) {
    const bool one = entry.vm_letters[0] == '1' && entry.vm_letters[1] == '\0';
    if (!one && entry.vm() == "1-n") return;
    const std::uint64_t count = count_values(data_set_, element);
    if (count == 0 || (one && count == 1)) return;
    if (parse_multiplicity(entry.vm()).allows(count)) return;
    reporter_.add(kVM, Severity::Warning, at(index), [&] {
      return fmt::format("{} has {} values, PS3.6 says {}", entry.keyword(), count, entry.vm());
    });
  }

  // "US or SS": as Pixel Representation says (PS3.5 6.2, PS3.3 C.7.6.3.1); of the data set's own.
  void vr_by_pixels(std::size_t index, const Element& element, const DictionaryEntry& entry) {
    if (element.depth != 0 || element.header() == dicom::Header::Implicit) return;
    const bool us_or_ss =
        (entry.vr == VR::US && entry.other_vr == VR::SS && entry.third_vr == VR::None);
    if (!us_or_ss) return;
    // A descriptor's second value follows the sign of what it maps, the others never do.
    if (entry.vm() == "3") return;
    const auto sign = data_set_.number_us(tags::PixelRepresentation);
    const bool is_signed = sign == 1U;
    if (!sign || element.vr() != (is_signed ? VR::US : VR::SS)) return;
    reporter_.add(kVR, Severity::Warning, at(index), [&] {
      return fmt::format("{} is {} although Pixel Representation is {}", entry.keyword(),
                         dicom::name(element.vr()), is_signed ? 1 : 0);
    });
  }

  void uid(std::size_t index, const Element& element) {
    if (element.vr() == VR::UI && element.length != 0) uid_with_value(index, element);
  }

  void uid_with_value(std::size_t index, const Element& element) {
    const std::string_view value = dicom::trim_padding(as_text(data_set_.value(element)));
    if (!value.starts_with(standard::kDicomRoot) || value.find('\\') != std::string_view::npos)
      return;
    const standard::Uid known = standard::find_uid(value);
    if (known.kind == standard::UidKind::None && element.tag != tags::SOPClassUID)
      reporter_.add(kUnknownUid, Severity::Warning, at(index), [&] {
        return fmt::format("{} is under the standard's root and not one of its UIDs",
                           dicom::keyword(element.tag));
      });
    // The standard names a few instances itself: colour palettes, frames of reference.
    const bool well_known =
        known.kind == standard::UidKind::Other && element.tag == tags::SOPInstanceUID;
    if (known.kind != standard::UidKind::None && names_an_instance(element.tag) && !well_known)
      reporter_.add(kUidOfStandard, Severity::Error, at(index), [&] {
        return fmt::format("{} is the UID of {}", dicom::keyword(element.tag), known.name);
      });
  }

  dicom::DataSet data_set_;
  const recall::TapeMarks& settled_;
  bool one_by_one_;  // nothing is settled
  catalogue::Reporter& reporter_;
  PrivateBlocks blocks_;
};

}  // namespace

bool counts_for_others(const Element& element) { return element.tag.is_private_creator(); }

void check_dictionary(const dicom::Scanned& scanned, const recall::TapeMarks& settled,
                      catalogue::Reporter& reporter) {
  DictionaryWalk(scanned, settled, reporter).run();
}

}  // namespace slipring::validate::dictionary
