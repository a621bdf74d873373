#include "codecs/jpeg/extended/extended_decoder.h"

#include <memory>

#include "codecs/jpeg/extended/blocks.h"
#include "codecs/jpeg/extended/plain_reader.h"
#include "codecs/jpeg/extended/renderer.h"

namespace slipring::codecs::jpeg::extended {

namespace {

using namespace jpeg_marker;

constexpr std::size_t kBitsSlot = kScratchSlots[0];
constexpr std::size_t kBlocksSlot = kScratchSlots[1];
constexpr std::size_t kEndsSlot = kScratchSlots[2];
constexpr std::size_t kSamplesSlot = kScratchSlots[3];

struct Plain {
  using Reader = PlainReader;
  using SequentialBlocks = Sequential<PlainReader>;
  static constexpr Transform kTransform = inverse_dct_scalar;
  static Reader open(Bytes stream, std::uint64_t offset, Scratch&) { return {stream, offset}; }
};

struct Quick {
  using Reader = QuickReader;
  using SequentialBlocks = QuickSequential;
  static constexpr Transform kTransform = inverse_dct;
  static Reader open(Bytes stream, std::uint64_t offset, Scratch& scratch) {
    const std::size_t size = Intervals::scratch_bytes(stream.size() - offset);
    return {stream, offset, scratch.take(kBitsSlot, size)};
  }
};

// All of a frame in one scan and nothing subsampled: rows are finished as they come.
bool can_stream(const Frame& frame, const Survey& seen) {
  return seen.scans == 1 && !frame.progressive && frame.same_sampling() &&
         seen.header.scan.components == frame.components;
}

// The survey has made sure that the stream has the bytes for so many blocks.
Grids make_grids(const Frame& frame, bool whole, Scratch& scratch) {
  std::size_t blocks = 1;  // a pair is transformed at a time
  for (std::uint32_t i = 0; i < frame.components; ++i) {
    const Component& c = frame.component[i];
    blocks += std::size_t{c.stored_columns} * (whole ? c.stored_rows : c.vertical);
  }
  const MutableBytes memory =
      scratch.take(kBlocksSlot, blocks * kBlockSamples * sizeof(std::int16_t));
  const MutableBytes ends = scratch.take(kEndsSlot, blocks);
  if (whole) {  // some blocks are built in several scans, and some of the last MCUs by none
    std::memset(memory.data(), 0, memory.size());
    std::memset(ends.data(), kBlockSamples - 1, ends.size());
  }
  Grids grids{};
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < frame.components; ++i) {
    const Component& c = frame.component[i];
    grids[i] = {reinterpret_cast<std::int16_t*>(memory.data()) + at * kBlockSamples,
                ends.data() + at, c.stored_columns, whole ? c.stored_rows : c.vertical};
    at += std::size_t{c.stored_columns} * grids[i].rows_kept;
  }
  return grids;
}

template <class Kind>
class Decoder {
 public:
  Decoder(Bytes stream, const Survey& seen, const Frame& frame, Renderer& renderer,
          const Grids& grids, Quirks& quirks, Scratch& scratch)
      : stream_(stream),
        frame_(frame),
        renderer_(renderer),
        grids_(grids),
        quirks_(quirks),
        scratch_(scratch),
        streams_(can_stream(frame, seen)) {
    for (auto& component : progress_) component.fill(kNotYet);
  }

  Result<void> run() {
    JpegMarkers markers(stream_);
    for (;;) {
      TRY_ASSIGN(const std::optional<JpegSegment> segment, markers.next());
      if (!segment || segment->marker == kEoi) break;
      TRY(read_tables(*segment, tables_));
      if (segment->marker != kSos) continue;
      TRY_ASSIGN(const Scan scan, read_scan(*segment, frame_));
      TRY_ASSIGN(const std::uint64_t behind, run_scan(scan, *segment, markers.offset()));
      markers.seek(behind);
    }
    if (markers.skipped() != 0) quirks_.add(Quirk::LibraryWarning);
    if (!streams_) renderer_.render_all();
    return {};
  }

 private:
  static constexpr std::int8_t kNotYet = -1;

  Result<std::uint64_t> run_scan(const Scan& scan, const JpegSegment& segment,
                                 std::uint64_t offset) {
    if (scan.odd_parameters) quirks_.add(Quirk::LibraryWarning);
    TRY(latch_steps(scan, segment));
    TRY(check_progress(scan, segment));
    TRY_ASSIGN(const ScanCodes codes, build_codes(scan, segment));
    auto reader = Kind::open(stream_, offset, scratch_);
    if (frame_.progressive) {
      Progressive blocks(reader, scan, codes, grids_);
      TRY(walk_scan(frame_, scan, tables_.restart_interval, reader, blocks, [](std::uint32_t) {}));
    } else {
      typename Kind::SequentialBlocks blocks(reader, scan, codes, grids_);
      TRY(walk_scan(frame_, scan, tables_.restart_interval, reader, blocks,
                    [this](std::uint32_t row) {
                      if (streams_) renderer_.render_row(row);
                    }));
    }
    if (reader.extraneous()) quirks_.add(Quirk::LibraryWarning);
    return reader.offset();
  }

  Result<void> latch_steps(const Scan& scan, const JpegSegment& segment) {
    for (std::uint32_t i = 0; i < scan.components; ++i) {
      const std::uint8_t which = scan.which[i];
      if (seen_[which]) continue;
      const std::uint8_t table = frame_.component[which].quantiser;
      if (!tables_.steps_present[table])
        return fail(ErrorCode::Malformed, segment.offset,
                    "a component's quantisation table was not sent", 0, table);
      renderer_.set_steps(which, tables_.steps[table]);
      seen_[which] = true;
    }
    return {};
  }

