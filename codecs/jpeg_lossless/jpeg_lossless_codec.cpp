#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"

#include "codecs/fragments.h"
#include "codecs/jpeg_lossless/decode/decoder.h"
#include "codecs/jpeg_lossless/decode/scan.h"
#include "codecs/jpeg_lossless/encode/encoder.h"

namespace slipring::codecs::jpeg_lossless {

namespace {

// What a damaged stream's first headers still say: its decoder tells what is wrong.
Result<CodestreamInfo> describe_damaged(Bytes head, const Error& error) {
  const auto header = read_jpeg_header(head);
  if (error.code == ErrorCode::Unsupported || !header || header->sof != jpeg_marker::kSof3)
    return std::unexpected(error);
  CodestreamInfo info;
  info.kind = Codestream::JpegLossless;
  info.rows = header->rows;
  info.columns = header->columns;
  info.components = header->components;
  info.precision_bits = header->precision_bits;
  info.lossless = (header->scan.approximation & 15) == 0;
  info.predictor = header->scan.start;
  return info;
}

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  const auto described = read_head(fragments, [](Bytes head) -> Result<CodestreamInfo> {
    StreamReader reader(head);
    TRY(reader.open());
    return describe(reader);
  });
  if (described) return described;
  Buffer copy;
  const Bytes head = head_of(fragments, copy);
  const std::uint64_t total = total_bytes(fragments);
  // The number of lines may follow the first scan (T.81 B.2.5): then the head does not suffice.
  if (described.error().code != ErrorCode::Truncated || total == head.size())
    return describe_damaged(head, described.error());
  Buffer whole;
  whole.resize(total);
  copy_head(fragments, whole.mutable_bytes());
  StreamReader again(whole.bytes());
  if (const Result<void> retried = again.open(); !retried)
    return describe_damaged(whole.bytes(), retried.error());
  return describe(again);
}

void encode_batch(std::span<EncodeJob> jobs, Scratch& scratch) {
  for (EncodeJob& job : jobs) job.status = encode_frame(job, {}, scratch);
}

}  // namespace

CodestreamInfo describe(const StreamReader& reader) {
  CodestreamInfo info;
  info.kind = Codestream::JpegLossless;
  info.rows = reader.frame().rows;
  info.columns = reader.frame().columns;
  info.components = static_cast<std::uint16_t>(reader.frame().components);
  info.precision_bits = static_cast<std::uint8_t>(reader.frame().precision_bits);
  info.lossless = reader.scan().point_transform == 0;
  info.predictor = static_cast<std::uint8_t>(reader.scan().predictor);
  return info;
}

const FormatRow& jpeg_lossless_row() {
  static constexpr FormatRow row{
      .format = pixel::Format::JpegLossless,
      .name = "jpeg-lossless",
      .standard = "ITU-T T.81",
      .library = "own",
      .probe = probe,
      .decode_batch = decode_batch,
      .encode_batch = encode_batch,
      .cannot_encode = cannot_encode,
      .lockstep = kLanesMax,
      .compares = true,
  };
  return row;
}

}  // namespace slipring::codecs::jpeg_lossless
