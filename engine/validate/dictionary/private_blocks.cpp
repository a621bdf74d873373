#include "engine/validate/dictionary/private_blocks.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/validate/dictionary/multiplicity.h"
#include "engine/validate/standard/private_dictionary.h"

namespace slipring::validate::dictionary {

using dicom::Element;
using dicom::RuleId;
using dicom::Severity;
using dicom::VR;

namespace {
constexpr RuleId kNoCreator{3, 5}, kCreator{3, 6}, kPrivateVR{3, 7}, kElementNumber{3, 8},
    kPrivateVM{3, 10};
}  // namespace

void PrivateBlocks::take(std::size_t index, const Element& element) {
  const dicom::Tag tag = element.tag;
  if (tag.is_private_creator()) return creator(index, element);
  if (tag.element() < 0x1000) {
    if (tag.is_group_length()) return;
    return reporter_.add(
        kElementNumber, Severity::Warning, {&data_set_, index, element.header_offset()},
        [&] { return fmt::format("private element number {:04X} is in no block", tag.element()); });
  }
  Creator* owner = owner_of(element);
  if (owner != nullptr) return attribute(index, element, *owner);
  if (creators_.size() >= kCreatorsMax) return;
  reporter_.add(kNoCreator, Severity::Warning, {&data_set_, index, element.header_offset()}, [&] {
    return fmt::format("no creator ({:04X},00{:02X}) reserves its block", tag.group(),
                       tag.element() >> 8);
  });
}

PrivateBlocks::Creator* PrivateBlocks::owner_of(const Element& element) {
  const std::uint32_t block = element.tag.value & 0xFFFFFF00U;
  for (std::size_t i = creators_.size(); i-- > 0 && creators_[i].depth == element.depth;)
    if (creators_[i].block == block) return &creators_[i];
  return nullptr;
}

void PrivateBlocks::creator(std::size_t index, const Element& element) {
  const std::string_view name = dicom::trim_padding(as_text(data_set_.value(element)));
  const auto say = [&](std::string_view what) {
    reporter_.add(kCreator, Severity::Warning, {&data_set_, index, element.header_offset()},
                  [&] { return fmt::format("private creator {}", what); });
  };
  if (name.empty())
    say("is empty");
  else if (element.vr() != VR::LO && element.vr() != VR::UN)
    say("is not of VR LO");
  else if (name.find('\\') != std::string_view::npos)
    say("has several values");
  const auto group = element.tag.value & 0xFFFF0000U;
  for (std::size_t i = creators_.size(); i-- > 0 && creators_[i].depth == element.depth;)
    if ((creators_[i].block & 0xFFFF0000U) == group && !name.empty() && creators_[i].name == name)
      say("reserves a second block of its group");
  if (creators_.size() < kCreatorsMax)
    creators_.push_back({static_cast<unsigned>(element.depth),
                         group | (std::uint32_t{element.tag.element()} << 8), name, std::nullopt});
}

void PrivateBlocks::attribute(std::size_t index, const Element& element, Creator& owner) {
  if (element.header() == dicom::Header::Implicit) return;
  if (!owner.known) owner.known = standard::find_creator(owner.name);
  const standard::PrivateAttribute known = standard::find_private(*owner.known, element.tag);
  if (known.vr.empty()) return;
  const std::string_view vr = dicom::name(element.vr());
  if (vr != known.vr) {
    if (element.vr() == VR::UN) return;
    return reporter_.add(
        kPrivateVR, Severity::Info, {&data_set_, index, element.header_offset()},
        [&] { return catalogue::joined({"VR ", vr, ", known as ", known.vr, " of its creator"}); });
  }
  const std::uint64_t count = count_values(data_set_, element);
  const bool one_is_right = known.vm == "1" || known.vm.starts_with("1-");
  if (count == 0 || (count == 1 && one_is_right) || parse_multiplicity(known.vm).allows(count))
    return;
  reporter_.add(kPrivateVM, Severity::Info, {&data_set_, index, element.offset}, [&] {
    return fmt::format("{} values, known with {} of its creator", count, known.vm);
  });
}

}  // namespace slipring::validate::dictionary
