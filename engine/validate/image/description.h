// L5-01: the attributes that say what the pixels are (PS3.3 C.7.6.3.1). Takes the attributes, gives
// findings; whether the pixel data agrees is another file's.
#pragma once

#include "engine/validate/catalogue/reporter.h"
#include "engine/validate/image/attributes.h"

namespace slipring::validate::image {

// The pixel data element the description is of.
enum class PixelKind : std::uint8_t { Integer, Float, Double };

void check_description(const Attributes& attributes, PixelKind kind, std::size_t pixel_index,
                       catalogue::Reporter& reporter);

// Samples per Pixel that a Photometric Interpretation implies (PS3.3 C.7.6.3.1.2); 0 when it is
// unknown.
[[nodiscard]] unsigned samples_of(std::string_view photometric);

}  // namespace slipring::validate::image
