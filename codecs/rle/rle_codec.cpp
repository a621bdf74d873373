#include "codecs/rle/rle_codec.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "codecs/base/contract.h"
#include "codecs/rle/rle_decoder.h"
#include "codecs/rle/rle_encoder.h"
#include "codecs/rle/rle_header.h"

namespace slipring::codecs::rle {
namespace {

inline constexpr std::uint64_t kRowBytesMax = 65536;  // longer "rows" are packed in pieces

// Scratch slots: the encoder uses 1 to 3.
inline constexpr std::size_t kGatherSlot = 0;
inline constexpr std::size_t kUnpackedSlot = 1;

// Segment k holds byte position[k] of each pixel: sample by sample, most significant byte first
// (PS3.5 G.2), of pixels that are little endian in memory.
struct PlaneOrder {
  std::array<std::uint8_t, kSegmentsMax> position{};
  std::uint32_t count = 0;

  [[nodiscard]] std::span<const std::uint8_t> positions() const {
    return std::span(position).first(count);
  }
};

std::string_view unsupported_layout(const pixel::Layout& layout) {
  if (layout.bits_allocated == 1)
    return layout.samples_per_pixel == 1 ? "" : "RLE of 1-bit pixels with several samples";
  if (std::uint64_t{layout.samples_per_pixel} * layout.bytes_per_sample() > kSegmentsMax)
    return "RLE has room for 15 byte planes; samples per pixel times bytes per sample is more";
  return "";
}

// Only of layouts that unsupported_layout() has nothing against.
PlaneOrder plane_order(const pixel::Layout& layout) {
  PlaneOrder order;
  const std::uint32_t bytes = std::max(1U, layout.bytes_per_sample());
  for (std::uint32_t sample = 0; sample < layout.samples_per_pixel; ++sample)
    for (std::uint32_t byte = bytes; byte-- > 0;)
      order.position[order.count++] = static_cast<std::uint8_t>(sample * bytes + byte);
  return order;
}

std::uint64_t total_bytes(std::span<const Bytes> fragments) {
  std::uint64_t total = 0;
  for (const Bytes fragment : fragments) total += fragment.size();
  return total;
}

// The frame in one piece: as it lies when one fragment has all of it.
Bytes gather(std::span<const Bytes> fragments, Scratch& scratch) {
  const std::uint64_t total = total_bytes(fragments);
  for (const Bytes fragment : fragments)
    if (fragment.size() == total) return fragment;
  const MutableBytes whole = scratch.take(kGatherSlot, total);
  std::uint8_t* to = whole.data();
  for (const Bytes fragment : fragments) to = std::copy(fragment.begin(), fragment.end(), to);
  return whole;
}

// Reads the ends of the decoded segments: an error for a short plane, quirks for what was too much.
Result<void> judge(const Header& header, Bytes frame, std::span<const SegmentEnd> ends,
                   std::uint64_t plane_bytes, Quirks& quirks) {
  if (header.odd_offset) quirks.add(Quirk::OddSegmentOffset);
  for (std::uint32_t k = 0; k < header.segments; ++k) {
    const SegmentEnd& end = ends[k];
    const Bytes segment = header.segment(frame, k);
    if (end.produced < plane_bytes)
      return fail(ErrorCode::Truncated, header.offsets[k] + end.consumed,
                  "an RLE segment decodes to fewer bytes than its plane has", plane_bytes,
                  end.produced);
    const Bytes rest = segment.subspan(end.consumed);
    const bool last = k + 1 == header.segments;
    if (end.overran || (!last && rest.size() > 1 && decoded_bytes(rest, 1) != 0))
      quirks.add(Quirk::SegmentTooLong);
    if (last && rest.size() > 1) quirks.add(Quirk::TrailingBytes);
  }
  return {};
}

Result<void> expect_segments(const Header& header, std::uint32_t expected) {
  if (header.segments == expected) return {};
  return fail(ErrorCode::DimensionMismatch, 0,
              "the RLE segment count is not samples per pixel times bytes per sample", expected,
              header.segments);
}

Result<void> decode_planar(const Header& header, Bytes frame, DecodeJob& job) {
  const PlaneOrder order = plane_order(job.layout);
  EXPECTS(order.count != 0);
  TRY(expect_segments(header, order.count));
  std::array<Bytes, kSegmentsMax> segments;
  std::array<SegmentEnd, kSegmentsMax> ends;
  for (std::uint32_t k = 0; k < order.count; ++k) segments[k] = header.segment(frame, k);
  const std::uint64_t plane_bytes = job.out.size() / order.count;
  decode_planes(std::span(segments).first(order.count), order.positions(), plane_bytes,
                job.out.data(), std::span(ends).first(order.count));
  return judge(header, frame, ends, plane_bytes, job.quirks);
}

// A byte per pixel -> a bit per pixel, the first pixel lowest.
void pack_bits(Bytes pixels, MutableBytes out) {
  std::ranges::fill(out, std::uint8_t{0});
  for (std::size_t i = 0; i < pixels.size(); ++i)
    out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | (pixels[i] != 0 ? 1U << (i % 8) : 0U));
}

// Bits Allocated 1: writers pack eight pixels to a byte before RLE, or give each pixel a byte. What
// the segment decodes to tells them apart; one that gives a byte for every pixel is not packed.
Result<void> decode_one_bit(const Header& header, Bytes frame, DecodeJob& job, Scratch& scratch) {
  TRY(expect_segments(header, 1));
  const std::uint64_t pixels = job.layout.samples_per_frame();
  const Bytes segment = header.segment(frame, 0);
  const bool unpacked = pixels > job.out.size() && decoded_bytes(segment, pixels) == pixels;
  const MutableBytes plane = unpacked ? scratch.take(kUnpackedSlot, pixels) : job.out;
  SegmentEnd end;
  constexpr std::uint8_t position = 0;
  decode_planes({&segment, 1}, {&position, 1}, plane.size(), plane.data(), {&end, 1});
  TRY(judge(header, frame, {&end, 1}, plane.size(), job.quirks));
  if (unpacked) {
    pack_bits(plane, job.out);
    job.quirks.add(Quirk::OneBitUnpacked);
  }
  return {};
}

Result<void> decode(DecodeJob& job, Scratch& scratch) {
  if (const auto why = unsupported_layout(job.layout); !why.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, why);
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.out.size() == frame_bytes);
  const Bytes frame = gather(job.fragments, scratch);
  TRY_ASSIGN(const Header header, parse_header(frame, frame.size()));
  if (job.layout.bits_allocated == 1) return decode_one_bit(header, frame, job, scratch);
  return decode_planar(header, frame, job);
}

