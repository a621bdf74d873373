#include "codecs/jpeg2000_markers.h"

#include <algorithm>
#include <cstring>

namespace slipring::codecs {

namespace {

using namespace jpeg2000_marker;

constexpr std::uint32_t kBoxJp2Signature = 0x6A502020;  // 'jP  ', T.800 I.5.1
constexpr std::uint32_t kBoxCodestream = 0x6A703263;    // 'jp2c', T.800 I.5.4
constexpr unsigned kBoxesMax = 64;

bool starts_codestream(Bytes bytes) {
  return bytes.size() >= 4 && load_be<std::uint16_t>(&bytes[0]) == kSoc &&
         load_be<std::uint16_t>(&bytes[2]) == kSiz;
}

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

// T.800 A.5.1
Result<void> read_siz(const Jpeg2000Segment& segment, Jpeg2000Header& header) {
  const Bytes p = segment.payload;
  if (p.size() < 39)
    return fail(ErrorCode::Malformed, segment.offset, "the image size segment (SIZ) is too short",
                39, p.size());
  const auto word = [&](std::size_t at) { return load_be<std::uint32_t>(&p[at]); };
  const std::uint32_t x1 = word(2), y1 = word(6), x0 = word(10), y0 = word(14);
  const std::uint32_t tx = word(18), ty = word(22), tx0 = word(26), ty0 = word(30);
  header.components = load_be<std::uint16_t>(&p[34]);
  if (x1 <= x0 || y1 <= y0 || tx == 0 || ty == 0 || tx0 > x0 || ty0 > y0 ||
      std::uint64_t{tx0} + tx <= x0 || std::uint64_t{ty0} + ty <= y0)
    return fail(ErrorCode::Malformed, segment.offset,
                "the image size segment (SIZ) contradicts itself");
  if (header.components == 0 || header.components > 16384 ||
      p.size() < 36 + std::size_t{3} * header.components)
    return fail(ErrorCode::Malformed, segment.offset, "the image size segment (SIZ) is too short",
                36 + std::size_t{3} * header.components, p.size());
  header.width = x1 - x0;
  header.height = y1 - y0;
  header.tile_width = tx;
  header.tile_height = ty;
  header.tiles = ceil_div(x1 - tx0, tx) * ceil_div(y1 - ty0, ty);
  for (std::size_t i = 0; i < header.components; ++i) {
    const std::uint8_t* c = &p[36 + 3 * i];
    if (c[0] != p[36]) header.same_components = false;
    if (c[1] != 1 || c[2] != 1) header.subsampled = true;
  }
  header.precision_bits = static_cast<std::uint8_t>((p[36] & 0x7F) + 1);
  header.is_signed = (p[36] & 0x80) != 0;
  return {};
}

Result<Jpeg2000CodingStyle> read_style(const Jpeg2000Segment& segment, Bytes p,
                                       bool own_precincts) {
  if (p.size() < 5)
    return fail(ErrorCode::Malformed, segment.offset, "a coding style segment is too short", 5,
                p.size());
  Jpeg2000CodingStyle style;
  style.levels = p[0];
  style.block_width_exponent = static_cast<std::uint8_t>((p[1] & 15) + 2);
  style.block_height_exponent = static_cast<std::uint8_t>((p[2] & 15) + 2);
  style.block_style = p[3];
  style.reversible = p[4] == 1;
  style.own_precincts = own_precincts;
  if (style.levels > 32)
    return fail(ErrorCode::Malformed, segment.offset, "more than 32 decomposition levels", 32,
                style.levels);
  if (style.block_width_exponent > 10 || style.block_height_exponent > 10 ||
      style.block_width_exponent + style.block_height_exponent > 12)
    return fail(ErrorCode::Malformed, segment.offset, "a code-block has more than 4096 samples");
  if (!own_precincts) {
    style.precinct.fill(0xFF);
    return style;
  }
  const std::size_t resolutions = std::size_t{style.levels} + 1;
  if (p.size() < 5 + resolutions)
    return fail(ErrorCode::Malformed, segment.offset, "a coding style segment is too short",
                5 + resolutions, p.size());
  std::memcpy(style.precinct.data(), &p[5], resolutions);
  return style;
}

}  // namespace

Result<Jpeg2000Stream> find_jpeg2000(Bytes bytes) {
  if (starts_codestream(bytes)) return Jpeg2000Stream{bytes, 0, false};
  if (bytes.size() < 12 || load_be<std::uint32_t>(&bytes[4]) != kBoxJp2Signature)
    return fail(bytes.size() < 4 ? ErrorCode::Truncated : ErrorCode::Malformed, 0,
                "neither a JPEG 2000 codestream nor a JP2 file");
  std::size_t at = 0;
  for (unsigned box = 0; box < kBoxesMax && bytes.size() - at >= 8; ++box) {
    const Bytes rest = bytes.subspan(at);
    std::uint64_t length = load_be<std::uint32_t>(&rest[0]);
    const std::uint32_t type = load_be<std::uint32_t>(&rest[4]);
    std::size_t head = 8;
    if (length == 1) {
      if (rest.size() < 16) break;
      length = load_be<std::uint64_t>(&rest[8]);
      head = 16;
    }
    if (type == kBoxCodestream) {  // a wrong box length does not matter: the codestream has an end
      if (!starts_codestream(rest.subspan(head)))
        return fail(ErrorCode::Malformed, at + head,
                    "the JP2 file's codestream has no SOC and SIZ");
      return Jpeg2000Stream{rest.subspan(head), at + head, true};
    }
    if (length < head || length > rest.size()) break;
    at += length;
  }
  return fail(ErrorCode::Malformed, at, "the JP2 file has no codestream box");
}

Result<Jpeg2000Segment> read_jpeg2000_segment(Bytes codestream, std::size_t& at) {
  if (at > codestream.size() || codestream.size() - at < 4)
    return fail(ErrorCode::Truncated, at, "the bytes end in a marker segment");
  Jpeg2000Segment segment{load_be<std::uint16_t>(&codestream[at]), {}, at};
  if (segment.marker < 0xFF01)
    return fail(ErrorCode::Malformed, at, "no marker where one must be", 0xFF00, segment.marker);
  const std::size_t length = load_be<std::uint16_t>(&codestream[at + 2]);
  if (length < 2)
    return fail(ErrorCode::Malformed, at, "a marker segment's length is below 2", 2, length);
  if (length > codestream.size() - at - 2)
    return fail(ErrorCode::Truncated, at, "the bytes end in a marker segment", length,
                codestream.size() - at - 2);
  segment.payload = codestream.subspan(at + 4, length - 2);
  at += 2 + length;
  return segment;
}

Result<Jpeg2000Cod> read_cod(const Jpeg2000Segment& segment) {
  const Bytes p = segment.payload;
  if (p.size() < 10)
    return fail(ErrorCode::Malformed, segment.offset, "the coding style segment (COD) is too short",
                10, p.size());
  Jpeg2000Cod cod;
  cod.progression = p[1];
  cod.layers = load_be<std::uint16_t>(&p[2]);
  cod.colour_transform = p[4] != 0;
  TRY_ASSIGN(cod.style, read_style(segment, p.subspan(5), (p[0] & 1) != 0));
  return cod;
}

Result<Jpeg2000CodingStyle> read_coc(const Jpeg2000Segment& segment, std::uint16_t components) {
  const std::size_t index_bytes = components < 257 ? 1 : 2;
  if (segment.payload.size() < index_bytes + 6)
    return fail(ErrorCode::Malformed, segment.offset, "a coding style segment (COC) is too short",
                index_bytes + 6, segment.payload.size());
  const std::uint8_t flags = segment.payload[index_bytes];
  return read_style(segment, segment.payload.subspan(index_bytes + 1), (flags & 1) != 0);
}

Result<Jpeg2000Header> read_jpeg2000_header(Bytes codestream) {
  if (!starts_codestream(codestream))
    return fail(codestream.size() < 4 ? ErrorCode::Truncated : ErrorCode::Malformed, 0,
                "no JPEG 2000 start (SOC, SIZ)");
  Jpeg2000Header header;
  std::size_t at = 2;
  for (;;) {
    if (codestream.size() - at >= 2 && load_be<std::uint16_t>(&codestream[at]) == kSot) break;
    TRY_ASSIGN(const Jpeg2000Segment segment, read_jpeg2000_segment(codestream, at));
    if (segment.marker == kSiz) {
      if (header.components != 0)
        return fail(ErrorCode::Malformed, segment.offset, "a second image size segment (SIZ)");
      TRY(read_siz(segment, header));
    }
    // Pcap: the 15th bit from the top says that T.814 is in use.
    if (segment.marker == kCap && segment.payload.size() >= 4 &&
        (load_be<std::uint32_t>(&segment.payload[0]) & 0x00020000U) != 0)
      header.high_throughput = true;
    if (segment.marker == kCod) {
      TRY_ASSIGN(header.cod, read_cod(segment));
      header.has_cod = true;
      if ((header.cod.style.block_style & 0x40) != 0) header.high_throughput = true;
    }
    if (segment.marker == kEoc)
      return fail(ErrorCode::Malformed, segment.offset,
                  "the codestream ends before its first tile");
  }
  header.end = at;
  if (!header.has_cod)
    return fail(ErrorCode::Malformed, at, "the main header has no coding style (COD)");
  return header;
}

CodestreamInfo describe(const Jpeg2000Header& header, bool boxed) {
  CodestreamInfo info;
  info.kind = header.high_throughput ? Codestream::Htj2k : Codestream::Jpeg2000;
  info.rows = header.height;
  info.columns = header.width;
  info.components = header.components;
  info.precision_bits = header.precision_bits;
  info.sign_known = true;
  info.is_signed = header.is_signed;
  info.lossless = header.cod.style.reversible;
  info.colour_transform = header.cod.colour_transform;
  info.in_jp2_box = boxed;
  return info;
}

}  // namespace slipring::codecs
