// The summary a person reads at the end of scan, validate and convert.
#pragma once

#include <string>

#include "engine/ingest/options.h"
#include "engine/ingest/summary.h"

namespace slipring::cli {

[[nodiscard]] std::string summary_text(const ingest::Options& options,
                                       const ingest::Summary& summary, const ingest::Exit& exit);

}  // namespace slipring::cli
