// The value of an element as text: characters as they are, numbers in decimal, the rest as counted
// bytes.
#pragma once

#include <string>

#include "engine/dicom/data_set.h"

namespace slipring::cli {

inline constexpr std::size_t kValueShown = 96;  // characters; longer values end in "..."

// `phi`: false hides person names and patients' attributes (group 0010).
[[nodiscard]] std::string value_text(const dicom::DataSet& data_set, const dicom::Element& element,
                                     bool phi);

}  // namespace slipring::cli
