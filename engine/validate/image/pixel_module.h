// L5-22 to L5-30: what goes with the pixels and is not of their description: colour profile,
// colour space, fragments, compression history, padding, overlays among the bits. Takes the
// attributes, gives findings; no pixel is looked at.
#pragma once

#include "engine/dicom/scanned.h"
#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/image/attributes.h"

namespace slipring::validate::image {

void check_pixel_module(const dicom::Scanned& scanned, const Attributes& attributes,
                        std::size_t pixel_index, catalogue::Reporter& reporter);

}  // namespace slipring::validate::image
