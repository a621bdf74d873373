// A list of studies in a file: a Study Instance UID a line, or a CSV in any of whose columns one
// stands; a first line without one is a heading.
#pragma once

#include <string>
#include <vector>

#include "codecs/base/result.h"

namespace slipring::cli {

// Each once, in the file's order; blank lines are passed over. Errors: Io; Malformed, `offset`
// being the number of a line that names no study; LimitExceeded.
[[nodiscard]] Result<std::vector<std::string>> read_study_list(const std::string& path);

}  // namespace slipring::cli
