#include "codecs/jpeg_ls/jpeg_ls_codec.h"

#include "codecs/fragments.h"
#include "codecs/jpeg_ls/decode/decoder.h"
#include "codecs/jpeg_ls/encode/image_encoder.h"
#include "codecs/jpeg_ls/header.h"
#include "codecs/jpeg_ls/packed_context.h"

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::uint32_t kSideMax = 65535;  // T.87 C.2.2: X and Y have 16 bits without LSE type 4

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  TRY_ASSIGN(const Header header, read_head(fragments, read_header));
  return describe(header);
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

Result<void> check(const EncodeJob& job) {
  if (const std::string_view why = cannot_encode(job.layout); !why.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, why);
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  return {};
}

void encode_batch(std::span<EncodeJob> jobs, Scratch& scratch) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    jobs[i].status = check(jobs[i]);
    if (jobs[i].status) continue;
    encode_images(jobs.subspan(begin, i - begin), scratch);
    begin = i + 1;
  }
  encode_images(jobs.subspan(begin), scratch);
}

}  // namespace

const FormatRow& jpeg_ls_row() {
  static constexpr FormatRow row{
      .format = pixel::Format::JpegLs,
      .name = "jpeg-ls",
      .standard = "ITU-T T.87",
      .library = "own",
      .probe = probe,
      .decode_batch = decode_frames,
      .encode_batch = encode_batch,
      .cannot_encode = cannot_encode,
      .lockstep = kGroupFramesMax,
      .lockstep_encode = kGroupFramesMax,
  };
  return row;
}

}  // namespace slipring::codecs::jpeg_ls
