#include "codecs/jpeg_lossless/stream.h"

#include <algorithm>
#include <numeric>

namespace slipring::codecs::jpeg_lossless {

namespace {

using namespace jpeg_marker;

constexpr std::uint8_t kDhp = 0xDE;  // T.81 Table B.1: hierarchical progression
constexpr std::uint8_t kExp = 0xDF;
constexpr std::uint32_t kPrecisionMin = 2;  // Table B.2
constexpr std::uint32_t kPrecisionMax = 16;
constexpr std::uint32_t kPredictorMax = 7;  // Table H.1

}  // namespace

Result<void> StreamReader::open() {
  if (stream_.size() < 2)
    return fail(ErrorCode::Truncated, 0, "no JPEG start marker (SOI)", 2, stream_.size());
  if (stream_[0] != 0xFF || stream_[1] != kSoi)
    return fail(ErrorCode::Malformed, 0, "no JPEG start marker (SOI)");
  markers_.seek(2);
  return read_until_scan();
}

Result<void> StreamReader::next_scan(std::uint64_t end) {
  markers_.seek(end);
  return read_until_scan();
}

Result<void> StreamReader::read_until_scan() {
  for (;;) {
    TRY_ASSIGN(const std::optional<JpegSegment> segment, markers_.next());
    if (!segment)
      return fail(ErrorCode::Truncated, markers_.offset(),
                  "the bytes end before the image's last component");
    if (segment->marker == kEoi)
      return fail(ErrorCode::Malformed, segment->offset,
                  "the image ends (EOI) before its last component");
    TRY(read(*segment));
    if (markers_.skipped() != 0) quirks_.add(Quirk::StrayBytes);
    if (segment->marker == kSos) return {};
  }
}

Result<void> StreamReader::read(const JpegSegment& segment) {
  switch (segment.marker) {
    case kDht:
      return read_tables(segment);
    case kSos:
      return read_scan(segment);
    case kDri:  // B.2.4.4
      if (segment.payload.size() < 2)
        return fail(ErrorCode::Malformed, segment.offset, "the restart interval (DRI) is too short",
                    2, segment.payload.size());
      restart_interval_ = load_be<std::uint16_t>(segment.payload.data());
      return {};
    case kDhp:
    case kExp:
      return fail(ErrorCode::Unsupported, segment.offset, "a hierarchical JPEG", 0, segment.marker);
    case kSoi:
      return fail(ErrorCode::Malformed, segment.offset, "a second image starts inside the first");
    default:
      return is_start_of_frame(segment.marker) ? read_frame(segment) : Result<void>{};
  }
}

// B.2.2
Result<void> StreamReader::read_frame(const JpegSegment& segment) {
  const Bytes p = segment.payload;
  if (has_frame_) return fail(ErrorCode::Malformed, segment.offset, "a second frame header (SOF)");
  if (segment.marker != kSof3)
    return fail(ErrorCode::Unsupported, segment.offset, "not a lossless Huffman-coded JPEG (SOF3)",
                kSof3, segment.marker);
  if (p.size() < 6 || p.size() < 6 + std::size_t{3} * p[5])
    return fail(ErrorCode::Malformed, segment.offset, "the frame header (SOF) is too short");
  frame_.precision_bits = p[0];
  frame_.rows = load_be<std::uint16_t>(&p[1]);
  frame_.columns = load_be<std::uint16_t>(&p[3]);
  frame_.components = p[5];
  if (frame_.precision_bits < kPrecisionMin || frame_.precision_bits > kPrecisionMax)
    return fail(ErrorCode::Malformed, segment.offset, "lossless JPEG precision is not 2 to 16 bits",
                kPrecisionMax, frame_.precision_bits);
  if (frame_.columns == 0 || frame_.components == 0)
    return fail(ErrorCode::Malformed, segment.offset,
                "the frame header (SOF) has no columns or no components");
  if (frame_.components > kComponentsMax)
    return fail(ErrorCode::Unsupported, segment.offset, "JPEG with more than 4 components",
                kComponentsMax, frame_.components);
  for (std::size_t i = 0; i < frame_.components; ++i) {
    frame_.ids[i] = p[6 + 3 * i];
    if (frame_.components > 1 && p[7 + 3 * i] != 0x11)  // one component: its factors say nothing
      return fail(ErrorCode::Unsupported, segment.offset,
                  "lossless JPEG with sampling factors other than 1", 0x11, p[7 + 3 * i]);
  }
  has_frame_ = true;
  return {};
}

// B.2.4.2: any number of tables in one segment.
Result<void> StreamReader::read_tables(const JpegSegment& segment) {
  Bytes p = segment.payload;
  while (!p.empty()) {
    if (p.size() < 1 + kCodeBitsMax)
      return fail(ErrorCode::Malformed, segment.offset, "a Huffman table (DHT) is too short");
    const std::uint32_t destination = p[0] & 15U;
    const bool for_differences = p[0] >> 4 == 0;
    if (destination >= kTables)
      return fail(ErrorCode::Malformed, segment.offset, "a Huffman table (DHT) for no destination",
                  kTables - 1, destination);
    HuffmanSpec spec;
    std::copy_n(p.begin() + 1, kCodeBitsMax, spec.counts.begin() + 1);
    spec.size = std::accumulate(spec.counts.begin() + 1, spec.counts.end(), 0U);
    p = p.subspan(1 + kCodeBitsMax);
    if (spec.size > kTableValuesMax || spec.size > p.size())
      return fail(ErrorCode::Malformed, segment.offset,
                  "a Huffman table (DHT) with more codes than values", p.size(), spec.size);
    if (!spec.fits_a_tree())
      return fail(ErrorCode::Malformed, segment.offset,
                  "a Huffman table (DHT) with more codes than their lengths allow");
    std::copy_n(p.begin(), spec.size, spec.values.begin());
    p = p.subspan(spec.size);
    if (for_differences) tables_[destination] = spec;
  }
  return {};
}

// B.2.3. Se and Ah mean nothing here and should be 0.
Result<void> StreamReader::read_scan(const JpegSegment& segment) {
  if (!has_frame_)
    return fail(ErrorCode::Malformed, segment.offset, "a scan (SOS) before the frame header (SOF)");
  TRY_ASSIGN(const JpegScan scan, read_jpeg_scan(segment));
  scan_ = {};
  scan_.components = scan.components;
  scan_.predictor = scan.start;
  scan_.point_transform = scan.approximation & 15U;
  scan_.begin = markers_.offset();
  TRY(find_components(scan, segment.offset));
  if (scan_.predictor == 0 || scan_.predictor > kPredictorMax)
    return fail(ErrorCode::Malformed, segment.offset, "a selection value that is not 1 to 7",
                kPredictorMax, scan_.predictor);
  if (scan_.point_transform >= frame_.precision_bits)
    return fail(ErrorCode::Malformed, segment.offset, "a point transform that leaves no bits",
                frame_.precision_bits - 1, scan_.point_transform);
  if (scan.end != 0 || scan.approximation > 15) quirks_.add(Quirk::UnusedScanFields);
  if (frame_.rows == 0) TRY(read_number_of_lines(scan_.begin));
  return check_restarts(segment.offset);
}

Result<void> StreamReader::find_components(const JpegScan& scan, std::uint64_t offset) {
  for (std::size_t i = 0; i < scan.components; ++i) {
    std::uint32_t c = 0;
    while (c < frame_.components && (frame_.ids[c] != scan.ids[i] || (seen_ >> c & 1U) != 0)) ++c;
    if (c == frame_.components)
      return fail(ErrorCode::Malformed, offset, "a scan of a component that is not there", 0,
                  scan.ids[i]);
    seen_ |= 1U << c;
    scan_.component[i] = c;
    scan_.table[i] = scan.tables[i] >> 4;
    if (scan_.table[i] >= kTables || tables_[scan_.table[i]].size == 0)
      return fail(ErrorCode::Malformed, offset, "a scan names a Huffman table that is not defined",
                  0, scan_.table[i]);
    if (tables_[scan_.table[i]].has_impossible_values()) quirks_.add(Quirk::ImpossibleCategories);
  }
  return {};
}

// B.2.5: the number of lines follows the first scan.
Result<void> StreamReader::read_number_of_lines(std::uint64_t begin) {
  JpegMarkers ahead(stream_);
  ahead.seek(begin);
  ahead.skip_entropy_coded(JpegMarkers::Stuffing::Bytes);
  TRY_ASSIGN(const std::optional<JpegSegment> segment, ahead.next());
  if (!segment)
    return fail(ErrorCode::Truncated, ahead.offset(), "the number of lines (DNL) is missing");
  if (segment->marker != kDnl || segment->payload.size() < 2)
    return fail(ErrorCode::Malformed, segment->offset, "the number of lines (DNL) is missing");
  frame_.rows = load_be<std::uint16_t>(segment->payload.data());
  if (frame_.rows == 0)
    return fail(ErrorCode::Malformed, segment->offset, "the number of lines (DNL) is 0");
  return {};
}

// H.1.1 wants whole lines between restarts. Parts of a line are as clear: each is predicted from
// its own left. Between the two nobody can say which neighbours above a sample may be used.
Result<void> StreamReader::check_restarts(std::uint64_t offset) {
  scan_.restart_interval = restart_interval_;
  if (restart_interval_ >= std::uint64_t{frame_.rows} * frame_.columns) scan_.restart_interval = 0;
  if (scan_.restart_interval == 0 || scan_.restart_interval % frame_.columns == 0) return {};
  if (frame_.columns % scan_.restart_interval != 0)
    return fail(ErrorCode::Unsupported, offset,
                "a restart interval (DRI) that is no whole lines nor a part of one", frame_.columns,
                scan_.restart_interval);
  quirks_.add(Quirk::RestartInsideLine);
  return {};
}

void StreamReader::finish(std::uint64_t end) {
  markers_.seek(end);
  for (;;) {
    const auto segment = markers_.next();
    if (!segment || !*segment || (*segment)->marker == kSoi || (*segment)->marker == kSos) break;
    if ((*segment)->marker != kEoi) continue;
    if (stream_.size() - markers_.offset() > 1) quirks_.add(Quirk::TrailingBytes);
    return;
  }
  quirks_.add(Quirk::MissingEndMarker);
  if (stream_.size() - end > 1) quirks_.add(Quirk::TrailingBytes);
}

}  // namespace slipring::codecs::jpeg_lossless