  // Each coefficient first without, then with one bit more at a time, DC before AC (T.81 G.1.1.1).
  Result<void> check_progress(const Scan& scan, const JpegSegment& segment) {
    if (!frame_.progressive) return {};
    for (std::uint32_t i = 0; i < scan.components; ++i) {
      auto& bits = progress_[scan.which[i]];
      bool good = scan.start == 0 || bits[0] != kNotYet;
      for (std::size_t k = scan.start; k <= scan.end; ++k) {
        good = good && (bits[k] == kNotYet ? scan.high == 0 : int{bits[k]} == int{scan.high});
        bits[k] = static_cast<std::int8_t>(scan.low);
      }
      if (!good)
        return fail(ErrorCode::Malformed, segment.offset,
                    "a progressive scan that does not follow the scans before it");
    }
    return {};
  }

  Result<ScanCodes> build_codes(const Scan& scan, const JpegSegment& segment) {
    ScanCodes codes;
    const bool dc = scan.start == 0 && scan.high == 0;
    const bool ac = scan.end != 0;
    for (std::uint32_t i = 0; i < scan.components; ++i) {
      if (dc) TRY(build(dc_[scan.dc[i]], tables_.dc[scan.dc[i]], Codes::Use::Dc, segment));
      if (ac) TRY(build(ac_[scan.ac[i]], tables_.ac[scan.ac[i]], Codes::Use::Ac, segment));
      codes.dc[i] = dc_[scan.dc[i]].get();
      codes.ac[i] = ac_[scan.ac[i]].get();
    }
    return codes;
  }
  Result<void> build(std::unique_ptr<Codes>& codes, const CodeLengths& lengths, Codes::Use use,
                     const JpegSegment& segment) {
    if (codes == nullptr) codes = std::make_unique<Codes>();
    if (const auto built = codes->build(lengths); !built) {
      Error error = built.error();
      error.offset = segment.offset;
      return std::unexpected(error);
    }
    frame_.progressive ? codes->build_short() : codes->build_quick(use);
    return {};
  }

  Bytes stream_;
  const Frame& frame_;
  Renderer& renderer_;
  const Grids& grids_;
  Quirks& quirks_;
  Scratch& scratch_;
  bool streams_;
  Tables tables_;
  std::array<bool, Frame::kComponentsMax> seen_ = {};
  std::array<std::array<std::int8_t, kBlockSamples>, Frame::kComponentsMax> progress_;
  std::array<std::unique_ptr<Codes>, kTablesMax> dc_;
  std::array<std::unique_ptr<Codes>, kTablesMax> ac_;
};

Result<Frame> find_frame(Bytes stream) {
  JpegMarkers markers(stream);
  for (;;) {
    TRY_ASSIGN(const std::optional<JpegSegment> segment, markers.next());
    if (!segment) return fail(ErrorCode::Truncated, markers.offset(), "no frame header (SOF)");
    if (is_start_of_frame(segment->marker)) return read_frame(*segment);
  }
}

kernels::SampleMove move_to(const pixel::Layout& layout) {
  return {.from_bytes = sizeof(std::uint16_t),
          .to_bytes = layout.bytes_per_sample(),
          .sign = layout.is_signed,
          .bits = kPrecisionBits};
}

template <class Kind>
Result<void> decode_as(Bytes stream, const Survey& seen, const pixel::Layout& layout,
                       MutableBytes out, Quirks& quirks, Scratch& scratch) {
  const std::uint32_t width = layout.bytes_per_sample();
  if (width != 2 && width != 4 && width != 8)
    return fail(ErrorCode::Unsupported, 0, "12-bit JPEG with these bits allocated", 16,
                layout.bits_allocated);
  TRY_ASSIGN(const Frame frame, find_frame(stream));
  EXPECTS(frame.rows == layout.rows && frame.columns == layout.columns);
  const bool whole = !can_stream(frame, seen);
  const kernels::RowEpilogue epilogue(move_to(layout), frame.components);
  const Grids grids = make_grids(frame, whole, scratch);
  const MutableBytes samples = scratch.take(kSamplesSlot, Renderer::scratch_bytes(frame, whole));
  const bool aligned = reinterpret_cast<std::uintptr_t>(out.data()) % sizeof(std::uint16_t) == 0;
  Renderer renderer(frame, grids, Kind::kTransform, epilogue, samples, out,
                    width == sizeof(std::uint16_t) && !layout.is_signed && aligned);
  TRY(Decoder<Kind>(stream, seen, frame, renderer, grids, quirks, scratch).run());
  if (!seen.ends) quirks.add(Quirk::MissingEndMarker);
  return {};
}

}  // namespace

Result<void> decode_twelve_bit(Bytes stream, const Survey& seen, const pixel::Layout& layout,
                               MutableBytes out, Quirks& quirks, Scratch& scratch) {
  const Quirks before = quirks;
  if (decode_as<Quick>(stream, seen, layout, out, quirks, scratch)) return {};
  quirks = before;
  return decode_as<Plain>(stream, seen, layout, out, quirks, scratch);
}

Result<void> decode_plainly(Bytes stream, const Survey& seen, const pixel::Layout& layout,
                            MutableBytes out, Quirks& quirks, Scratch& scratch) {
  return decode_as<Plain>(stream, seen, layout, out, quirks, scratch);
}

}  // namespace slipring::codecs::jpeg::extended
