// validate() for who validates one object after another: what was found in the one before need not
// be looked for again where nothing changed. Answer and findings are those of validate.h.
#pragma once

#include "engine/validate/recall/recall.h"
#include "engine/validate/validate.h"

namespace slipring::validate {

// `recall` is of the objects before; not for two objects at a time.
Answer validate(const dicom::Scanned& scanned, const Options& options, recall::Recall& recall,
                dicom::Schedule& schedule, dicom::Findings& findings);

}  // namespace slipring::validate
