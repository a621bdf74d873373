#include "codecs/jpeg/jpeg_survey.h"

#include <algorithm>

namespace slipring::codecs::jpeg {

namespace {

using namespace jpeg_marker;

constexpr std::uint64_t kBlockSide = 8;  // T.81 A.3.1

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

// Blocks of the image without the padding of interleaved scans (T.81 A.1.1, A.2.4).
std::uint64_t blocks_min(const JpegHeader& header) {
  std::uint64_t h_max = 1;
  std::uint64_t v_max = 1;
  for (std::size_t i = 0; i < header.components; ++i) {
    h_max = std::max<std::uint64_t>(h_max, header.component[i].horizontal);
    v_max = std::max<std::uint64_t>(v_max, header.component[i].vertical);
  }
  std::uint64_t blocks = 0;
  for (std::size_t i = 0; i < header.components; ++i) {
    const JpegComponent& c = header.component[i];
    const std::uint64_t columns = ceil_div(std::uint64_t{header.columns} * c.horizontal, h_max);
    const std::uint64_t rows = ceil_div(std::uint64_t{header.rows} * c.vertical, v_max);
    blocks += ceil_div(columns, kBlockSide) * ceil_div(rows, kBlockSide);
  }
  return blocks;
}

// Every Huffman code has at least one bit (T.81 C): a sequential block needs one for DC and one for
// the end of block, a progressive one needs one in its first DC scan.
Result<void> bytes_suffice(Bytes bytes, const JpegHeader& header) {
  const std::uint64_t bits_per_block = header.sof == kSof2 ? 1 : 2;
  const std::uint64_t needed = ceil_div(blocks_min(header) * bits_per_block, 8);
  const std::uint64_t present = bytes.size() - header.scan_offset;
  if (present < needed)
    return fail(ErrorCode::Truncated, header.scan_offset,
                "fewer bytes than the image's blocks need", needed, present);
  return {};
}

// Which components of the frame a scan codes, as bits. A progressive one counts by its DC scan.
unsigned coded_by(const JpegScan& scan, const JpegHeader& header) {
  if (header.sof == kSof2 && scan.start != 0) return 0;
  unsigned coded = 0;
  for (std::size_t i = 0; i < header.components; ++i)
    for (std::size_t k = 0; k < scan.components; ++k)
      if (scan.ids[k] == header.component[i].id) coded |= 1U << i;
  return coded;
}

}  // namespace

Result<void> supported(const JpegHeader& header) {
  if (header.sof != kSof0 && header.sof != kSof1 && header.sof != kSof2)
    return fail(ErrorCode::Unsupported, 0, "not a baseline, extended or progressive JPEG", 0,
                header.sof);
  const bool twelve = header.precision_bits == 12 && header.sof != kSof0;  // T.81 table B.2
  if (header.precision_bits != 8 && !twelve)
    return fail(ErrorCode::Unsupported, 0, "JPEG with other than 8-bit or 12-bit samples", 8,
                header.precision_bits);
  if (header.rows == 0)
    return fail(ErrorCode::Unsupported, 0, "JPEG whose number of lines comes later (DNL)");
  if (header.components > JpegHeader::kComponentsKept)
    return fail(ErrorCode::Unsupported, 0, "JPEG with more than 4 components",
                JpegHeader::kComponentsKept, header.components);
  if (header.columns == 0 || header.components == 0)
    return fail(ErrorCode::Malformed, 0, "the frame header (SOF) has no columns or no components");
  return {};
}

Result<Survey> survey(Bytes bytes, const SurveyLimits& limits) {
  Survey seen;
  TRY_ASSIGN(seen.header, read_jpeg_header(bytes));
  TRY(supported(seen.header));
  TRY(bytes_suffice(bytes, seen.header));
  const unsigned all = (1U << seen.header.components) - 1;
  unsigned coded = coded_by(seen.header.scan, seen.header);
  seen.scans = 1;
  seen.end = bytes.size();
  const Bytes rest = bytes.subspan(seen.header.scan_offset);
  JpegMarkers markers(rest);
  for (;;) {
    markers.skip_entropy_coded(JpegMarkers::Stuffing::Bytes);
    TRY_ASSIGN(const std::optional<JpegSegment> segment, markers.next());
    if (!segment) break;
    const std::uint64_t at = seen.header.scan_offset + segment->offset;
    if (segment->marker == kEoi) {
      seen.ends = true;
      seen.end = seen.header.scan_offset + markers.offset();
      break;
    }
    if (segment->marker == kSoi || is_start_of_frame(segment->marker))
      return fail(ErrorCode::Malformed, at, "a second image starts inside the first");
    if (segment->marker != kSos) continue;
    if (++seen.scans > limits.scans_max)
      return fail(ErrorCode::LimitExceeded, at, "more scans than the limit", limits.scans_max,
                  seen.scans);
    TRY_ASSIGN(const JpegScan scan, read_jpeg_scan(*segment));
    coded |= coded_by(scan, seen.header);
  }
  if (coded != all)
    return fail(seen.ends ? ErrorCode::Malformed : ErrorCode::Truncated, seen.end,
                "no scan codes one of the components");
  // Without its end nobody knows which refinements of a progressive image are missing.
  if (!seen.ends && seen.header.sof == kSof2)
    return fail(ErrorCode::Truncated, seen.end, "a progressive JPEG without its end (EOI)");
  return seen;
}

}  // namespace slipring::codecs::jpeg
