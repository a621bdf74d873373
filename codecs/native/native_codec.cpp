#include "codecs/native/native_codec.h"

#include <algorithm>

#include "codecs/base/contract.h"

namespace slipring::codecs::native {
namespace {

std::uint64_t total_bytes(std::span<const Bytes> fragments) {
  std::uint64_t total = 0;
  for (const Bytes fragment : fragments) total += fragment.size();
  return total;
}

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  if (total_bytes(fragments) == 0)
    return fail(ErrorCode::Truncated, 0, "the frame's fragments are empty", 1, 0);
  CodestreamInfo info;
  info.kind = Codestream::Raw;
  info.lossless = true;
  return info;
}

// A fragment has one pad byte at most, to an even length (PS3.5 A.4); more is a quirk.
Result<void> decode(DecodeJob& job) {
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.out.size() == frame_bytes);
  std::uint8_t* to = job.out.data();
  std::uint64_t missing = frame_bytes;
  for (const Bytes fragment : job.fragments) {
    const std::uint64_t count = std::min<std::uint64_t>(fragment.size(), missing);
    to = std::copy_n(fragment.data(), count, to);
    missing -= count;
  }
  const std::uint64_t present = total_bytes(job.fragments);
  if (missing != 0)
    return fail(ErrorCode::Truncated, present,
                "the fragments hold fewer bytes than the frame needs", frame_bytes, present);
  if (present - frame_bytes > frame_bytes % 2) job.quirks.add(Quirk::TrailingBytes);
  return {};
}

Result<void> encode(EncodeJob& job) {
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  job.out->clear();
  job.out->append(job.pixels);
  return {};
}

void decode_batch(std::span<DecodeJob> jobs, Scratch&) {
  for (DecodeJob& job : jobs) job.status = decode(job);
}

void encode_batch(std::span<EncodeJob> jobs, Scratch&) {
  for (EncodeJob& job : jobs) job.status = encode(job);
}

std::string_view cannot_encode(const pixel::Layout&) { return ""; }

}  // namespace

const FormatRow& encapsulated_native_row() {
  static constexpr FormatRow row{
      .format = pixel::Format::EncapsulatedNative,
      .name = "native",
      .standard = "PS3.5 A.4.11",
      .library = "own",
      .probe = probe,
      .decode_batch = decode_batch,
      .encode_batch = encode_batch,
      .cannot_encode = cannot_encode,
  };
  return row;
}

}  // namespace slipring::codecs::native
