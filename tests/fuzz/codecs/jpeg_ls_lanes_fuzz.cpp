// Any stream: the fast decoder's answer is the reference's, alone and in lockstep with copies of
// itself, one that ends earlier and one that is changed within.
#include <cstdlib>
#include <vector>

#include "codecs/jpeg_ls/decode/decoder.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"

namespace {

using namespace slipring;

constexpr std::uint64_t kPixelsMax = std::uint64_t{1} << 18;

struct Answer {
  Result<void> status;
  codecs::Quirks quirks;
  std::vector<std::uint8_t> pixels;

  friend bool operator==(const Answer& a, const Answer& b) {
    if (a.status.has_value() != b.status.has_value()) return false;
    if (a.status) return a.quirks.bits == b.quirks.bits && a.pixels == b.pixels;
    const Error& x = a.status.error();
    const Error& y = b.status.error();
    return x.code == y.code && x.offset == y.offset && x.what == y.what && x.actual == y.actual;
  }
};

std::vector<Answer> answers(const std::vector<Bytes>& streams, const pixel::Layout& layout,
                            void (*decode)(std::span<codecs::DecodeJob>, Scratch&)) {
  std::vector<Answer> all(streams.size());
  std::vector<codecs::DecodeJob> jobs;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    all[i].pixels.resize(*layout.frame_bytes());
    jobs.push_back({.fragments = {&streams[i], 1}, .layout = layout, .out = all[i].pixels});
  }
  Scratch scratch;
  decode(jobs, scratch);
  for (std::size_t i = 0; i < streams.size(); ++i) {
    all[i].status = jobs[i].status;
    all[i].quirks = jobs[i].quirks;
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes stream(data, size);
  const auto info = codecs::jpeg_ls::jpeg_ls_row().probe({&stream, 1});
  if (!info || std::uint64_t{info->rows} * info->columns > kPixelsMax) return 0;
  pixel::Layout layout{info->rows, info->columns, info->components, 16, 16, 15, false};
  if (info->precision_bits <= 8) layout.bits_allocated = 8;
  layout.bits_stored = info->precision_bits;
  layout.is_signed = size % 2 == 1;
  if (!layout.frame_bytes()) return 0;
  std::vector<std::uint8_t> changed(stream.begin(), stream.end());
  changed[size - 1 - size / 3] ^= 0x24;
  const std::vector<Bytes> streams = {stream, stream.first(size - size / 8), stream, changed,
                                      stream};
  const auto plain = answers(streams, layout, codecs::jpeg_ls::decode_frames_scalar);
  const auto fast = answers(streams, layout, codecs::jpeg_ls::decode_frames);
  if (fast != plain) std::abort();
  return 0;
}
