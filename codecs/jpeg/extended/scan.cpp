#include "codecs/jpeg/extended/scan.h"

namespace slipring::codecs::jpeg::extended {

namespace {

constexpr unsigned kLowMax = 13;  // T.81 table B.3

Result<void> find_components(const JpegSegment& segment, const JpegScan& named, const Frame& frame,
                             Scan& scan) {
  std::uint32_t blocks = 0;
  for (std::uint32_t i = 0; i < named.components; ++i) {
    std::uint32_t c = 0;
    while (c < frame.components && frame.component[c].id != named.ids[i]) ++c;
    if (c == frame.components)
      return fail(ErrorCode::Malformed, segment.offset,
                  "a scan names a component that is not there", 0, named.ids[i]);
    for (std::uint32_t k = 0; k < i; ++k)
      if (scan.which[k] == c)
        return fail(ErrorCode::Malformed, segment.offset, "a scan names a component twice", 0,
                    named.ids[i]);
    scan.which[i] = static_cast<std::uint8_t>(c);
    scan.dc[i] = named.tables[i] >> 4;
    scan.ac[i] = named.tables[i] & 15;
    if (scan.dc[i] >= kTablesMax || scan.ac[i] >= kTablesMax)
      return fail(ErrorCode::Malformed, segment.offset, "a scan names a Huffman table above 3",
                  kTablesMax - 1, named.tables[i]);
    blocks += std::uint32_t{frame.component[c].horizontal} * frame.component[c].vertical;
  }
  if (named.components > 1 && blocks > kMcuBlocksMax)
    return fail(ErrorCode::Malformed, segment.offset, "more than 10 blocks in an MCU",
                kMcuBlocksMax, blocks);
  return {};
}

// T.81 G.1.1.1
Result<void> check_band(const JpegSegment& segment, const Scan& scan) {
  const bool dc = scan.start == 0 && scan.end == 0;
  const bool ac =
      scan.start >= 1 && scan.end >= scan.start && scan.end < kBlockSamples && scan.components == 1;
  const bool step = scan.high == 0 || scan.high == scan.low + 1;
  if ((dc || ac) && step && scan.low <= kLowMax) return {};
  return fail(ErrorCode::Malformed, segment.offset, "no legal band or step of a progressive scan",
              std::uint64_t{scan.start} << 8 | scan.end, std::uint64_t{scan.high} << 8 | scan.low);
}

}  // namespace

Result<Scan> read_scan(const JpegSegment& segment, const Frame& frame) {
  TRY_ASSIGN(const JpegScan named, read_jpeg_scan(segment));
  Scan scan;
  scan.components = named.components;
  TRY(find_components(segment, named, frame, scan));
  if (frame.progressive) {
    scan.start = named.start;
    scan.end = named.end;
    scan.high = named.approximation >> 4;
    scan.low = named.approximation & 15;
    TRY(check_band(segment, scan));
  } else {
    scan.odd_parameters = named.start != 0 || named.end != 63 || named.approximation != 0;
  }
  return scan;
}

}  // namespace slipring::codecs::jpeg::extended
