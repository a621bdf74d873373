#include "codecs/deflate/deflate_codec.h"

#include "codecs/deflate/deflate.h"
#include "codecs/fragments.h"

namespace slipring::codecs::deflate {

namespace {

constexpr std::size_t kJoinedSlot = 0;

Result<CodestreamInfo> probe(std::span<const Bytes> fragments) {
  Buffer copy;
  const Bytes head = head_of(fragments, copy);
  if (head.empty()) return fail(ErrorCode::Truncated, 0, "the frame has no bytes");
  if (!looks_like_zlib(head) && (head[0] & 6) == 6)  // RFC 1951 3.2.3: block type 3 is reserved
    return fail(ErrorCode::Malformed, 0, "no deflate block starts like this");
  CodestreamInfo info;
  info.kind = Codestream::Deflate;
  info.lossless = true;
  return info;
}

Result<void> decode(DecodeJob& job, Scratch& scratch) {
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.out.size() == frame_bytes);
  const Bytes input = joined(job.fragments, scratch, kJoinedSlot);
  const bool zlib = looks_like_zlib(input);
  TRY_ASSIGN(const Inflated inflated,
             zlib ? inflate_zlib_exact(input, job.out) : inflate_raw_exact(input, job.out));
  if (zlib) job.quirks.add(Quirk::ZlibWrapped);
  if (input.size() - inflated.consumed_bytes > 1) job.quirks.add(Quirk::TrailingBytes);
  return {};
}

Result<void> encode(EncodeJob& job) {
  TRY_ASSIGN(const std::uint64_t frame_bytes, job.layout.frame_bytes());
  EXPECTS(job.pixels.size() == frame_bytes && job.out != nullptr);
  return deflate_raw(job.pixels, kDefaultLevel, *job.out);
}

void decode_batch(std::span<DecodeJob> jobs, Scratch& scratch) {
  for (DecodeJob& job : jobs) job.status = decode(job, scratch);
}

void encode_batch(std::span<EncodeJob> jobs, Scratch&) {
  for (EncodeJob& job : jobs) job.status = encode(job);
}

std::string_view cannot_encode(const pixel::Layout& layout) {
  const auto bytes = layout.frame_bytes();
  return bytes ? std::string_view{} : bytes.error().what;
}

}  // namespace

const FormatRow& deflated_frame_row() {
  static constexpr FormatRow row{pixel::Format::DeflatedFrame,
                                 "deflated-frame",
                                 "RFC 1951",
                                 "libdeflate",
                                 probe,
                                 decode_batch,
                                 encode_batch,
                                 cannot_encode};
  return row;
}

}  // namespace slipring::codecs::deflate
