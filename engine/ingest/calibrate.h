// Calibration: how fast and how small a conversion of these files would be on this machine,
// measured on a sample for a few seconds, writing nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/ingest/options.h"

namespace slipring::ingest {

struct Calibration {
  std::uint64_t files = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  double seconds = 0;  // of one worker's work
};

[[nodiscard]] Calibration calibrate(const Options& options, std::span<const std::string> paths,
                                    double seconds_max);

}  // namespace slipring::ingest
