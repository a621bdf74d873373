#include "codecs/jpeg/jpeg_codec.h"

#include "codecs/agreement.h"
#include "codecs/fragments.h"
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
  Buffer copy;
  TRY_ASSIGN(const JpegHeader header, read_jpeg_header(head_of(fragments, copy)));
  TRY(supported(header));
  return describe(header);
}

Result<void> decode(DecodeJob& job, Scratch& scratch) {
  const pixel::Layout& layout = job.layout;
  TRY_ASSIGN(const std::uint64_t frame_bytes, layout.frame_bytes());
  EXPECTS(job.out.size() == frame_bytes);
  const Bytes stream = joined(job.fragments, scratch, kJoinedSlot);
  TRY_ASSIGN(const JpegHeader header, read_jpeg_header(stream));
  TRY(supported(header));
  TRY(agree(describe(header), layout, job.quirks));
  if (layout.bits_allocated == 1)
    return fail(ErrorCode::OutOfRange, 0, "8-bit JPEG samples for 1-bit pixels", 1, 8);
  TRY_ASSIGN(const Survey seen, survey(stream));
  if (stream.size() - seen.end > 1) job.quirks.add(Quirk::TrailingBytes);
  Target target{job.out,
                {},
                layout.rows,
                layout.columns,
                layout.samples_per_pixel,
                layout.bytes_per_sample()};
  if (target.sample_bytes != 1)
    target.row = scratch.take(kRowSlot, std::size_t{layout.columns} * layout.samples_per_pixel);
  TRY(decode_stream(stream.first(seen.end), target, job.quirks));
  if (layout.is_signed) sign_extend(job.out, target.sample_bytes, header.precision_bits);
  return {};
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
