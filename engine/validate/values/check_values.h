// The rules about values: L2-15, 16, 17 (character sets), 19 (length), 20 (grammar), 21 (padding),
// 22, 23 (NUL and control characters). One pass over the tape; text is judged a batch at a time,
// and what the batch finds clean costs a few nanoseconds more.
#pragma once

#include "engine/dicom/data_set.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/recall/tape_marks.h"

namespace slipring::validate::values {

// Whether other elements are judged by what it says: their character set; or it by what others say.
[[nodiscard]] bool counts_for_others(const dicom::Element& element);

// A data set, or the file meta information. What is marked as settled holds nothing to find.
// Nothing that counts for others is. Findings come in the order of the tape.
void check_values(const dicom::DataSet& data_set, const recall::TapeMarks& settled,
                  catalogue::Reporter& reporter);

}  // namespace slipring::validate::values
