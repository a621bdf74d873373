// 12-bit JPEG streams: every instruction set gives the pixels, quirks and error of the reference.
#include <cstdlib>

#include "codecs/jpeg/extended/extended_decoder.h"
#include "codecs/jpeg/jpeg_codec.h"
#include "codecs/kernels/targets.h"
#include "tests/fuzz/codecs/decode_any.h"

namespace {

using namespace slipring;
using namespace slipring::codecs;

void expect(bool holds) {
  if (!holds) std::abort();
}

bool same(const Result<void>& a, const Result<void>& b) {
  if (a.has_value() != b.has_value()) return false;
  return a || (a.error().code == b.error().code && a.error().offset == b.error().offset);
}

void compare(Bytes stream, const pixel::Layout& layout) {
  const auto seen = jpeg::survey(stream);
  if (!seen) return;
  const Bytes image = stream.first(seen->end);
  Scratch scratch;
  Buffer right;
  Buffer ours;
  right.resize(*layout.frame_bytes());
  ours.resize(right.size());
  Quirks right_quirks;
  const auto right_status = jpeg::extended::decode_plainly(
      image, *seen, layout, right.mutable_bytes(), right_quirks, scratch);
  for (const auto& target : kernels::supported_targets()) {
    kernels::use_target(target.bit);
    Quirks quirks;
    const auto status = jpeg::extended::decode_twelve_bit(image, *seen, layout,
                                                          ours.mutable_bytes(), quirks, scratch);
    expect(same(status, right_status));
    if (!status) break;  // all go the same way then
    expect(quirks.bits == right_quirks.bits);
    expect(std::memcmp(ours.data(), right.data(), right.size()) == 0);
  }
  kernels::use_target(0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes stream{data, size};
  const std::vector<Bytes> whole = {stream};
  const auto info = jpeg::jpeg_row().probe(whole);
  if (!info || info->precision_bits != 12) return 0;
  if (std::uint64_t{info->rows} * info->columns > fuzzing::kPixelsMax / 4) return 0;
  pixel::Layout layout{info->rows, info->columns, info->components, 16, 12, 11, size % 2 == 1};
  if (size % 5 == 0) layout.bits_allocated = 32;
  compare(stream, layout);
  if (size % 7 == 0) fuzzing::decode_any(jpeg::jpeg_row(), stream);
  return 0;
}
