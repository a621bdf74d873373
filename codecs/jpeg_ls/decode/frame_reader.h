// FrameReader: walks the marker segments of a JPEG-LS image and hands out its scans, one by one;
// decodes a scan plainly when asked. Our own decoder: the one in Debian 12's CharLS (2.4.1) can be
// made to loop for ever by run interruptions that grow.
#pragma once

#include <array>

#include "codecs/codec.h"
#include "codecs/jpeg_ls/header.h"
#include "codecs/jpeg_ls/model.h"
#include "codecs/jpeg_ls/parameters.h"

namespace slipring::codecs::jpeg_ls {

struct Image {
  const Header* header = nullptr;
  std::uint32_t frame_components = 1;  // samples from one pixel of the frame to the next
  std::uint32_t sample_bytes = 1;
  MutableBytes pixels;  // canonical frame; samples become zero extended
};

struct Scan {
  JpegScan header;
  Parameters parameters;
  std::array<std::size_t, kScanComponentsMax> components = {};  // which of the image's
  std::uint32_t restart_lines = 0;                              // 0: no restart markers
  std::uint64_t begin = 0;                                      // of its entropy-coded bytes
};

struct End {
  std::uint64_t offset = 0;  // behind the last byte that was used
  bool marked = false;       // by EOI
};

class FrameReader {
 public:
  FrameReader(Bytes stream, const Image& image, Thresholds thresholds)
      : stream_(stream), image_(image), thresholds_(thresholds), markers_(stream) {}

  // The next scan; nothing when every component has had one. Each scan must be decoded or passed
  // before the next. Errors: Malformed, Truncated, Unsupported.
  [[nodiscard]] Result<std::optional<Scan>> next_scan();

  // By the reference. Takes a slot of the scratch.
  [[nodiscard]] Result<void> decode_plainly(const Scan& scan, Scratch& scratch, std::size_t slot);
  // The entropy-coded bytes of a scan without restart markers: the reader stands behind them.
  [[nodiscard]] Bytes pass(const Scan& scan);

  // After the last scan: samples to the entries of their tables, colours to RGB.
  // Errors: Malformed, Unsupported.
  [[nodiscard]] Result<void> finish_samples(Quirks& quirks);
  [[nodiscard]] End end();

 private:
  Result<void> read(const JpegSegment& segment);
  Result<void> read_restart_interval(const JpegSegment& segment);
  Result<Scan> read_scan(const JpegSegment& segment);
  Result<void> map_component(std::size_t component);
  Bytes take_segment();
  Result<void> expect_restart_marker(std::uint8_t expected);
  [[nodiscard]] bool was_read(std::size_t component) const {
    return (read_ >> component & 1U) != 0;
  }

  Bytes stream_;
  const Image& image_;
  Thresholds thresholds_;
  JpegMarkers markers_;
  Preset preset_;
  MappingTables tables_;
  std::array<std::uint8_t, kScanComponentsMax> table_of_ = {};  // 0: none
  ColourTransform colour_ = ColourTransform::None;
  std::uint32_t restart_lines_ = 0;
  unsigned read_ = 0;  // a bit a component
};

}  // namespace slipring::codecs::jpeg_ls
