#include "codecs/jpeg_ls/jpeg_ls_codec.h"

#include "codecs/agreement.h"
#include "codecs/fragments.h"
#include "codecs/jpeg_ls/encode/image_encoder.h"
#include "codecs/jpeg_ls/jpeg_ls_decoder.h"

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::size_t kJoinedSlot = 0;
constexpr std::uint32_t kSideMax = 65535;  // T.87 C.2.2: X and Y have 16 bits without LSE type 4

Result<CodestreamInfo> describe(const JpegHeader& header) {
  if (header.sof != jpeg_marker::kSof55)
    return fail(ErrorCode::Unsupported, 0, "not a JPEG-LS stream (SOF55)", jpeg_marker::kSof55,
                header.sof);
  if (header.mapping_tables) return fail(ErrorCode::Unsupported, 0, "JPEG-LS with mapping tables");
  if (header.oversize || header.rows == 0 || header.columns == 0)
    return fail(ErrorCode::Unsupported, 0, "JPEG-LS whose size is not in its frame header");
  if (header.components == 0 || header.components > JpegHeader::kComponentsKept)
    return fail(ErrorCode::Unsupported, 0, "JPEG-LS with more than 4 components",
                JpegHeader::kComponentsKept, header.components);
  if (header.precision_bits < 2 || header.precision_bits > 16)
    return fail(ErrorCode::Malformed, 0, "JPEG-LS precision is not 2 to 16 bits", 16,
                header.precision_bits);
  for (std::size_t i = 0; i < header.components; ++i)
    if (header.component[i].horizontal != 1 || header.component[i].vertical != 1)
      return fail(ErrorCode::Unsupported, 0, "JPEG-LS with subsampled components");
  for (std::size_t i = 0; i < header.scan.components; ++i)
    if (header.scan.tables[i] != 0)
      return fail(ErrorCode::Unsupported, 0, "JPEG-LS with mapping tables");
  if (header.scan.end > 2)
    return fail(ErrorCode::Malformed, header.scan_offset, "unknown JPEG-LS interleave mode", 2,
                header.scan.end);
  if (header.scan.components != (header.scan.end == 0 ? 1 : header.components))
    return fail(ErrorCode::Unsupported, 0, "JPEG-LS with some components interleaved");
  CodestreamInfo info;
  info.kind = Codestream::JpegLs;
  info.rows = header.rows;
  info.columns = header.columns;
  info.components = header.components;
  info.precision_bits = header.precision_bits;
  info.near = header.scan.start;
  info.lossless = info.near == 0;
  return info;
}

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  Buffer copy;
  TRY_ASSIGN(const JpegHeader header, read_jpeg_header(head_of(fragments, copy)));
  return describe(header);
}

// Above 12 bits some Java writers use thresholds of their own and do not say so. By the book their
// streams make no sense sooner or later; then, and only then, they are tried.
Result<End> decode_either_way(Bytes stream, const Image& image, DecodeJob& job, Scratch& scratch) {
  const auto by_the_book = decode_image(stream, image, Thresholds::Standard, scratch);
  const bool may_differ = image.header.precision_bits > 12 && !image.header.preset_parameters;
  if (by_the_book || !may_differ || by_the_book.error().code != ErrorCode::Malformed)
    return by_the_book;
  const auto otherwise = decode_image(stream, image, Thresholds::Unclamped, scratch);
  if (!otherwise) return by_the_book;
  job.quirks.add(Quirk::LibraryWarning);
  return otherwise;
}

Result<void> decode(DecodeJob& job, Scratch& scratch) {
  const pixel::Layout& layout = job.layout;
  TRY_ASSIGN(const std::uint64_t frame_bytes, layout.frame_bytes());
  EXPECTS(job.out.size() == frame_bytes);
  const Bytes stream = joined(job.fragments, scratch, kJoinedSlot);
  TRY_ASSIGN(const JpegHeader header, read_jpeg_header(stream));
  TRY_ASSIGN(const CodestreamInfo info, describe(header));
  TRY(agree(info, layout, job.quirks));
  if (layout.bits_allocated == 1)
    return fail(ErrorCode::OutOfRange, 0, "JPEG-LS samples for 1-bit pixels", 1,
                header.precision_bits);
  const Image image{header, layout.bytes_per_sample(), job.out};
  TRY_ASSIGN(const End end, decode_either_way(stream, image, job, scratch));
  if (!end.marked) job.quirks.add(Quirk::MissingEndMarker);
  if (stream.size() - end.offset > 1) job.quirks.add(Quirk::TrailingBytes);
  if (layout.is_signed) sign_extend(job.out, layout.bytes_per_sample(), header.precision_bits);
  return {};
}

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  for (DecodeJob& job : jobs) job.status = decode(job, scratch);
}

std::string_view cannot_encode(const pixel::Layout& layout) {
  if (const auto bytes = layout.frame_bytes(); !bytes) return bytes.error().what;
  if (layout.bits_allocated != 8 && layout.bits_allocated != 16)
    return "JPEG-LS holds samples of 2 to 16 bits: bits allocated must be 8 or 16";
  if (layout.samples_per_pixel != 1 && layout.samples_per_pixel != 3 &&
      layout.samples_per_pixel != 4)
    return "JPEG-LS in DICOM has 1, 3 or 4 samples per pixel";
  if (layout.rows > kSideMax || layout.columns > kSideMax)
    return "JPEG-LS images have at most 65535 rows and columns";
  return {};
}

Result<void> encode(EncodeJob& job, Scratch& scratch) {
  if (const std::string_view why = cannot_encode(job.layout); !why.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, why);
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  return encode_image(job, scratch);
}

void encode_batch(std::span<EncodeJob> jobs, Scratch& scratch) {
  for (EncodeJob& job : jobs) job.status = encode(job, scratch);
}

}  // namespace

const FormatRow& jpeg_ls_row() {
  static constexpr FormatRow row{pixel::Format::JpegLs, "jpeg-ls",    "ITU-T T.87", "own", probe,
                                 decode_batch,          encode_batch, cannot_encode};
  return row;
}

}  // namespace slipring::codecs::jpeg_ls
