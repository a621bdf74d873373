#include "engine/validate/consistency/root.h"

#include <algorithm>

#include "codecs/base/contract.h"

namespace slipring::validate::consistency {

using dicom::Element;
using dicom::Tag;

namespace {

constexpr std::array<Tag, Root::kTags> kWanted = {
    Tag(0x00080016), Tag(0x00080018), Tag(0x00080020), Tag(0x00080021), Tag(0x00080022),
    Tag(0x00080023), Tag(0x00080201), Tag(0x00100030), Tag(0x00100032), Tag(0x00101000),
    Tag(0x00101001), Tag(0x00101005), Tag(0x00101010), Tag(0x00101020), Tag(0x00101030),
    Tag(0x00101040), Tag(0x00101060), Tag(0x00102154), Tag(0x00120062), Tag(0x00180015),
    Tag(0x00180050), Tag(0x00180060), Tag(0x00180080), Tag(0x00180081), Tag(0x00180087),
    Tag(0x00181065), Tag(0x00181110), Tag(0x00181111), Tag(0x00181164), Tag(0x00182010),
    Tag(0x0020000D), Tag(0x0020000E), Tag(0x00200032), Tag(0x00200037), Tag(0x00200052),
    Tag(0x00200060), Tag(0x00200062), Tag(0x00280004), Tag(0x00280008), Tag(0x00280009),
    Tag(0x00280030), Tag(0x00280034), Tag(0x00280106), Tag(0x00280107), Tag(0x00280120),
    Tag(0x00280121), Tag(0x00280301), Tag(0x00281050), Tag(0x00281051), Tag(0x00281052),
    Tag(0x00281053), Tag(0x00281056), Tag(0x00281101), Tag(0x00281102), Tag(0x00281103),
    Tag(0x00282112), Tag(0x00282114), Tag(0x00420011), Tag(0x00420012), Tag(0x00420015),
    Tag(0x20500020), Tag(0x3004000C), Tag(0x52009229)};
static_assert(std::ranges::is_sorted(kWanted));

}  // namespace

Root::Root(const dicom::Scanned& scanned, catalogue::Reporter& reporter)
    : scanned_(scanned), data_set_(scanned.data_set()), reporter_(reporter) {
  data_set_.find_each(kWanted, found_);
}

const Element* Root::find(Tag tag) const {
  const auto* wanted = std::ranges::lower_bound(kWanted, tag);
  EXPECTS(wanted != kWanted.end() && *wanted == tag);
  return found_[static_cast<std::size_t>(wanted - kWanted.begin())];
}

std::string_view Root::text(Tag tag, std::size_t n) const {
  const Element* element = find(tag);
  return element == nullptr ? std::string_view() : values(*element).text(n);
}

std::optional<double> Root::number(Tag tag, std::size_t n) const {
  const Element* element = find(tag);
  return element == nullptr ? std::nullopt : values(*element).number(n);
}

std::size_t Root::count(Tag tag) const {
  const Element* element = find(tag);
  return element == nullptr ? 0 : values(*element).count();
}

}  // namespace slipring::validate::consistency
