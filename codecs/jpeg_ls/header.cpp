#include "codecs/jpeg_ls/header.h"

#include <cstring>

namespace slipring::codecs::jpeg_ls {

namespace {

using namespace jpeg_marker;

constexpr std::uint8_t kApp8 = 0xE8;
constexpr std::uint8_t kInterleaveModes = 3;
constexpr std::uint8_t kPaletteWidth = 3;  // bytes of an entry that is a colour

Result<void> check_frame(const JpegHeader& header) {
  if (header.sof != kSof55)
    return fail(ErrorCode::Unsupported, 0, "not a JPEG-LS stream (SOF55)", kSof55, header.sof);
  if (header.components == 0 || header.components > JpegHeader::kComponentsKept)
    return fail(ErrorCode::Unsupported, 0, "JPEG-LS with more than 4 components",
                JpegHeader::kComponentsKept, header.components);
  if (header.precision_bits < 2 || header.precision_bits > 16)
    return fail(ErrorCode::Malformed, 0, "JPEG-LS precision is not 2 to 16 bits", 16,
                header.precision_bits);
  for (std::size_t i = 0; i < header.components; ++i)
    if (header.component[i].horizontal != 1 || header.component[i].vertical != 1)
      return fail(ErrorCode::Unsupported, 0, "JPEG-LS with subsampled components");
  if (header.scan.end >= kInterleaveModes)
    return fail(ErrorCode::Malformed, header.scan_offset, "unknown JPEG-LS interleave mode", 2,
                header.scan.end);
  if (header.scan.components != (header.scan.end == 0 ? 1 : header.components))
    return fail(ErrorCode::Unsupported, 0, "JPEG-LS with some components interleaved");
  return {};
}

// C.2.4.1.4: where the frame header has zeros.
Result<void> read_size(const JpegSegment& segment, Header& header) {
  const Bytes p = segment.payload;
  const std::size_t width = p.size() < 2 ? 0 : p[1];
  if (width < 2 || width > 4 || p.size() < 2 + 2 * width)
    return fail(ErrorCode::Malformed, segment.offset, "the image size (LSE) is too short or long");
  std::uint32_t sides[2] = {};
  for (std::size_t i = 0; i < 2 * width; ++i) sides[i / width] = sides[i / width] << 8 | p[2 + i];
  if (header.rows == 0) header.rows = sides[0];
  if (header.columns == 0) header.columns = sides[1];
  return {};
}

// The LSE segments before the first scan that say what its samples are.
Result<void> read_extensions(Bytes stream, Header& header) {
  MappingTables tables;
  JpegMarkers markers(stream);
  for (;;) {
    TRY_ASSIGN(const std::optional<JpegSegment> segment, markers.next());
    if (!segment || segment->marker == kSos) break;
    if (segment->marker != kLse || segment->payload.empty()) continue;
    const std::uint8_t type = segment->payload[0];
    if (type == kLseTable || type == kLseTableRest) TRY(tables.read(*segment));
    if (type == kLseSize) TRY(read_size(*segment, header));
  }
  const std::uint8_t id = header.jpeg.scan.tables[0];
  if (id == 0) return {};
  const MappingTable* table = tables.find(id);
  if (table == nullptr)
    return fail(ErrorCode::Malformed, header.jpeg.scan_offset,
                "a scan names a mapping table that is not there", 0, id);
  header.table_width = table->width;
  return {};
}

Result<void> check_table(const Header& header) {
  const std::uint8_t width = header.table_width;
  const bool grey = header.jpeg.components == 1;
  if (width > 2 && !(width == kPaletteWidth && grey && header.jpeg.precision_bits <= 8))
    return fail(ErrorCode::Unsupported, header.jpeg.scan_offset,
                "a mapping table whose entries no pixel holds", kPaletteWidth, width);
  return {};
}

}  // namespace

// Wt is 1 to 255, entries as many as the segment holds.
Result<void> MappingTables::read(const JpegSegment& segment) {
  const Bytes p = segment.payload;
  constexpr std::size_t kEntriesAt = 3;
  if (p.size() < kEntriesAt || p[1] == 0 || p[2] == 0)
    return fail(ErrorCode::Malformed, segment.offset, "a mapping table (LSE) without its fields");
  MappingTable* table = nullptr;
  for (MappingTable& one : tables_)
    if (one.id == p[1]) table = &one;
  const bool rest = p[0] == kLseTableRest;
  if (rest && (table == nullptr || table->width != p[2]))
    return fail(ErrorCode::Malformed, segment.offset,
                "a mapping table (LSE) continues one that is not there");
  if (table == nullptr) table = &tables_.emplace_back();
  if (!rest) *table = {p[1], p[2], {}};
  table->entries.insert(table->entries.end(), p.begin() + kEntriesAt, p.end());
  return {};
}

const MappingTable* MappingTables::find(std::uint8_t id) const {
  for (const MappingTable& table : tables_)
    if (table.id == id) return &table;
  return nullptr;
}

Result<std::optional<ColourTransform>> read_colour_transform(const JpegSegment& segment) {
  const Bytes p = segment.payload;
  if (segment.marker != kApp8 || p.size() < 5 || std::memcmp(p.data(), "mrfx", 4) != 0)
    return std::optional<ColourTransform>{};
  if (p[4] > static_cast<std::uint8_t>(ColourTransform::Hp3))
    return fail(ErrorCode::Unsupported, segment.offset, "JPEG-LS with an unknown colour transform",
                3, p[4]);
  return static_cast<ColourTransform>(p[4]);
}

Result<Header> read_header(Bytes stream) {
  Header header;
  TRY_ASSIGN(header.jpeg, read_jpeg_header(stream));
  TRY(check_frame(header.jpeg));
  header.rows = header.jpeg.rows;
  header.columns = header.jpeg.columns;
  if (header.jpeg.mapping_tables || header.jpeg.oversize || header.jpeg.scan.tables[0] != 0)
    TRY(read_extensions(stream, header));
  if (header.rows == 0 || header.columns == 0)
    return fail(ErrorCode::Unsupported, 0, "JPEG-LS whose size is not in its headers");
  TRY(check_table(header));
  return header;
}

CodestreamInfo describe(const Header& header) {
  CodestreamInfo info;
  info.kind = Codestream::JpegLs;
  info.rows = header.rows;
  info.columns = header.columns;
  info.components = header.jpeg.components;
  info.precision_bits = header.jpeg.precision_bits;
  if (header.table_width == kPaletteWidth) info.components = kPaletteWidth;
  if (header.table_width != 0) info.precision_bits = header.table_width == 2 ? 16 : 8;
  info.near = header.jpeg.scan.start;
  info.lossless = info.near == 0;
  return info;
}

}  // namespace slipring::codecs::jpeg_ls
