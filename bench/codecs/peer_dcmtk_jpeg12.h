// DCMTK's 12-bit JPEG codec in this process, for comparing with: its decoder and encoder alone,
// without a data set around them.
#pragma once

#include <string>
#include <vector>

#include "bench/codecs/frames.h"

namespace slipring::bench {

using Stream = std::vector<std::uint8_t>;

// A 12-bit sequential stream of one component; empty when it cannot. Samples above 4095 are cut.
[[nodiscard]] Stream encode_jpeg12(const Frame& frame, unsigned quality);

[[nodiscard]] bool decode_jpeg12(Stream& stream, MutableBytes out);

// The only frame of a file in 1.2.840.10008.1.2.4.51, as it is; empty when it is of another syntax.
[[nodiscard]] Stream read_jpeg12(const std::string& path);

}  // namespace slipring::bench
