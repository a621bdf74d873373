#include "codecs/jpeg_markers.h"

#include <algorithm>
#include <cstring>

namespace slipring::codecs {

namespace {

using namespace jpeg_marker;

bool has_no_segment(std::uint8_t marker) {
  return marker == kSoi || marker == kEoi || marker == kTem || (marker >= kRst0 && marker <= kRst7);
}

// T.81 B.2.2
Result<void> read_frame(const JpegSegment& segment, JpegHeader& header) {
  const Bytes p = segment.payload;
  if (header.sof != 0)
    return fail(ErrorCode::Malformed, segment.offset, "a second frame header (SOF)");
  if (p.size() < 6)
    return fail(ErrorCode::Malformed, segment.offset, "the frame header (SOF) is too short", 6,
                p.size());
  header.sof = segment.marker;
  header.precision_bits = p[0];
  header.rows = load_be<std::uint16_t>(&p[1]);
  header.columns = load_be<std::uint16_t>(&p[3]);
  header.components = p[5];
  const std::size_t needed = 6 + std::size_t{3} * header.components;
  if (p.size() < needed)
    return fail(ErrorCode::Malformed, segment.offset, "the frame header (SOF) is too short", needed,
                p.size());
  const std::size_t kept = std::min<std::size_t>(header.components, JpegHeader::kComponentsKept);
  for (std::size_t i = 0; i < kept; ++i) {
    const std::uint8_t* at = &p[6 + 3 * i];
    header.component[i] = {at[0], static_cast<std::uint8_t>(at[1] >> 4),
                           static_cast<std::uint8_t>(at[1] & 15)};
  }
  return {};
}

// T.87 C.2.4.1
void read_preset(Bytes payload, JpegHeader& header) {
  if (payload.empty()) return;
  if (payload[0] == 1) header.preset_parameters = true;
  if (payload[0] == 2 || payload[0] == 3) header.mapping_tables = true;
  if (payload[0] == 4) header.oversize = true;
}

void read_adobe(Bytes payload, JpegHeader& header) {
  if (payload.size() < 12 || std::memcmp(payload.data(), "Adobe", 5) != 0) return;
  header.adobe = true;
  header.adobe_transform = payload[11];
}

}  // namespace

bool is_start_of_frame(std::uint8_t marker) {
  if (marker == kSof55) return true;
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}

Result<std::optional<JpegSegment>> JpegMarkers::next() {
  for (;;) {
    while (at_ < bytes_.size() && bytes_[at_] != 0xFF) ++at_, ++skipped_;
    const std::size_t first = at_;
    while (at_ < bytes_.size() && bytes_[at_] == 0xFF) ++at_;  // fill bytes, T.81 B.1.1.2
    if (at_ >= bytes_.size()) return std::optional<JpegSegment>{};
    JpegSegment segment{bytes_[at_], {}, at_ - 1};
    ++at_;
    if (segment.marker == 0) {  // a stuffed byte outside of entropy-coded data
      skipped_ += at_ - first;
      continue;
    }
    if (has_no_segment(segment.marker)) return segment;
    if (bytes_.size() - at_ < 2)
      return fail(ErrorCode::Truncated, segment.offset, "the bytes end in a marker segment");
    const std::size_t length = load_be<std::uint16_t>(&bytes_[at_]);
    if (length < 2)
      return fail(ErrorCode::Malformed, segment.offset, "a marker segment's length is below 2", 2,
                  length);
    if (length > bytes_.size() - at_)
      return fail(ErrorCode::Truncated, segment.offset, "the bytes end in a marker segment", length,
                  bytes_.size() - at_);
    segment.payload = bytes_.subspan(at_ + 2, length - 2);
    at_ += length;
    return segment;
  }
}

void JpegMarkers::skip_entropy_coded(Stuffing stuffing) {
  const std::uint8_t stuffed_max = stuffing == Stuffing::Bits ? 0x7F : 0;
  while (at_ < bytes_.size()) {
    const void* found = std::memchr(&bytes_[at_], 0xFF, bytes_.size() - at_);
    if (found == nullptr) break;
    const auto at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - &bytes_[0]);
    if (at + 1 >= bytes_.size()) break;
    const std::uint8_t code = bytes_[at + 1];
    at_ = at;
    if (code == 0xFF) {
      at_ = at + 1;
    } else if (code <= stuffed_max || (code >= kRst0 && code <= kRst7)) {
      at_ = at + 2;
    } else {
      return;
    }
  }
  at_ = bytes_.size();
}

// T.81 B.2.3
Result<JpegScan> read_jpeg_scan(const JpegSegment& segment) {
  const Bytes p = segment.payload;
  JpegScan scan;
  if (p.empty())
    return fail(ErrorCode::Malformed, segment.offset, "the scan header (SOS) is too short", 6, 0);
  scan.components = p[0];
  if (scan.components == 0 || scan.components > JpegScan::kComponentsMax)
    return fail(ErrorCode::Malformed, segment.offset, "a scan has no or more than 4 components", 4,
                scan.components);
  const std::size_t needed = 4 + std::size_t{2} * scan.components;
  if (p.size() < needed)
    return fail(ErrorCode::Malformed, segment.offset, "the scan header (SOS) is too short", needed,
                p.size());
  for (std::size_t i = 0; i < scan.components; ++i) {
    scan.ids[i] = p[1 + 2 * i];
    scan.tables[i] = p[2 + 2 * i];
  }
  scan.start = p[needed - 3];
  scan.end = p[needed - 2];
  scan.approximation = p[needed - 1];
  return scan;
}

Result<JpegHeader> read_jpeg_header(Bytes bytes) {
  if (bytes.size() < 2)
    return fail(ErrorCode::Truncated, 0, "no JPEG start marker (SOI)", 2, bytes.size());
  if (bytes[0] != 0xFF || bytes[1] != kSoi)
    return fail(ErrorCode::Malformed, 0, "no JPEG start marker (SOI)");
  JpegHeader header;
  JpegMarkers markers(bytes);
  for (;;) {
    TRY_ASSIGN(const std::optional<JpegSegment> segment, markers.next());
    if (!segment)
      return fail(ErrorCode::Truncated, markers.offset(), "the bytes end before the first scan");
    const std::uint8_t marker = segment->marker;
    if (marker == kEoi)
      return fail(ErrorCode::Malformed, segment->offset,
                  "the image ends (EOI) before its first scan");
    if (is_start_of_frame(marker)) TRY(read_frame(*segment, header));
    if (marker == kLse) read_preset(segment->payload, header);
    if (marker == kApp14) read_adobe(segment->payload, header);
    if (marker != kSos) continue;
    if (header.sof == 0)
      return fail(ErrorCode::Malformed, segment->offset,
                  "a scan (SOS) before the frame header (SOF)");
    TRY_ASSIGN(header.scan, read_jpeg_scan(*segment));
    header.scan_offset = markers.offset();
    return header;
  }
}

}  // namespace slipring::codecs
