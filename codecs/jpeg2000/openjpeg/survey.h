// Survey: a walk over the main header and all tile-parts of a codestream before OpenJPEG sees it:
// the bytes are all there, every tile is, and nothing asks for memory out of proportion to the
// image.
#pragma once

#include <cstdint>

#include "codecs/jpeg2000_markers.h"

namespace slipring::codecs::jpeg2000 {

struct SurveyLimits {
  std::uint64_t tiles_max = 4096;
  std::uint64_t tile_parts_max = 65536;
  std::uint64_t segments_max = 65536;        // marker segments in all headers
  std::uint64_t precincts_free = 4096;       // of one component of one tile; above, one needs
  std::uint64_t precinct_samples_min = 256;  // so many samples
  std::uint64_t packets_free = std::uint64_t{1} << 20;  // of one tile; above, the codestream needs
  std::uint64_t packets_per_byte_max = 8;               // a byte for so many
};

struct Survey {
  Jpeg2000Header header;
  bool ends = false;      // EOC is there
  std::uint64_t end = 0;  // the offset behind it
};

// Errors: Malformed, Truncated, Unsupported, LimitExceeded.
[[nodiscard]] Result<void> supported(const Jpeg2000Header& header);
[[nodiscard]] Result<Survey> survey(Bytes codestream, const SurveyLimits& limits = {});

}  // namespace slipring::codecs::jpeg2000
