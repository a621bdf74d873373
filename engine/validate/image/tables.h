// L5-19: lookup tables, overlays and icons: are their data as long as their description says?
// (PS3.3 C.7.6.3.1.5 and .6, C.11.1, C.11.2, C.9.2, C.7.6.1.1.6)
#pragma once

#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/image/attributes.h"

namespace slipring::validate::image {

void check_tables(const Attributes& attributes, catalogue::Reporter& reporter);

}  // namespace slipring::validate::image
