// The parts of check_object, each a walk of its own over what it needs.
#pragma once

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/standard/object_definition.h"

namespace slipring::validate::object {

// L4-15, L4-26: functional group macros in the shared and the per-frame items (PS3.3 C.7.6.16).
// `wanted`: a bit for each group of the object definition whose condition holds.
void check_functional_groups(const dicom::Scanned& scanned, const standard::Iod& iod,
                             std::uint64_t wanted, catalogue::Reporter& reporter);

// L4-08: attributes that must not stand beside each other; L4-10: sequences with too many items.
void check_exclusions(const dicom::DataSet& data_set, catalogue::Reporter& reporter);

// L4-04, L4-06: overlays of groups 6002 to 601E, by what the definition says of group 6000 (PS3.5
// 7.6).
void check_overlay_groups(const dicom::Scanned& scanned, const standard::Iod& iod,
                          catalogue::Reporter& reporter);

}  // namespace slipring::validate::object
