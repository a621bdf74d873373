// StreamReader: the marker segments of a lossless JPEG (ITU-T T.81 Annex B, process 14): one frame
// header, Huffman tables and restart intervals as they change, scan after scan. Takes the stream's
// bytes, gives what a scan's decoder must know. Entropy-coded bytes are the caller's: it tells
// where a scan ended. Tolerates what real files hold; quirks() names it.
#pragma once

#include <array>
#include <cstdint>

#include "codecs/codec.h"
#include "codecs/jpeg_lossless/huffman.h"
#include "codecs/jpeg_markers.h"

namespace slipring::codecs::jpeg_lossless {

inline constexpr std::uint32_t kComponentsMax = 4;  // B.2.3: of one scan; and of a frame here
inline constexpr std::uint32_t kTables = 4;         // B.2.4.2: destinations of an extended process

struct Frame {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t components = 0;
  std::uint32_t precision_bits = 0;  // P, 2 to 16
  std::array<std::uint8_t, kComponentsMax> ids = {};
};

struct Scan {
  std::uint32_t components = 0;
  std::array<std::uint32_t, kComponentsMax> component = {};  // index in the frame
  std::array<std::uint32_t, kComponentsMax> table = {};      // 0 to 3
  std::uint32_t predictor = 1;                               // Ss, 1 to 7
  std::uint32_t point_transform = 0;                         // Al, below P
  // In samples of each component; 0: none. All samples between two restarts lie in one line, or
  // both are at the beginning of a line.
  std::uint64_t restart_interval = 0;
  std::uint64_t begin = 0;  // of the entropy-coded data
};

class StreamReader {
 public:
  explicit StreamReader(Bytes stream) : stream_(stream), markers_(stream) {}

  // From SOI through the first SOS: frame() and scan() are known. Errors: Malformed, Truncated,
  // Unsupported (another process, hierarchical, subsampled components, ambiguous restarts).
  [[nodiscard]] Result<void> open();
  // From `end`, where the entropy-coded data of a scan ended, through the next SOS.
  [[nodiscard]] Result<void> next_scan(std::uint64_t end);
  // From there to the end of the image: adds MissingEndMarker, TrailingBytes.
  void finish(std::uint64_t end);

  [[nodiscard]] const Frame& frame() const { return frame_; }
  [[nodiscard]] const Scan& scan() const { return scan_; }
  [[nodiscard]] bool all_components_seen() const { return seen_ == (1U << frame_.components) - 1; }
  // As they stand at the scan; those that the scan uses are defined.
  [[nodiscard]] const HuffmanSpec& table(std::uint32_t index) const { return tables_[index]; }
  [[nodiscard]] Bytes stream() const { return stream_; }
  [[nodiscard]] const Quirks& quirks() const { return quirks_; }

 private:
  Result<void> read_until_scan();
  Result<void> read(const JpegSegment& segment);
  Result<void> read_frame(const JpegSegment& segment);
  Result<void> read_tables(const JpegSegment& segment);
  Result<void> read_scan(const JpegSegment& segment);
  Result<void> find_components(const JpegScan& scan, std::uint64_t offset);
  Result<void> read_number_of_lines(std::uint64_t begin);
  Result<void> check_restarts(std::uint64_t offset);

  Bytes stream_;
  JpegMarkers markers_;
  Frame frame_;
  Scan scan_;
  std::array<HuffmanSpec, kTables> tables_ = {};
  std::uint64_t restart_interval_ = 0;
  bool has_frame_ = false;
  std::uint32_t seen_ = 0;  // components, as bits
  Quirks quirks_;
};

}  // namespace slipring::codecs::jpeg_lossless
