#include "codecs/tiles/frame_job.h"

#include <algorithm>

#include "codecs/agreement.h"
#include "codecs/fragments.h"
#include "codecs/jpeg2000_markers.h"
#include "codecs/tiles/frame_decoder.h"

namespace slipring::codecs::tiles {

namespace {

constexpr std::size_t kJoinedSlot = 0;
constexpr std::size_t kUnpackedSlot = 1;  // a 1-bit frame, a byte a sample
constexpr std::size_t kComparedSlot = 2;  // a frame that is no frame before its last sample is made

// PS3.5 8.1.1: the first pixel in the lowest bit.
Result<void> pack_bits(Bytes samples, MutableBytes out) {
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i] > 1)
      return fail(ErrorCode::OutOfRange, kNoOffset, "a sample of a 1-bit image is neither 0 nor 1",
                  1, samples[i]);
    out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | (samples[i] << (i % 8)));
  }
  return {};
}

Result<void> decode_bits(DecodeJob& job, const CodestreamInfo& info, FrameDecoder& decoder,
                         Scratch& scratch) {
  if (info.precision_bits != 1) job.quirks.add(Quirk::OneBitUnpacked);
  const MutableBytes samples = scratch.take(kUnpackedSlot, job.layout.samples_per_frame());
  TRY(decoder.decode(job.reduce, 1, scratch.crew(), samples, job.quirks));
  return pack_bits(samples, job.out);
}

Result<void> decode_samples(DecodeJob& job, const CodestreamInfo& info, FrameDecoder& decoder,
                            Scratch& scratch) {
  const pixel::Layout& layout = job.layout;
  if (layout.bits_allocated == 1) return decode_bits(job, info, decoder, scratch);
  if (layout.bits_allocated != 8 && layout.bits_allocated != 16 && layout.bits_allocated != 32)
    return fail(ErrorCode::Unsupported, kNoOffset, "JPEG 2000 with these bits allocated", 32,
                layout.bits_allocated);
  const std::uint32_t bytes = layout.bytes_per_sample();
  TRY(decoder.decode(job.reduce, bytes, scratch.crew(), job.out, job.quirks));
  // Two's complement in an unsigned codestream: the sign bit is the precision's highest.
  if (layout.is_signed && !info.is_signed) sign_extend(job.out, bytes, info.precision_bits);
  return {};
}

// Where the codestream's samples are those of the frame each is compared as it is made.
Result<void> compare_samples(DecodeJob& job, const CodestreamInfo& info, FrameDecoder& decoder,
                             Scratch& scratch) {
  const pixel::Layout& layout = job.layout;
  const bool by_bytes =
      layout.bits_allocated == 8 || layout.bits_allocated == 16 || layout.bits_allocated == 32;
  if (by_bytes && layout.is_signed == info.is_signed)
    return decoder.compare(layout.bytes_per_sample(), scratch.crew(), job.expected, job.quirks);
  DecodeJob whole = job;
  whole.out = scratch.take(kComparedSlot, job.expected.size());
  TRY(decode_samples(whole, info, decoder, scratch));
  job.quirks = whole.quirks;
  if (std::ranges::equal(whole.out, job.expected)) return {};
  return fail(ErrorCode::Mismatch, kNoOffset, "a sample is not what was expected");
}

}  // namespace

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  return read_head(fragments, [](Bytes head) -> Result<CodestreamInfo> {
    TRY_ASSIGN(const Jpeg2000Stream stream, find_jpeg2000(head));
    TRY_ASSIGN(const Jpeg2000Header header, read_jpeg2000_header(stream.codestream));
    return describe(header, stream.boxed);
  });
}

Result<void> decode(DecodeJob& job, Scratch& scratch, const BlockDecoders& decoders) {
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  const bool is_compared = !job.expected.empty();
  EXPECTS((is_compared ? job.expected.size() : job.out.size()) == frame_bytes);
  EXPECTS(!is_compared || (job.out.empty() && job.reduce == 0));
  const Bytes bytes = joined(job.fragments, scratch, kJoinedSlot);
  TRY_ASSIGN(const Jpeg2000Stream stream, find_jpeg2000(bytes));
  TRY_ASSIGN(const Jpeg2000Header header, read_jpeg2000_header(stream.codestream));
  auto& decoder = scratch.kept<FrameDecoder>();
  TRY(decoder.open(stream.codestream, decoders));
  CodestreamInfo info = describe(header, stream.boxed);
  info.rows = decoder.rows(job.reduce);
  info.columns = decoder.columns(job.reduce);
  TRY(agree(info, job.layout, job.quirks));
  if (is_compared)
    TRY(compare_samples(job, info, decoder, scratch));
  else
    TRY(decode_samples(job, info, decoder, scratch));
  if (stream.boxed) {
    job.quirks.add(Quirk::BoxedCodestream);
    job.quirks.remove(Quirk::TrailingBytes);  // other boxes may follow
  }
  return {};
}

}  // namespace slipring::codecs::tiles
