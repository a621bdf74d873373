#include "engine/cli/file/one_file.h"

#include <fmt/format.h>

#include "engine/cli/output/exit_codes.h"
#include "engine/cli/output/json_lines.h"
#include "engine/cli/output/log.h"
#include "engine/scan/scan.h"

namespace slipring::cli {

std::optional<int> open_one(const Context& context, const std::string& path, OneFile& one) {
  if (const auto opened = one.file.open(path, {}); !opened) {
    if (context.json) print(error_line(path, opened.error()));
    log_error(fmt::format("slipring: {}: {}", path, describe(opened.error())));
    return kExitSource;
  }
  scan::scan(one.file.bytes(), one.file.bytes().size(), {}, one.scanned);
  if (!dicom::is_dicom(one.scanned.kind)) {
    log_error(fmt::format("slipring: {}: not DICOM ({})", path, dicom::name(one.scanned.kind)));
    return kExitNothing;
  }
  return {};
}

}  // namespace slipring::cli
