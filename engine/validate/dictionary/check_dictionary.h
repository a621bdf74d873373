// Layer 3: every element against the data dictionary (PS3.6): known tags, VRs that depend on other
// attributes, value multiplicity, retired attributes, UIDs of the standard; private elements
// against the rules of blocks (PS3.5 7.8) and what is known of their creators. Takes a scanned
// object, gives findings.
#pragma once

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/recall/tape_marks.h"

namespace slipring::validate::dictionary {

// Whether elements behind it are judged by what it says: a creator, by those of its block.
[[nodiscard]] bool counts_for_others(const dicom::Element& element);

// What is marked as settled holds nothing to find. Nothing that counts for others is.
void check_dictionary(const dicom::Scanned& scanned, const recall::TapeMarks& settled,
                      catalogue::Reporter& reporter);

}  // namespace slipring::validate::dictionary
