#include "codecs/registry.h"

#include <array>

#include "codecs/deflate/deflate_codec.h"
#include "codecs/fragments.h"
#include "codecs/htj2k/decode/ht_blocks.h"
#include "codecs/htj2k/htj2k_codec.h"
#include "codecs/jpeg/jpeg_codec.h"
#include "codecs/jpeg2000/decode/part1_blocks.h"
#include "codecs/jpeg2000/jpeg2000_codec.h"
#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "codecs/native/native_codec.h"
#include "codecs/rle/rle_codec.h"
#include "codecs/tiles/frame_job.h"

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

// Codestreams of JPEG 2000 may hold blocks of both coders. What ours does not read OpenJPEG may.
void decode_jpeg2000(std::span<DecodeJob> jobs, Scratch& scratch) {
  const tiles::BlockDecoders decoders{.ht = &scratch.kept<htj2k::HtBlocks>(),
                                      .part1 = &scratch.kept<jpeg2000::Part1Blocks>()};
  for (DecodeJob& job : jobs) {
    const Quirks before = job.quirks;
    job.status = tiles::decode(job, scratch, decoders);
    if (!job.status) jpeg2000::ask_openjpeg(job, before, scratch);
  }
}

FormatRow of_both_coders(FormatRow row) {
  row.decode_batch = decode_jpeg2000;
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
      of_both_coders(jpeg2000::jpeg2000_row()),
      of_both_coders(htj2k::htj2k_row()),
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
