// The marker segments of a JPEG 2000 codestream (ITU-T T.800 Annex A, T.814 Annex A) and the boxes
// around it (T.800 Annex I): what a codestream says of itself. Reads headers only, allocates
// nothing. Must not know: any decoder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "codecs/codec.h"

namespace slipring::codecs {

namespace jpeg2000_marker {  // T.800 Table A.2
inline constexpr std::uint16_t kSoc = 0xFF4F;
inline constexpr std::uint16_t kCap = 0xFF50;
inline constexpr std::uint16_t kSiz = 0xFF51;
inline constexpr std::uint16_t kCod = 0xFF52;
inline constexpr std::uint16_t kCoc = 0xFF53;
inline constexpr std::uint16_t kRgn = 0xFF5E;
inline constexpr std::uint16_t kPoc = 0xFF5F;
inline constexpr std::uint16_t kPpm = 0xFF60;
inline constexpr std::uint16_t kMct = 0xFF74;  // T.801: MCT, MCC, NLT, MCO, CBD
inline constexpr std::uint16_t kCbd = 0xFF78;
inline constexpr std::uint16_t kSot = 0xFF90;
inline constexpr std::uint16_t kSod = 0xFF93;
inline constexpr std::uint16_t kEoc = 0xFFD9;
}  // namespace jpeg2000_marker

struct Jpeg2000Stream {
  Bytes codestream;          // from SOC
  std::uint64_t offset = 0;  // of SOC in what was given
  bool boxed = false;        // it lay in JP2 boxes
};
// The bytes from SOC on. Errors: Malformed (neither SOC nor a JP2 box with one), Truncated.
[[nodiscard]] Result<Jpeg2000Stream> find_jpeg2000(Bytes bytes);

struct Jpeg2000Segment {
  std::uint16_t marker = 0;
  Bytes payload;             // after the length field
  std::uint64_t offset = 0;  // of the marker
};
// The segment at `at`, which it moves past. Errors: Truncated, Malformed.
[[nodiscard]] Result<Jpeg2000Segment> read_jpeg2000_segment(Bytes codestream, std::size_t& at);

// COD and COC, T.800 A.6.1, A.6.2: what one component's wavelet and code-blocks are.
struct Jpeg2000CodingStyle {
  std::uint8_t levels = 0;                 // decomposition levels, 0 to 32
  std::uint8_t block_width_exponent = 0;   // xcb, at least 2
  std::uint8_t block_height_exponent = 0;  // ycb
  std::uint8_t block_style = 0;            // bit 6: HT code-blocks (T.814 A.4)
  bool reversible = false;
  bool own_precincts = false;
  std::array<std::uint8_t, 33> precinct =
      {};  // PPx in the low, PPy in the high 4 bits, by resolution
};

struct Jpeg2000Cod {
  Jpeg2000CodingStyle style;
  std::uint8_t progression = 0;
  std::uint16_t layers = 0;
  bool colour_transform = false;
};
[[nodiscard]] Result<Jpeg2000Cod> read_cod(const Jpeg2000Segment& segment);
[[nodiscard]] Result<Jpeg2000CodingStyle> read_coc(const Jpeg2000Segment& segment,
                                                   std::uint16_t components);

struct Jpeg2000Header {
  std::uint32_t width = 0;   // Xsiz - XOsiz
  std::uint32_t height = 0;  // Ysiz - YOsiz
  std::uint32_t tile_width = 0;
  std::uint32_t tile_height = 0;
  std::uint64_t tiles = 0;
  std::uint16_t components = 0;
  std::uint8_t precision_bits = 0;
  bool is_signed = false;
  bool same_components = true;  // one precision and sign for all
  bool subsampled = false;
  bool high_throughput = false;  // CAP says T.814, or the block style does
  bool has_cod = false;
  Jpeg2000Cod cod;
  std::uint64_t end = 0;  // of the main header: the offset of the first SOT
};
// SOC to the first SOT. Errors: Malformed, Truncated.
[[nodiscard]] Result<Jpeg2000Header> read_jpeg2000_header(Bytes codestream);

[[nodiscard]] CodestreamInfo describe(const Jpeg2000Header& header, bool boxed);

}  // namespace slipring::codecs
