// Naming: the name of a received object below the output root: study/series/instance, each UID
// checked (deliver::uid_component): nothing a peer sends is ever a name by itself. Pure.
#pragma once

#include <string>
#include <string_view>

#include "engine/dicom/record.h"

namespace slipring::receive {

// "STUDY/SERIES/INSTANCE.dcm"; what belongs to no study is "unfiled/INSTANCE.dcm". With digits, for
// a second content of the same instance, "INSTANCE-DIGITS.dcm".
[[nodiscard]] std::string output_name(const dicom::Record& record, std::string_view digits);

// The row of an object that was not stored: ".slipring/refused/INSTANCE".
[[nodiscard]] std::string refused_name(const dicom::Record& record);

}  // namespace slipring::receive
