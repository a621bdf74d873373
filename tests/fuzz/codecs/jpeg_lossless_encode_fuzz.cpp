// Any pixels: every instruction set writes the scalar encoder's bytes, and they decode to the same
// pixels.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "codecs/jpeg_lossless/encode/encoder.h"
#include "codecs/jpeg_lossless/jpeg_lossless_codec.h"
#include "codecs/kernels/targets.h"

namespace {

using namespace slipring;

void expect(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::uint8_t> decode(const pixel::Layout& layout, Bytes stream) {
  static Scratch scratch;
  std::vector<std::uint8_t> out(layout.frame_bytes().value());
  codecs::DecodeJob job{{&stream, 1}, layout, out, {}, {}};
  codecs::jpeg_lossless::jpeg_lossless_row().decode_batch({&job, 1}, scratch);
  expect(job.status.has_value());
  expect(job.quirks.bits == 0);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  static Scratch scratch;
  pixel::Layout layout;
  layout.bits_allocated = data[0] % 2 != 0 ? 16 : 8;
  layout.samples_per_pixel = data[0] % 4 > 1 ? 3 : 1;
  layout.is_signed = data[0] % 8 > 3;
  layout.bits_stored = static_cast<std::uint16_t>(1 + data[1] % layout.bits_allocated);
  layout.high_bit = static_cast<std::uint16_t>(layout.bits_stored - 1);
  layout.columns = 1U + data[2] + (data[3] % 4U) * 256U;
  const std::size_t row_bytes =
      std::size_t{layout.columns} * layout.samples_per_pixel * layout.bytes_per_sample();
  layout.rows = static_cast<std::uint32_t>((size - 4) / row_bytes);
  if (layout.rows == 0) return 0;
  const Bytes pixels{data + 4, layout.rows * row_bytes};
  const codecs::jpeg_lossless::EncodeOptions options{1U + data[3] / 4U % 7U};
  Buffer right;
  codecs::EncodeJob plain{pixels, layout, {}, &right, {}};
  expect(codecs::jpeg_lossless::encode_frame_scalar(plain, options, scratch).has_value());
  for (const auto& target : codecs::kernels::supported_targets()) {
    codecs::kernels::use_target(target.bit);
    Buffer out;
    codecs::EncodeJob job{pixels, layout, {}, &out, {}};
    expect(codecs::jpeg_lossless::encode_frame(job, options, scratch).has_value());
    expect(out.size() == right.size() && std::memcmp(out.data(), right.data(), out.size()) == 0);
    const auto back = decode(layout, out.bytes());
    expect(std::memcmp(back.data(), pixels.data(), pixels.size()) == 0);
  }
  codecs::kernels::use_target(0);
  return 0;
}
