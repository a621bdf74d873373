// The dry run of convert: a header scan, the transfer syntax matrix, a calibration on a sample, an
// estimate of size and time, and the room there is. Writes nothing.
#pragma once

#include <string>

#include "engine/cli/commands.h"
#include "engine/cli/job_options.h"
#include "engine/dicom/transfer_syntax.h"

namespace slipring::cli {

[[nodiscard]] int dry_run(const Context& context, const JobOptions& options);

// Why this build cannot write a syntax; "" when it can.
[[nodiscard]] std::string why_not_a_target(const dicom::TransferSyntax& syntax);

// Whether two paths name the same directory, or the second lies where the first is.
[[nodiscard]] bool same_directory(const std::string& source, const std::string& output);
// Whether a path, links followed, lies in a directory; it need not be there.
[[nodiscard]] bool is_within(const std::string& path, const std::string& directory);

}  // namespace slipring::cli
