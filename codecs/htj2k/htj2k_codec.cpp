#include "codecs/htj2k/htj2k_codec.h"

#include <algorithm>
#include <cmath>

#include "codecs/agreement.h"
#include "codecs/htj2k/decode/ht_blocks.h"
#include "codecs/htj2k/encode/frame_encoder.h"
#include "codecs/tiles/frame_job.h"

namespace slipring::codecs::htj2k {

namespace {

constexpr std::size_t kUnpackedSlot = 1;  // a 1-bit frame, a byte a sample
constexpr std::uint16_t kComponentsMax = 4;
constexpr std::uint32_t kBitsMax = 25;  // Mb of HH is 4 more at most, and 30 what a block codes

// ---------------------------------------------------------------- decoding

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  tiles::BlockDecoders decoders;
  decoders.ht = &scratch.kept<HtBlocks>();
  for (DecodeJob& job : jobs) job.status = tiles::decode(job, scratch, decoders);
}

// ---------------------------------------------------------------- encoding

std::string_view cannot_encode(const pixel::Layout& layout) {
  if (const auto bytes = layout.frame_bytes(); !bytes) return bytes.error().what;
  const std::uint16_t bits = layout.bits_allocated;
  if (bits != 1 && bits != 8 && bits != 16 && bits != 32)
    return "HTJ2K is written for 1, 8, 16 or 32 bits allocated only";
  if (layout.bits_stored > kBitsMax) return "HTJ2K is written for at most 25 bits stored";
  if (layout.samples_per_pixel > kComponentsMax)
    return "HTJ2K in DICOM has at most 4 samples per pixel";
  return {};
}

// The largest step, to a few percent, whose codestream is not above `target_bytes`; or the coarsest
// there is.
Result<void> encode_to_ratio(const EncodeJob& job, std::uint32_t precision_bits,
                             FrameEncoder& encoder, Crew* crew) {
  constexpr int kRounds = 10;
  const double target = static_cast<double>(job.pixels.size()) / job.parameters.ratio;
  double finest = -24;  // as powers of two
  double coarsest = 0;
  for (int round = 0; round < kRounds; ++round) {
    const double middle = (finest + coarsest) / 2;
    TRY(encoder.encode(job, precision_bits, std::exp2(middle), crew));
    (static_cast<double>(job.out->size()) > target ? finest : coarsest) = middle;
  }
  return encoder.encode(job, precision_bits, std::exp2(coarsest), crew);
}

// The quantizer step is relative to the range of Bits Stored, the encoder's to that of the
// precision.
Result<void> encode_with(const EncodeJob& job, std::uint32_t precision_bits, FrameEncoder& encoder,
                         Crew* crew) {
  if (job.parameters.ratio != 0) return encode_to_ratio(job, precision_bits, encoder, crew);
  const int wider = static_cast<int>(precision_bits) - job.layout.bits_stored;
  return encoder.encode(job, precision_bits, std::ldexp(job.parameters.step, -wider), crew);
}

// A byte a sample, of which one bit is stored.
EncodeJob unpacked(const EncodeJob& job, Scratch& scratch) {
  const MutableBytes samples = scratch.take(kUnpackedSlot, job.layout.samples_per_frame());
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = (job.pixels[i / 8] >> (i % 8)) & 1U;
  EncodeJob wide = job;
  wide.pixels = samples;
  wide.layout.bits_allocated = 8;
  wide.layout.bits_stored = 1;
  wide.layout.high_bit = 0;
  wide.layout.is_signed = false;
  return wide;
}

Result<void> encode(EncodeJob& job, Scratch& scratch) {
  if (const std::string_view why = cannot_encode(job.layout); !why.empty())
    return fail(ErrorCode::Unsupported, kNoOffset, why);
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  auto& encoder = scratch.kept<FrameEncoder>();
  Crew* crew = scratch.crew();
  if (job.layout.bits_allocated == 1) return encode_with(unpacked(job, scratch), 1, encoder, crew);
  const std::uint32_t widest = std::min<std::uint32_t>(job.layout.bits_allocated, kBitsMax);
  const std::uint32_t precision = std::min(precision_to_write(job.layout), widest);
  const auto beyond = [](const Result<void>& done) {
    return !done && done.error().code == ErrorCode::OutOfRange;
  };
  const Result<void> done = encode_with(job, precision, encoder, crew);
  if (!beyond(done)) return done;
  if (job.parameters.ratio != 0 || job.parameters.step != 0)
    return fail(ErrorCode::Unsupported, kNoOffset,
                "samples beyond Bits Stored are not compressed with loss");
  const Result<void> wide = precision == widest ? done : encode_with(job, widest, encoder, crew);
  if (!beyond(wide)) return wide;
  return fail(ErrorCode::Unsupported, kNoOffset,
              "a sample has bits beyond the 25 that HTJ2K is written for");
}

void encode_batch(std::span<EncodeJob> jobs, Scratch& scratch) {
  for (EncodeJob& job : jobs) job.status = encode(job, scratch);
}

}  // namespace

const FormatRow& htj2k_row() {
  static constexpr FormatRow row{
      .format = pixel::Format::Htj2k,
      .name = "htj2k",
      .standard = "ITU-T T.814",
      .library = "own",
      .probe = tiles::probe,
      .decode_batch = decode_batch,
      .encode_batch = encode_batch,
      .cannot_encode = cannot_encode,
      .compares = true,
  };
  return row;
}

}  // namespace slipring::codecs::htj2k