// The planes are packed side by side, each with room for its worst case, then moved together.
Result<void> encode(EncodeJob& job, Scratch& scratch) {
  if (const auto why = unsupported_layout(job.layout); !why.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, why);
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  const PlaneOrder order = plane_order(job.layout);
  const std::uint64_t plane_bytes = frame_bytes / order.count;
  // Packed rows that do not end on a byte boundary are one long row.
  const bool whole_rows = job.layout.bits_allocated != 1 || job.layout.columns % 8 == 0;
  const std::uint64_t row =
      whole_rows ? plane_bytes / job.layout.rows : std::min(plane_bytes, kRowBytesMax);
  const std::uint64_t row_bytes = std::min(row, kRowBytesMax);
  const std::uint64_t room = encoded_bytes_max(plane_bytes, row_bytes) + kEncodeSlack;
  job.out->clear();
  job.out->reserve(kHeaderBytes + room * order.count);
  job.out->resize(kHeaderBytes + room * order.count);
  std::array<SegmentOut, kSegmentsMax> segments;
  for (std::uint32_t k = 0; k < order.count; ++k)
    segments[k].to = job.out->data() + kHeaderBytes + k * room;
  encode_planes(job.pixels, order.positions(), row_bytes, std::span(segments).first(order.count),
                scratch);

  Header header;
  header.segments = order.count;
  std::uint64_t end = kHeaderBytes;
  for (std::uint32_t k = 0; k < order.count; ++k) {
    header.offsets[k] = static_cast<std::uint32_t>(end);
    std::uint8_t* to = job.out->data() + end;
    if (to != segments[k].to) std::memmove(to, segments[k].to, segments[k].size_bytes);
    end += segments[k].size_bytes;
    if (end % 2 != 0) job.out->data()[end++] = 0;  // PS3.5 G.4: even length
    if (end > UINT32_MAX)
      return fail(ErrorCode::LimitExceeded, kNoOffset, "the RLE frame outgrows its 32-bit offsets",
                  UINT32_MAX, end);
  }
  write_header(header, std::span<std::uint8_t, kHeaderBytes>(job.out->data(), kHeaderBytes));
  job.out->resize(end);
  return {};
}

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  std::array<std::uint8_t, kHeaderBytes> first{};
  std::size_t size = 0;
  for (const Bytes fragment : fragments) {
    const std::size_t count = std::min(fragment.size(), first.size() - size);
    std::copy_n(fragment.begin(), count, first.begin() + static_cast<std::ptrdiff_t>(size));
    size += count;
  }
  TRY(parse_header(std::span(first).first(size), total_bytes(fragments)));
  CodestreamInfo info;
  info.kind = Codestream::Rle;
  info.lossless = true;
  return info;
}

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  for (DecodeJob& job : jobs) job.status = decode(job, scratch);
}

void encode_batch(std::span<EncodeJob> jobs, Scratch& scratch) {
  for (EncodeJob& job : jobs) job.status = encode(job, scratch);
}

}  // namespace

const FormatRow& rle_row() {
  static constexpr FormatRow row{
      .format = pixel::Format::Rle,
      .name = "rle",
      .standard = "PS3.5 Annex G",
      .library = "own",
      .probe = probe,
      .decode_batch = decode_batch,
      .encode_batch = encode_batch,
      .cannot_encode = unsupported_layout,
  };
  return row;
}

}  // namespace slipring::codecs::rle
