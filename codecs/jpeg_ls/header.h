// Header: what the marker segments of a JPEG-LS image say before its first entropy-coded byte
// (ITU-T T.87 Annex C), and whether this build can do it.
#pragma once

#include <optional>
#include <vector>

#include "codecs/codec.h"
#include "codecs/jpeg_markers.h"

namespace slipring::codecs::jpeg_ls {

// C.2.4.1.2, C.2.4.1.3: a decoded sample is a number of an entry of `width` bytes, the highest
// byte first; or of as many samples, a byte each.
struct MappingTable {
  std::uint8_t id = 0;
  std::uint8_t width = 0;
  std::vector<std::uint8_t> entries;
};

class MappingTables {
 public:
  // An LSE segment of type 2 or 3. Errors: Malformed.
  [[nodiscard]] Result<void> read(const JpegSegment& segment);
  [[nodiscard]] const MappingTable* find(std::uint8_t id) const;

 private:
  std::vector<MappingTable> tables_;
};

inline constexpr std::uint8_t kLsePreset = 1;  // C.2.4.1: the types of LSE segments
inline constexpr std::uint8_t kLseTable = 2;
inline constexpr std::uint8_t kLseTableRest = 3;
inline constexpr std::uint8_t kLseSize = 4;

// Of Hewlett-Packard's writers, in an APP8 segment "mrfx".
enum class ColourTransform : std::uint8_t { None, Hp1, Hp2, Hp3 };
// Nothing when the segment is another. Errors: Unsupported (a number that is none of these).
[[nodiscard]] Result<std::optional<ColourTransform>> read_colour_transform(
    const JpegSegment& segment);

struct Header {
  JpegHeader jpeg;
  std::uint32_t rows = 0;  // also of an LSE segment of type 4
  std::uint32_t columns = 0;
  std::uint8_t table_width = 0;  // of the first scan's mapping table; 0: none
};

// Errors: Malformed, Truncated, Unsupported.
[[nodiscard]] Result<Header> read_header(Bytes stream);
[[nodiscard]] CodestreamInfo describe(const Header& header);

}  // namespace slipring::codecs::jpeg_ls
