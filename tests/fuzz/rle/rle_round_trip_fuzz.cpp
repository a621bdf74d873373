// Any pixels: what is packed unpacks to the same, every instruction set packs the same bytes, and
// no row is longer than the scalar encoder's.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "codecs/kernels/targets.h"
#include "codecs/rle/rle_codec.h"
#include "codecs/rle/rle_encoder.h"

namespace {

using namespace slipring;

void expect(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::uint8_t> encode(const pixel::Layout& layout, Bytes pixels) {
  static Scratch scratch;
  Buffer out;
  codecs::EncodeJob job{.pixels = pixels, .layout = layout, .out = &out};
  codecs::rle::rle_row().encode_batch({&job, 1}, scratch);
  expect(job.status.has_value());
  return {out.data(), out.data() + out.size()};
}

void expect_round_trip(const pixel::Layout& layout, Bytes pixels) {
  static Scratch scratch;
  const auto first = encode(layout, pixels);
  for (const auto& target : codecs::kernels::supported_targets()) {
    codecs::kernels::use_target(target.bit);
    expect(encode(layout, pixels) == first);
    std::vector<std::uint8_t> out(pixels.size());
    const Bytes fragment = first;
    codecs::DecodeJob job{.fragments = {&fragment, 1}, .layout = layout, .out = out};
    codecs::rle::rle_row().decode_batch({&job, 1}, scratch);
    expect(job.status.has_value());
    expect(job.quirks.bits == 0);
    expect(std::equal(out.begin(), out.end(), pixels.begin()));
  }
  codecs::kernels::use_target(0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  constexpr std::uint16_t kBits[] = {8, 16, 32, 64};
  pixel::Layout layout;
  layout.bits_allocated = kBits[data[0] % 4U];
  layout.samples_per_pixel = data[0] < 128 || layout.bits_allocated == 64 ? 1 : 3;
  layout.columns = 1U + data[1] + (data[2] % 4U) * 256U;
  const std::size_t row_bytes =
      std::size_t{layout.columns} * layout.samples_per_pixel * layout.bytes_per_sample();
  layout.rows = static_cast<std::uint32_t>((size - 3) / row_bytes);
  if (layout.rows == 0) return 0;
  expect_round_trip(layout, {data + 3, layout.rows * row_bytes});
  return 0;
}
