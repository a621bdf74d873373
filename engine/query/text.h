// Text: values in a Specific Character Set (PS3.5 6.1) as UTF-8. The walk over escape sequences is
// dicom/charset's; the mapping of each character is the C library's iconv.
#pragma once

#include <string>

#include "codecs/base/bytes.h"
#include "engine/dicom/charset.h"
#include "engine/dicom/vr.h"

namespace slipring::query {

// `value` is of a VR that Specific Character Set affects. Active sets go back to value 1's after
// the delimiters of the VR: control characters, the backslash between values, and in a PN also "^"
// and
// "=" (PS3.5 6.1.2.5.3). Bytes that mean nothing, or that this system has no table for, stay as
// they are.
[[nodiscard]] std::string utf8_text(Bytes value, const dicom::SpecificCharacterSet& character_set,
                                    dicom::VR vr);

}  // namespace slipring::query
