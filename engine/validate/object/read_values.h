// Which attributes check_object reads the values of, and of which it asks whether they are empty;
// of all others it asks only whether they are there.
#pragma once

#include "engine/dicom/tag.h"

namespace slipring::validate::object {

[[nodiscard]] bool reads_value_of(dicom::Tag tag);
[[nodiscard]] bool asks_whether_empty(dicom::Tag tag);

}  // namespace slipring::validate::object
