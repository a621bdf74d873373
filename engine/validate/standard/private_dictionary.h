// Private attributes that are known by their creator (PS3.5 7.8): VR and VM of each. Facts
// collected by others, not the standard's: what differs from them is worth a remark, no more.
#pragma once

#include <string_view>

#include "engine/dicom/tag.h"

namespace slipring::validate::standard {

struct PrivateAttribute {
  std::string_view vr;  // two letters; "" when the attribute is not known
  std::string_view vm;
};

// A creator's place in the table, from 1; 0 when it is not known.
[[nodiscard]] unsigned find_creator(std::string_view name);

// `tag` as it stands in the file: the block number in its element is not looked at.
[[nodiscard]] PrivateAttribute find_private(unsigned creator, dicom::Tag tag);

}  // namespace slipring::validate::standard
