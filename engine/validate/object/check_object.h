// Layer 4: an object against the definition of its SOP class (PS3.3): modules, attributes by Type
// and condition, enumerated values, items, functional groups. One walk over the tape merges its
// ascending tags with the ascending rows of each level. Takes a scanned object, gives findings;
// what cannot be judged is said (L4-12, L4-16), never passed over.
#pragma once

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"

namespace slipring::validate::object {

// Items of sequences that are judged: hostile objects have more.
inline constexpr std::size_t kItemsMax = 1'000'000;

void check_object(const dicom::Scanned& scanned, catalogue::Reporter& reporter);

}  // namespace slipring::validate::object
