#include "codecs/jpeg_ls/decode/frame_reader.h"

#include <algorithm>
#include <cstring>

#include "codecs/jpeg_ls/decode/finish.h"
#include "codecs/jpeg_ls/decode/plain_scan.h"

namespace slipring::codecs::jpeg_ls {

namespace {

using namespace jpeg_marker;

constexpr std::uint8_t kSampleInterleave = 2;

}  // namespace

Result<std::optional<Scan>> FrameReader::next_scan() {
  const unsigned all = (1U << image_.header->jpeg.components) - 1;
  while (read_ != all) {
    TRY_ASSIGN(const std::optional<JpegSegment> segment, markers_.next());
    if (!segment || segment->marker == kEoi)
      return fail(segment ? ErrorCode::Malformed : ErrorCode::Truncated, markers_.offset(),
                  "the image ends before its last component");
    if (segment->marker == kSos) {
      TRY_ASSIGN(const Scan scan, read_scan(*segment));
      return scan;
    }
    TRY(read(*segment));
  }
  return std::optional<Scan>{};
}

End FrameReader::end() {
  const std::uint64_t end = markers_.offset();
  const auto last = markers_.next();
  if (last && *last && (*last)->marker == kEoi) return {markers_.offset(), true};
  return {end, false};
}

Result<void> FrameReader::read(const JpegSegment& segment) {
  const Bytes p = segment.payload;
  if (segment.marker == kDri) return read_restart_interval(segment);
  if (segment.marker != kLse) {
    TRY_ASSIGN(const std::optional<ColourTransform> transform, read_colour_transform(segment));
    if (transform) colour_ = *transform;
    return {};
  }
  const std::uint8_t type = p.empty() ? 0 : p[0];
  if (type == kLsePreset) {
    TRY_ASSIGN(preset_, read_preset(p, segment.offset));
    return {};
  }
  if (type == kLseTable || type == kLseTableRest) return tables_.read(segment);
  if (type == kLseSize) return {};  // read_header() knows
  return fail(ErrorCode::Unsupported, segment.offset, "JPEG-LS with extensions of another part", 4,
              type);
}

// T.87 C.2.5: 2 to 4 bytes; lines.
Result<void> FrameReader::read_restart_interval(const JpegSegment& segment) {
  if (segment.payload.size() < 2 || segment.payload.size() > 4)
    return fail(ErrorCode::Malformed, segment.offset,
                "the restart interval (DRI) has a wrong length", 2, segment.payload.size());
  restart_lines_ = 0;
  for (const std::uint8_t byte : segment.payload) restart_lines_ = restart_lines_ << 8 | byte;
  return {};
}

Result<Scan> FrameReader::read_scan(const JpegSegment& segment) {
  Scan scan;
  TRY_ASSIGN(scan.header, read_jpeg_scan(segment));
  const JpegHeader& header = image_.header->jpeg;
  const std::size_t components = header.components;
  if (scan.header.end > kSampleInterleave)
    return fail(ErrorCode::Malformed, segment.offset, "unknown JPEG-LS interleave mode",
                kSampleInterleave, scan.header.end);
  if (scan.header.components > components ||
      (scan.header.end == 0) != (scan.header.components == 1))
    return fail(ErrorCode::Malformed, segment.offset,
                "the interleave mode does not suit the scan's components");
  for (std::size_t i = 0; i < scan.header.components; ++i) {
    std::size_t c = 0;
    while (c < components && (header.component[c].id != scan.header.ids[i] || was_read(c))) ++c;
    if (c == components)
      return fail(ErrorCode::Malformed, segment.offset, "a scan of a component that is not there");
    read_ |= 1U << c;
    table_of_[c] = scan.header.tables[i];
    scan.components[i] = c;
  }
  if ((scan.header.approximation & 15) != 0)
    return fail(ErrorCode::Unsupported, segment.offset, "JPEG-LS with a point transform");
  TRY_ASSIGN(scan.parameters,
             make_parameters(header.precision_bits, scan.header.start, preset_, thresholds_));
  scan.restart_lines = restart_lines_;
  scan.begin = markers_.offset();
  return scan;
}

// The entropy-coded bytes up to the next marker, RSTn being one.
Bytes FrameReader::take_segment() {
  const std::size_t begin = markers_.offset();
  std::size_t at = begin;
  while (at < stream_.size()) {
    const void* found = std::memchr(&stream_[at], 0xFF, stream_.size() - at);
    if (found == nullptr) {
      at = stream_.size();
      break;
    }
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - stream_.data());
    if (at + 1 < stream_.size() && stream_[at + 1] >= 0x80) break;
    at = std::min(at + 2, stream_.size());
  }
  markers_.seek(at);
  return stream_.subspan(begin, at - begin);
}

Bytes FrameReader::pass(const Scan& scan) {
  markers_.seek(scan.begin);
  return take_segment();
}

Result<void> FrameReader::decode_plainly(const Scan& scan, Scratch& scratch, std::size_t slot) {
  markers_.seek(scan.begin);
  PlainScan plain(image_, scan, scratch, slot);
  const std::uint32_t rows = image_.header->rows;
  const std::uint32_t interval = scan.restart_lines == 0 ? rows : scan.restart_lines;
  for (std::uint32_t row = 0, restarts = 0; row < rows; ++restarts) {
    if (row != 0) {
      TRY(expect_restart_marker(static_cast<std::uint8_t>(kRst0 + (restarts - 1) % 8)));
      plain.restart();
    }
    const std::uint32_t end = row + std::min(interval, rows - row);
    const std::uint64_t start = markers_.offset();
    const Bytes coded = take_segment();
    const bool at_the_end = markers_.offset() == stream_.size();
    TRY(plain.decode_rows({coded, start, at_the_end}, row, end));
    row = end;
  }
  return {};
}

Result<void> FrameReader::expect_restart_marker(std::uint8_t expected) {
  TRY_ASSIGN(const std::optional<JpegSegment> segment, markers_.next());
  if (!segment || segment->marker != expected)
    return fail(segment ? ErrorCode::Malformed : ErrorCode::Truncated, markers_.offset(),
                "a restart marker is missing", expected, segment ? segment->marker : 0U);
  return {};
}

Result<void> FrameReader::finish_samples(Quirks& quirks) {
  for (std::size_t c = 0; c < image_.header->jpeg.components; ++c) TRY(map_component(c));
  if (colour_ == ColourTransform::None) return {};
  if (image_.header->jpeg.components != 3 || image_.header->table_width != 0)
    return fail(ErrorCode::Unsupported, 0, "a colour transform of other than 3 components");
  quirks.add(Quirk::VendorColourTransform);
  return undo_colour_transform(colour_, image_);
}

Result<void> FrameReader::map_component(std::size_t component) {
  const MappingTable* table = tables_.find(table_of_[component]);
  const std::uint8_t width = table == nullptr ? 0 : table->width;
  if (width != image_.header->table_width || (table == nullptr) != (table_of_[component] == 0))
    return fail(ErrorCode::Unsupported, 0, "components with mapping tables of several kinds",
                image_.header->table_width, width);
  if (table == nullptr) return {};
  return map_samples(*table, image_, component);
}

}  // namespace slipring::codecs::jpeg_ls
