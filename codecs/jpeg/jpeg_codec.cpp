#include "codecs/jpeg/jpeg_codec.h"

#include "codecs/agreement.h"
#include "codecs/fragments.h"
#include "codecs/jpeg/extended/extended_decoder.h"
#include "codecs/jpeg/jpeg_decoder.h"
#include "codecs/jpeg/jpeg_survey.h"

namespace slipring::codecs::jpeg {

namespace {

constexpr std::size_t kJoinedSlot = 0;
constexpr std::size_t kRowSlot = 1;

Codestream kind_of(std::uint8_t sof) {
  if (sof == jpeg_marker::kSof0) return Codestream::JpegBaseline;
  if (sof == jpeg_marker::kSof1) return Codestream::JpegExtended;
  return Codestream::JpegProgressive;
}

CodestreamInfo describe(const JpegHeader& header) {
  CodestreamInfo info;
  info.kind = kind_of(header.sof);
  info.rows = header.rows;
  info.columns = header.columns;
  info.components = header.components;
  info.precision_bits = header.precision_bits;
  info.colour_transform = header.adobe && header.adobe_transform == 1;
  return info;
}

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  TRY_ASSIGN(const JpegHeader header, read_head(fragments, read_jpeg_header));
  TRY(supported(header));
  return describe(header);
}

// libjpeg-turbo's part.
Result<void> decode_8(Bytes stream, DecodeJob& job, Scratch& scratch) {
  const pixel::Layout& layout = job.layout;
  const std::uint32_t width = layout.bytes_per_sample();
  if (layout.bits_allocated == 1)
    return fail(ErrorCode::OutOfRange, 0, "8-bit JPEG samples for 1-bit pixels", 1, 8);
  if (width != 1 && width != 2 && width != 4 && width != 8)
    return fail(ErrorCode::Unsupported, 0, "JPEG with these bits allocated", 8,
                layout.bits_allocated);
  const kernels::SampleMove move{
      .from_bytes = 1, .to_bytes = width, .sign = layout.is_signed, .bits = 8};
  const kernels::RowEpilogue epilogue(move, layout.samples_per_pixel);
  Target target{job.out, {}, layout.rows, layout.columns, layout.samples_per_pixel, epilogue};
  if (width != 1 || layout.is_signed)
    target.row = scratch.take(kRowSlot, std::size_t{layout.columns} * layout.samples_per_pixel);
  return decode_stream(stream, target, job.quirks);
}

Result<void> decode(DecodeJob& job, Scratch& scratch) {
  const pixel::Layout& layout = job.layout;
  TRY_ASSIGN(const std::uint64_t frame_bytes, layout.frame_bytes());
  EXPECTS(job.out.size() == frame_bytes);
  const Bytes stream = joined(job.fragments, scratch, kJoinedSlot);
  TRY_ASSIGN(const JpegHeader header, read_jpeg_header(stream));
  TRY(supported(header));
  TRY(agree(describe(header), layout, job.quirks));
  TRY_ASSIGN(const Survey seen, survey(stream));
  if (stream.size() - seen.end > 1) job.quirks.add(Quirk::TrailingBytes);
  const Bytes image = stream.first(seen.end);
  if (header.precision_bits == 8) return decode_8(image, job, scratch);
  return extended::decode_twelve_bit(image, seen, layout, job.out, job.quirks, scratch);
}

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  for (DecodeJob& job : jobs) job.status = decode(job, scratch);
}

}  // namespace

const FormatRow& jpeg_row() {
  static constexpr FormatRow row{pixel::Format::Jpeg, "jpeg",  "ITU-T T.81", "libjpeg-turbo", probe,
                                 decode_batch,        nullptr, nullptr};
  return row;
}

}  // namespace slipring::codecs::jpeg
