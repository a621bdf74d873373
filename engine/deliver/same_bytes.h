// Same bytes: whether two open files hold the same, byte by byte: a digest that is quick can be met
// on purpose. Deliver's own.
#pragma once

#include "codecs/base/result.h"

namespace slipring::deliver {

// From their beginnings to their ends. Errors: Io.
[[nodiscard]] Result<bool> same_bytes(int one, int other);

}  // namespace slipring::deliver
