// One file named on the command line: mapped and scanned, or what is wrong with it, said.
#pragma once

#include <optional>
#include <string>

#include "engine/cli/commands.h"
#include "engine/dicom/scanned.h"
#include "engine/map/map.h"

namespace slipring::cli {

struct OneFile {
  map::MappedFile file;
  dicom::Scanned scanned;  // views of the file
};

// The exit code to end with when it cannot be opened or is not DICOM; else nothing. Damage further
// on is in scanned.error.
[[nodiscard]] std::optional<int> open_one(const Context& context, const std::string& path,
                                          OneFile& one);

}  // namespace slipring::cli
