#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"

#include "codecs/agreement.h"
#include "codecs/fragments.h"
#include "codecs/jpeg2000/openjpeg/survey.h"

namespace slipring::codecs::jpeg2000 {

namespace {

constexpr std::size_t kJoinedSlot = 0;
constexpr std::uint32_t kSideMax = 0x7FFFFFFF;  // OpenJPEG's sizes are signed

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  return read_head(fragments, [](Bytes head) -> Result<CodestreamInfo> {
    TRY_ASSIGN(const Jpeg2000Stream stream, find_jpeg2000(head));
    TRY_ASSIGN(const Jpeg2000Header header, read_jpeg2000_header(stream.codestream));
    TRY(supported(header));
    return describe(header, stream.boxed);
  });
}

// The image that starts at 0, without so many of its resolutions (T.800 B-14).
CodestreamInfo reduced(CodestreamInfo info, unsigned by) {
  const auto side = [by](std::uint32_t length) {
    return static_cast<std::uint32_t>((std::uint64_t{length} + (std::uint64_t{1} << by) - 1) >> by);
  };
  info.rows = side(info.rows);
  info.columns = side(info.columns);
  return info;
}

Result<void> decode(DecodeJob& job, Scratch& scratch) {
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.out.size() == frame_bytes);
  const Bytes bytes = joined(job.fragments, scratch, kJoinedSlot);
  TRY_ASSIGN(const Jpeg2000Stream stream, find_jpeg2000(bytes));
  TRY_ASSIGN(const Jpeg2000Header header, read_jpeg2000_header(stream.codestream));
  TRY(supported(header));
  const CodestreamInfo info = reduced(describe(header, stream.boxed), job.reduce);
  TRY(agree(info, job.layout, job.quirks));
  TRY_ASSIGN(const Survey seen, survey(stream.codestream));
  if (stream.boxed) job.quirks.add(Quirk::BoxedCodestream);
  if (!seen.ends) job.quirks.add(Quirk::MissingEndMarker);
  if (!stream.boxed && bytes.size() - seen.end > 1) job.quirks.add(Quirk::TrailingBytes);
  return decode_codestream(stream.codestream.first(seen.end), info, job);
}

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  for (DecodeJob& job : jobs) job.status = decode(job, scratch);
}

std::string_view cannot_encode(const pixel::Layout& layout) {
  if (const auto bytes = layout.frame_bytes(); !bytes) return bytes.error().what;
  if (layout.bits_allocated != 8 && layout.bits_allocated != 16)
    return "JPEG 2000 is written for 8 or 16 bits allocated only";
  if (layout.samples_per_pixel != 1 && layout.samples_per_pixel != 3 &&
      layout.samples_per_pixel != 4)
    return "JPEG 2000 in DICOM has 1, 3 or 4 samples per pixel";
  if (layout.rows > kSideMax || layout.columns > kSideMax)
    return "JPEG 2000 images here have at most 2147483647 rows and columns";
  return {};
}

Result<void> encode(EncodeJob& job) {
  if (const std::string_view why = cannot_encode(job.layout); !why.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, why);
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  return encode_frame(job);
}

void encode_batch(std::span<EncodeJob> jobs, Scratch&) {
  for (EncodeJob& job : jobs) job.status = encode(job);
}

}  // namespace

const FormatRow& openjpeg_row() {
  static constexpr FormatRow row{pixel::Format::Jpeg2000,
                                 "jpeg2000",
                                 "ITU-T T.800",
                                 "OpenJPEG",
                                 probe,
                                 decode_batch,
                                 encode_batch,
                                 cannot_encode};
  return row;
}

}  // namespace slipring::codecs::jpeg2000
