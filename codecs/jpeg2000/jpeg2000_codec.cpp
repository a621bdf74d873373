#include "codecs/jpeg2000/jpeg2000_codec.h"

#include "codecs/jpeg2000/decode/part1_blocks.h"
#include "codecs/jpeg2000/openjpeg/openjpeg_codec.h"
#include "codecs/tiles/frame_job.h"

namespace slipring::codecs::jpeg2000 {

namespace {

bool may_help(const Error& error, std::span<const Bytes> fragments) {
  if (error.code == ErrorCode::Unsupported) return true;
  if (error.code != ErrorCode::Malformed) return false;
  const auto info = tiles::probe(fragments);
  return info && info->kind == Codestream::Jpeg2000;
}

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  tiles::BlockDecoders decoders;
  decoders.part1 = &scratch.kept<Part1Blocks>();
  for (DecodeJob& job : jobs) {
    const Quirks before = job.quirks;
    job.status = tiles::decode(job, scratch, decoders);
    if (!job.status) ask_openjpeg(job, before, scratch);
  }
}

FormatRow make_row() {
  FormatRow row = openjpeg_row();
  row.library = "own, OpenJPEG";
  row.decode_batch = decode_batch;
  return row;
}

}  // namespace

void ask_openjpeg(DecodeJob& job, Quirks before, Scratch& scratch) {
  const Result<void> ours = job.status;
  if (ours || !job.expected.empty() || !may_help(ours.error(), job.fragments)) return;
  job.quirks = before;
  openjpeg_row().decode_batch({&job, 1}, scratch);
  if (!job.status && ours.error().code != ErrorCode::Unsupported) job.status = ours;
}

const FormatRow& jpeg2000_row() {
  static const FormatRow row = make_row();
  return row;
}

}  // namespace slipring::codecs::jpeg2000
