#include "codecs/registry.h"

#include <array>

#include "codecs/deflate/deflate_codec.h"
#include "codecs/fragments.h"
#include "codecs/jpeg/jpeg_codec.h"
#include "codecs/jpeg2000/jpeg2000_codec.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/jpeg_markers.h"
#include "codecs/native/native_codec.h"
#include "codecs/rle/rle_codec.h"

namespace slipring::codecs {

namespace {

// T.81 B.2.2, B.2.3: enough to name a stream that this build passes through untouched.
Result<CodestreamInfo> probe_jpeg_lossless(std::span<const Bytes> fragments) {
  Buffer copy;
  TRY_ASSIGN(const JpegHeader header, read_jpeg_header(head_of(fragments, copy)));
  if (header.sof != jpeg_marker::kSof3)
    return fail(ErrorCode::Unsupported, 0, "not a lossless JPEG (SOF3)", jpeg_marker::kSof3,
                header.sof);
  CodestreamInfo info;
  info.kind = Codestream::JpegLossless;
  info.rows = header.rows;
  info.columns = header.columns;
  info.components = header.components;
  info.precision_bits = header.precision_bits;
  info.lossless = (header.scan.approximation & 15) == 0;  // no point transform
  info.predictor = header.scan.start;
  return info;
}

Result<CodestreamInfo> probe_jpeg_xl(std::span<const Bytes> fragments) {
  if (identify(fragments) != Codestream::JpegXl)
    return fail(ErrorCode::Malformed, 0, "not a JPEG XL stream");
  CodestreamInfo info;
  info.kind = Codestream::JpegXl;
  return info;
}

constexpr FormatRow kJpegLossless{
    pixel::Format::JpegLossless, "jpeg-lossless", "ITU-T T.81", "none",
    probe_jpeg_lossless,         nullptr,         nullptr,      nullptr};
constexpr FormatRow kJpegXl{pixel::Format::JpegXl, "jpeg-xl", "ISO/IEC 18181", "none",
                            probe_jpeg_xl,         nullptr,   nullptr,         nullptr};

}  // namespace

std::span<const FormatRow> formats() {
  static const std::array kRows = {
      native::encapsulated_native_row(),
      rle::rle_row(),
      deflate::deflated_frame_row(),
      jpeg::jpeg_row(),
      kJpegLossless,
      jpeg_ls::jpeg_ls_row(),
      jpeg2000::jpeg2000_row(),
      jpeg2000::htj2k_row(),
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
