// scan: the samples of one scan of a lossless JPEG, in two ways that give the same: plainly after
// the standard, the oracle and the one that says what is wrong with a stream; and the fast one,
// several frames side by side.
#pragma once

#include <span>

#include "codecs/jpeg_lossless/lines/target.h"
#include "codecs/jpeg_lossless/stream.h"

namespace slipring::codecs::jpeg_lossless {

// Table H.2: no bits follow category 16. One encoder appended 16 all the same, as after any other.
enum class Sixteen : std::uint8_t { Alone, Appended };

// The scan that `reader` stands at. Errors: Truncated (the stream ends early), Malformed (a marker
// comes early or out of order, a code that does not exist, a category beyond 16); expected: lines
// of the image, actual: the line where it went wrong.
[[nodiscard]] Result<ScanEnd> decode_scan_scalar(const StreamReader& reader, const Target& target,
                                                 Sixteen sixteen, Scratch& scratch);

// More frames than these are decoded in turns: three and four in lockstep were no faster, their
// state does not fit the registers.
inline constexpr std::size_t kLanesMax = 2;

struct ScanJob {
  const StreamReader* reader = nullptr;
  Target target;
  bool done = false;  // the answer: `end` holds; else ask decode_scan_scalar why not
  ScanEnd end;
};

// Scans that may go side by side: the same samples in a line, and lines are not cut by restarts.
[[nodiscard]] bool go_together(const StreamReader& a, const StreamReader& b);
// One to kLanesMax scans, each pair of which go together. Every component of a frame is in its scan
// when there are several.
void decode_scans(std::span<ScanJob> jobs, Scratch& scratch);

}  // namespace slipring::codecs::jpeg_lossless
