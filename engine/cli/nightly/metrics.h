// Metrics: what a run was, as node_exporter's textfile collector reads it (Prometheus text format
// 0.0.4). Gauges of the last run; the time of the last success outlives runs that fail.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/ingest/summary.h"

namespace slipring::cli {

struct RunTimes {
  std::int64_t finished_s = 0;      // since 1970
  std::int64_t last_success_s = 0;  // of runs before; 0: none is known
};

// A run is a success when it saw every file and found nothing at or above --fail-on (exit 0).
[[nodiscard]] std::string metrics_text(const ingest::Summary& summary, const ingest::Exit& exit,
                                       const RunTimes& times);

// slipring_last_success_timestamp_seconds of such a text; 0 where it has none.
[[nodiscard]] std::int64_t last_success_of(std::string_view text);

// Puts the file into its place in one step. Errors: Io.
[[nodiscard]] Result<void> write_metrics(const std::string& path, const ingest::Summary& summary,
                                         const ingest::Exit& exit, std::int64_t now_s);

}  // namespace slipring::cli
