// The marker segments of the JPEG family (ITU-T T.81 Annex B; T.87 Annex C for JPEG-LS): what a
// stream says of itself before its first entropy-coded byte. Reads each byte once, allocates
// nothing. Must not know: any decoder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"

namespace slipring::codecs {

namespace jpeg_marker {  // T.81 Table B.1, T.87 Table C.1: the byte after 0xFF
inline constexpr std::uint8_t kSof0 = 0xC0;
inline constexpr std::uint8_t kSof1 = 0xC1;
inline constexpr std::uint8_t kSof2 = 0xC2;
inline constexpr std::uint8_t kSof3 = 0xC3;
inline constexpr std::uint8_t kDht = 0xC4;
inline constexpr std::uint8_t kJpg = 0xC8;
inline constexpr std::uint8_t kDac = 0xCC;
inline constexpr std::uint8_t kSof15 = 0xCF;
inline constexpr std::uint8_t kRst0 = 0xD0;
inline constexpr std::uint8_t kRst7 = 0xD7;
inline constexpr std::uint8_t kSoi = 0xD8;
inline constexpr std::uint8_t kEoi = 0xD9;
inline constexpr std::uint8_t kSos = 0xDA;
inline constexpr std::uint8_t kDnl = 0xDC;
inline constexpr std::uint8_t kDri = 0xDD;
inline constexpr std::uint8_t kApp14 = 0xEE;
inline constexpr std::uint8_t kSof55 = 0xF7;
inline constexpr std::uint8_t kLse = 0xF8;
inline constexpr std::uint8_t kTem = 0x01;
}  // namespace jpeg_marker

// SOF0..SOF15 but DHT, JPG and DAC, and SOF55.
[[nodiscard]] bool is_start_of_frame(std::uint8_t marker);

struct JpegSegment {
  std::uint8_t marker = 0;
  Bytes payload;             // after the length field; empty for markers without one
  std::uint64_t offset = 0;  // of the 0xFF before the marker
};

// Walks markers and their segments. Bytes between segments that are no marker are skipped, as every
// decoder does; `skipped()` counts them.
class JpegMarkers {
 public:
  explicit JpegMarkers(Bytes bytes) : bytes_(bytes) {}

  // nullopt at the end of the bytes. Errors: Truncated, Malformed (a length below 2).
  [[nodiscard]] Result<std::optional<JpegSegment>> next();
  // From inside entropy-coded data to the next marker that is not RSTn. After 0xFF a JPEG has a
  // stuffed zero byte, a JPEG-LS a stuffed zero bit (T.81 B.1.1.5, T.87 A.1).
  enum class Stuffing : std::uint8_t { Bytes, Bits };
  void skip_entropy_coded(Stuffing stuffing);
  [[nodiscard]] std::uint64_t offset() const { return at_; }
  void seek(std::uint64_t offset) { at_ = offset; }  // at most the size of the bytes
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
  std::uint64_t skipped_ = 0;
};

struct JpegComponent {
  std::uint8_t id = 0;
  std::uint8_t horizontal = 1;
  std::uint8_t vertical = 1;
};

struct JpegScan {
  static constexpr std::size_t kComponentsMax = 4;  // T.81 B.2.3
  std::uint8_t components = 0;
  std::array<std::uint8_t, kComponentsMax> ids = {};
  std::array<std::uint8_t, kComponentsMax> tables = {};  // T.87: mapping table selectors
  std::uint8_t start = 0;          // Ss; the predictor of SOF3; NEAR of JPEG-LS
  std::uint8_t end = 0;            // Se; the interleave mode of JPEG-LS
  std::uint8_t approximation = 0;  // Ah, Al; the point transform
};
[[nodiscard]] Result<JpegScan> read_jpeg_scan(const JpegSegment& segment);

struct JpegHeader {
  static constexpr std::size_t kComponentsKept = 4;
  std::uint8_t sof = 0;  // the marker
  std::uint8_t precision_bits = 0;
  std::uint16_t rows = 0;  // 0: to come in a DNL segment, or in an LSE segment
  std::uint16_t columns = 0;
  std::uint8_t components = 0;
  std::array<JpegComponent, kComponentsKept> component = {};
  bool adobe = false;
  std::uint8_t adobe_transform = 0;
  bool preset_parameters = false;  // LSE type 1
  bool mapping_tables = false;     // LSE type 2 or 3
  bool oversize = false;           // LSE type 4
  JpegScan scan;                   // the first one
  std::uint64_t scan_offset = 0;   // of the first entropy-coded byte
};

// From SOI through the first SOS. Errors: Malformed, Truncated.
[[nodiscard]] Result<JpegHeader> read_jpeg_header(Bytes bytes);

}  // namespace slipring::codecs
