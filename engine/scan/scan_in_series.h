// The scan of one object after the other. Files come by series: most of a header says what the one
// before it said, at the same places. Where no more differs than values and their lengths, the tape
// is the one before with other offsets, and comparing bytes gives it in a fraction of the time.
// Whatever else differs, or does not fit, is scanned as if there were nothing before it.
#pragma once

#include <span>

#include "engine/dicom/between/precedent.h"
#include "engine/scan/scan.h"

namespace slipring::scan {

// As scan(), with the same answer, where no more differs from the precedent, which was scanned with
// the same options; and says how (dicom::Precedent::compare). False where more does: nothing in
// `scanned` is final then. The object does not become the next precedent: whoever is content with
// the answer keeps it.
[[nodiscard]] bool follow(Bytes bytes, std::uint64_t file_size_bytes, const Options& options,
                          const dicom::Precedent& precedent, dicom::Scanned& scanned);

// Which of the precedents the object is like, most likely first, and its scan, which is the same
// whatever they are; precedents.size(): it is like none.
std::size_t scan_in_series(Bytes bytes, std::uint64_t file_size_bytes, const Options& options,
                           std::span<const dicom::Precedent* const> precedents,
                           dicom::Scanned& scanned);

}  // namespace slipring::scan
