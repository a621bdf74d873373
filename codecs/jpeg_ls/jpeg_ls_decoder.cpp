#include "codecs/jpeg_ls/jpeg_ls_decoder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "codecs/jpeg_ls/decode/bit_reader.h"
#include "codecs/jpeg_ls/decode/scan_decoder.h"

namespace slipring::codecs::jpeg_ls {

namespace {

using namespace jpeg_marker;

constexpr std::size_t kTableSlot = 1;
constexpr std::size_t kLinesSlot = 2;
constexpr std::uint8_t kApp8 = 0xE8;
constexpr std::uint8_t kSampleInterleave = 2;

template <class Sample>
void store_as(Line line, std::uint8_t* to, std::size_t stride) {
  for (std::size_t x = kLineMargin; x + 1 < line.size(); ++x, to += stride)
    store_le(to, static_cast<Sample>(line[x]));
}

void store(Line line, std::uint32_t sample_bytes, std::uint8_t* to, std::size_t stride) {
  switch (sample_bytes) {
    case 1:
      return store_as<std::uint8_t>(line, to, stride);
    case 2:
      return store_as<std::uint16_t>(line, to, stride);
    case 4:
      return store_as<std::uint32_t>(line, to, stride);
    default:
      return store_as<std::uint64_t>(line, to, stride);
  }
}

// Two lines of each component of a scan, which change places after every row.
struct Lines {
  std::array<Line, kScanComponentsMax> above;
  std::array<Line, kScanComponentsMax> now;
};

class Decoder {
 public:
  Decoder(Bytes stream, const Image& image, Thresholds thresholds, Scratch& scratch)
      : stream_(stream),
        image_(image),
        thresholds_(thresholds),
        scratch_(scratch),
        markers_(stream) {}

  Result<End> run() {
    const unsigned all = (1U << image_.header.components) - 1;
    while (decoded_ != all) {
      TRY_ASSIGN(const std::optional<JpegSegment> segment, markers_.next());
      if (!segment || segment->marker == kEoi)
        return fail(segment ? ErrorCode::Malformed : ErrorCode::Truncated, markers_.offset(),
                    "the image ends before its last component");
      TRY(read(*segment));
    }
    const std::uint64_t end = markers_.offset();
    const auto last = markers_.next();
    if (last && *last && (*last)->marker == kEoi) return End{markers_.offset(), true};
    return End{end, false};
  }

 private:
  Result<void> read(const JpegSegment& segment) {
    const Bytes p = segment.payload;
    if (segment.marker == kLse && !p.empty() && p[0] == 1) {
      TRY_ASSIGN(preset_, read_preset(p, segment.offset));
    } else if (segment.marker == kLse) {
      return fail(ErrorCode::Unsupported, segment.offset,
                  "JPEG-LS with mapping tables or extensions");
    } else if (segment.marker == kDri) {
      return read_restart_interval(segment);
    } else if (segment.marker == kApp8 && p.size() >= 5 && std::memcmp(p.data(), "mrfx", 4) == 0) {
      if (p[4] != 0)
        return fail(ErrorCode::Unsupported, segment.offset, "JPEG-LS with a colour transform");
    } else if (segment.marker == kSos) {
      return read_scan(segment);
    }
    return {};
  }

  // T.87 C.2.5: 2 to 4 bytes; lines.
  Result<void> read_restart_interval(const JpegSegment& segment) {
    if (segment.payload.size() < 2 || segment.payload.size() > 4)
      return fail(ErrorCode::Malformed, segment.offset,
                  "the restart interval (DRI) has a wrong length", 2, segment.payload.size());
    restart_lines_ = 0;
    for (const std::uint8_t byte : segment.payload) restart_lines_ = restart_lines_ << 8 | byte;
    return {};
  }

  Result<void> read_scan(const JpegSegment& segment) {
    TRY_ASSIGN(const JpegScan scan, read_jpeg_scan(segment));
    const std::uint8_t components = image_.header.components;
    if (scan.end > kSampleInterleave)
      return fail(ErrorCode::Malformed, segment.offset, "unknown JPEG-LS interleave mode",
                  kSampleInterleave, scan.end);
    if (scan.components > components || (scan.end == 0) != (scan.components == 1))
      return fail(ErrorCode::Malformed, segment.offset,
                  "the interleave mode does not suit the scan's components");
    std::array<std::size_t, kScanComponentsMax> which = {};
    for (std::size_t i = 0; i < scan.components; ++i) {
      std::size_t c = 0;
      while (c < components && (image_.header.component[c].id != scan.ids[i] || was_decoded(c)))
        ++c;
      if (c == components)
        return fail(ErrorCode::Malformed, segment.offset,
                    "a scan of a component that is not there");
      if (scan.tables[i] != 0)
        return fail(ErrorCode::Unsupported, segment.offset, "JPEG-LS with mapping tables");
      decoded_ |= 1U << c;
      which[i] = c;
    }
    if ((scan.approximation & 15) != 0)
      return fail(ErrorCode::Unsupported, segment.offset, "JPEG-LS with a point transform");
    TRY_ASSIGN(const Parameters parameters,
               make_parameters(image_.header.precision_bits, scan.start, preset_, thresholds_));
    return decode_scan(scan, parameters, which);
  }

