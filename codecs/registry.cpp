#include "codecs/registry.h"

#include <array>

#include "codecs/deflate/deflate_codec.h"
#include "codecs/fragments.h"
#include "codecs/htj2k/htj2k_codec.h"
#include "codecs/jpeg/jpeg_codec.h"
#include "codecs/jpeg2000/jpeg2000_codec.h"
#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/native/native_codec.h"
#include "codecs/rle/rle_codec.h"

namespace slipring::codecs {

namespace {

Result<CodestreamInfo> probe_jpeg_xl(std::span<const Bytes> fragments) {
  if (identify(fragments) != Codestream::JpegXl)
    return fail(ErrorCode::Malformed, 0, "not a JPEG XL stream");
  CodestreamInfo info;
  info.kind = Codestream::JpegXl;
  return info;
}

constexpr FormatRow kJpegXl{pixel::Format::JpegXl, "jpeg-xl", "ISO/IEC 18181", "none",
                            probe_jpeg_xl,         nullptr,   nullptr,         nullptr};

// What ours does not read (HT blocks among those of Part 1), OpenJPEG may.
void decode_htj2k(std::span<DecodeJob> jobs, Scratch& scratch) {
  htj2k::htj2k_row().decode_batch(jobs, scratch);
  for (DecodeJob& job : jobs) {
    if (job.status || job.status.error().code != ErrorCode::Unsupported || job.reduce != 0)
      continue;
    job.quirks = {};
    jpeg2000::jpeg2000_row().decode_batch({&job, 1}, scratch);
  }
}

FormatRow htj2k_row() {
  FormatRow row = htj2k::htj2k_row();
  row.decode_batch = decode_htj2k;
  return row;
}

}  // namespace

std::span<const FormatRow> formats() {
  static const std::array kRows = {
      native::encapsulated_native_row(),
      rle::rle_row(),
      deflate::deflated_frame_row(),
      jpeg::jpeg_row(),
      jpeg_lossless::jpeg_lossless_row(),
      jpeg_ls::jpeg_ls_row(),
      jpeg2000::jpeg2000_row(),
      htj2k_row(),
      kJpegXl,
  };
  return kRows;
}

const FormatRow* find(pixel::Format format) {
  for (const FormatRow& row : formats())
    if (row.format == format) return &row;
  return nullptr;
}

}  // namespace slipring::codecs
