// The rules about values: L2-15, 16, 17 (character sets), 19 (length), 20 (grammar), 21 (padding),
// 22, 23 (NUL and control characters). One pass over the tape; text is judged a batch at a time,
// and what the batch finds clean costs a few nanoseconds more.
#pragma once

#include "engine/dicom/data_set.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/recall/tape_marks.h"

namespace slipring::validate::values {

// A data set, or the file meta information. What is marked as settled holds nothing to find.
void check_values(const dicom::DataSet& data_set, const recall::TapeMarks& settled,
                  catalogue::Reporter& reporter);

}  // namespace slipring::validate::values
