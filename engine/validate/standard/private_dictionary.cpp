#include "engine/validate/standard/private_dictionary.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::standard {

namespace {

struct PrivateRow {
  std::uint32_t tag;  // gggg00ee
  Words vm;
  char vr[3];
};

struct Creator {
  Words name;
  std::uint16_t first;
  std::uint16_t count;
};

#include "engine/validate/standard/private_table.inc"

std::string_view private_text(const Words& words) {
  return {kPrivateText + words.offset, words.length};
}

}  // namespace

unsigned find_creator(std::string_view name) {
  const auto* found = std::ranges::lower_bound(
      kCreators, name, {}, [](const Creator& each) { return private_text(each.name); });
  if (found == std::end(kCreators) || private_text(found->name) != name) return 0;
  return static_cast<unsigned>(found - std::begin(kCreators)) + 1;
}

PrivateAttribute find_private(unsigned creator, dicom::Tag tag) {
  if (creator == 0 || creator > std::size(kCreators)) return {};
  const Creator& owner = kCreators[creator - 1];
  const std::uint32_t wanted = tag.value & 0xFFFF00FFU;
  const auto rows = std::span(kPrivateRows).subspan(owner.first, owner.count);
  const auto row = std::ranges::lower_bound(rows, wanted, {}, &PrivateRow::tag);
  if (row == rows.end() || row->tag != wanted) return {};
  return {{row->vr, 2}, private_text(row->vm)};
}

}  // namespace slipring::validate::standard