  [[nodiscard]] bool was_decoded(std::size_t component) const {
    return (decoded_ >> component & 1U) != 0;
  }

  Lines make_lines(std::size_t components) {
    const std::size_t columns = std::size_t{image_.header.columns} + 2;
    const MutableBytes memory =
        scratch_.take(kLinesSlot, components * 2 * columns * sizeof(std::uint16_t));
    auto* samples = reinterpret_cast<std::uint16_t*>(memory.data());
    std::fill_n(samples, components * 2 * columns, std::uint16_t{0});
    Lines lines;
    for (std::size_t i = 0; i < components; ++i) {
      lines.above[i] = Line(samples + 2 * i * columns, columns);
      lines.now[i] = Line(samples + (2 * i + 1) * columns, columns);
    }
    return lines;
  }

  // The entropy-coded bytes up to the next marker, RSTn being one.
  Bytes take_segment() {
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

  Result<void> decode_scan(const JpegScan& scan, const Parameters& parameters,
                           std::span<const std::size_t> which) {
    const MutableBytes table = scratch_.take(kTableSlot, Model::table_bytes(parameters));
    ScanDecoder decoder(parameters, image_.header.columns, table);
    const std::uint32_t rows = image_.header.rows;
    const std::uint32_t interval = restart_lines_ == 0 ? rows : restart_lines_;
    for (std::uint32_t row = 0, restarts = 0; row < rows; ++restarts) {
      if (row != 0) {
        TRY(expect_restart_marker(static_cast<std::uint8_t>(kRst0 + (restarts - 1) % 8)));
        decoder.restart();
      }
      const std::uint32_t end = row + std::min(interval, rows - row);
      TRY(decode_interval(decoder, scan, which, row, end));
      row = end;
    }
    return {};
  }

  Result<void> expect_restart_marker(std::uint8_t expected) {
    TRY_ASSIGN(const std::optional<JpegSegment> segment, markers_.next());
    if (!segment || segment->marker != expected)
      return fail(segment ? ErrorCode::Malformed : ErrorCode::Truncated, markers_.offset(),
                  "a restart marker is missing", expected, segment ? segment->marker : 0U);
    return {};
  }

  Result<void> decode_interval(ScanDecoder& decoder, const JpegScan& scan,
                               std::span<const std::size_t> which, std::uint32_t begin,
                               std::uint32_t end) {
    const std::size_t components = scan.components;
    Lines lines = make_lines(components);
    const std::uint64_t start = markers_.offset();
    BitReader bits(take_segment());
    for (std::uint32_t row = begin; row < end; ++row) {
      if (scan.end == kSampleInterleave) {
        decoder.decode_samples(bits, std::span(lines.above).first(components),
                               std::span(lines.now).first(components));
      } else {
        for (std::size_t i = 0; i < components; ++i)
          decoder.decode_line(bits, i, lines.above[i], lines.now[i]);
      }
      if (bits.failed())
        return fail(
            markers_.offset() == stream_.size() ? ErrorCode::Truncated : ErrorCode::Malformed,
            start, "the JPEG-LS data ends early or holds an impossible code", end, row);
      for (std::size_t i = 0; i < components; ++i) put(row, which[i], lines.now[i]);
      std::swap(lines.above, lines.now);
    }
    if (!bits.ends_here())
      return fail(ErrorCode::Malformed, start, "a scan holds more data than its image");
    return {};
  }

  void put(std::uint32_t row, std::size_t component, Line line) const {
    const std::size_t stride = std::size_t{image_.header.components} * image_.sample_bytes;
    const std::size_t row_bytes = image_.header.columns * stride;
    store(line, image_.sample_bytes,
          image_.pixels.data() + row * row_bytes + component * image_.sample_bytes, stride);
  }

  Bytes stream_;
  const Image& image_;
  Thresholds thresholds_;
  Scratch& scratch_;
  JpegMarkers markers_;
  Preset preset_;
  std::uint32_t restart_lines_ = 0;
  unsigned decoded_ = 0;
};

}  // namespace

Result<End> decode_image(Bytes stream, const Image& image, Thresholds thresholds,
                         Scratch& scratch) {
  return Decoder(stream, image, thresholds, scratch).run();
}

}  // namespace slipring::codecs::jpeg_ls
