// RGB: a canonical colour frame, whatever its Photometric Interpretation, as red, green and blue of
// 8 bits, a plane each (PS3.3 C.7.6.3.1.2). Pure.
#pragma once

#include <string_view>
#include <vector>

#include "codecs/base/result.h"
#include "engine/pixels/pixels.h"
#include "engine/print/attributes.h"

namespace slipring::print {

// 3 planes of rows x columns. Errors: Unsupported (an interpretation of which no RGB is known, or a
// palette without its tables), Malformed (422 of an odd number of columns).
[[nodiscard]] Result<std::vector<std::uint8_t>> rgb_planes(Bytes frame,
                                                           const pixels::Description& description,
                                                           const Attributes& attributes);

}  // namespace slipring::print
