// Survey: a walk over all marker segments of a JPEG stream before any decoder sees it. Establishes
// that every component is coded, that the scans are few and that the bytes can hold the blocks at
// all.
#pragma once

#include <cstdint>

#include "codecs/jpeg_markers.h"

namespace slipring::codecs::jpeg {

struct SurveyLimits {
  std::uint32_t scans_max = 100;
};

struct Survey {
  JpegHeader header;
  std::uint32_t scans = 0;
  bool ends = false;      // EOI is there
  std::uint64_t end = 0;  // the offset behind it; the size of the bytes without one
};

// Errors: Malformed, Truncated, Unsupported (anything but 8-bit SOF0 to SOF2 and 12-bit SOF1 and
// SOF2), LimitExceeded.
[[nodiscard]] Result<void> supported(const JpegHeader& header);
[[nodiscard]] Result<Survey> survey(Bytes bytes, const SurveyLimits& limits = {});

}  // namespace slipring::codecs::jpeg
