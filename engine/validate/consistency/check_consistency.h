// Attributes of one object against each other: geometry, times, display, frames, identity, content.
// What each may be on its own was judged before; here two of them cannot both be right. Takes a
// scanned object, gives findings (L4-17 and up); what the recall knows is not looked for again.
#pragma once

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/recall/recall.h"

namespace slipring::validate::consistency {

void check_consistency(const dicom::Scanned& scanned, recall::Recall& recall,
                       catalogue::Reporter& reporter);

}  // namespace slipring::validate::consistency
