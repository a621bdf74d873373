// Any pixels, written in any of our ways: without loss they come back, with loss they decode.
#include <cstdlib>
#include <vector>

#include "codecs/htj2k/htj2k_codec.h"

namespace {

using namespace slipring;

void expect(bool holds) {
  if (!holds) std::abort();
}

pixel::Layout layout_from(const std::uint8_t* data, std::size_t pixel_bytes) {
  static constexpr std::uint16_t kAllocated[] = {8, 16, 32, 1};
  pixel::Layout layout;
  layout.bits_allocated = kAllocated[data[0] % 4];
  layout.samples_per_pixel = static_cast<std::uint16_t>(1 + data[0] / 4 % 4);
  layout.is_signed = data[0] / 16 % 2 != 0 && layout.bits_allocated != 1;
  layout.bits_stored =
      static_cast<std::uint16_t>(1 + data[1] % std::min<unsigned>(layout.bits_allocated, 25));
  layout.high_bit = static_cast<std::uint16_t>(layout.bits_stored - 1);
  layout.columns = 1U + data[2];
  const std::size_t row_bits =
      std::size_t{layout.columns} * layout.samples_per_pixel * layout.bits_allocated;
  layout.rows = static_cast<std::uint32_t>(pixel_bytes * 8 / row_bits);
  return layout;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  static Scratch scratch;
  const pixel::Layout layout = layout_from(data, size - 4);
  if (layout.rows == 0) return 0;
  const std::size_t frame_bytes = *layout.frame_bytes();
  std::vector<std::uint8_t> pixels(data + 4, data + 4 + frame_bytes);
  const std::size_t bits = layout.samples_per_frame() * layout.bits_allocated;
  if (bits % 8 != 0) pixels.back() &= static_cast<std::uint8_t>((1U << (bits % 8)) - 1);
  const bool lossy = data[3] % 8 == 7;
  const codecs::EncodeParameters parameters{
      .colour_transform = data[3] % 2 != 0 && layout.samples_per_pixel == 3,
      .by_resolution = data[3] / 2 % 2 != 0,
      .tile_side = data[3] / 8 % 4 * 16U,
      .step = lossy ? 1.0 / (1 + data[3]) : 0.0};
  Buffer out;
  codecs::EncodeJob encode{pixels, layout, parameters, &out, {}};
  codecs::htj2k::htj2k_row().encode_batch({&encode, 1}, scratch);
  // 32 bits allocated may hold samples of more than are written, and those beyond Bits Stored are
  // not compressed with loss.
  if (!encode.status && layout.bits_allocated == 32) return 0;
  if (!encode.status && lossy && layout.bits_stored < layout.bits_allocated) {
    expect(encode.status.error().code == ErrorCode::Unsupported);
    return 0;
  }
  expect(encode.status.has_value());
  const Bytes stream = out.bytes();
  std::vector<std::uint8_t> back(frame_bytes);
  codecs::DecodeJob decode{.fragments = {&stream, 1}, .layout = layout, .out = back};
  codecs::htj2k::htj2k_row().decode_batch({&decode, 1}, scratch);
  expect(decode.status.has_value());
  if (!lossy) expect(back == pixels);
  return 0;
}
