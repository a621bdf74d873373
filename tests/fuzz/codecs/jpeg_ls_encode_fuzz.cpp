// Any pixels: the fast encoder's bytes are the reference's, and they decode to the same pixels;
// near-lossless ones stay within their bound.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "codecs/jpeg_ls/encode/encode_group.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"

namespace {

using namespace slipring;
using codecs::jpeg_ls::ScanSource;

void expect(bool holds) {
  if (!holds) std::abort();
}

void expect_same(const Buffer& fast, const Buffer& plain) {
  expect(fast.size() == plain.size() && std::memcmp(fast.data(), plain.data(), fast.size()) == 0);
}

// The scan beside two others: its samples the other way round, and turned by one byte.
void compare_groups(const ScanSource& source, Bytes pixels, Scratch& scratch) {
  if (!suits_group(source)) return;
  const std::vector<std::uint8_t> backward(pixels.rbegin(), pixels.rend());
  std::vector<std::uint8_t> turned(pixels.begin(), pixels.end());
  std::ranges::rotate(turned, turned.begin() + 1);
  std::array<ScanSource, 3> sources = {source, source, source};
  sources[1].samples = backward.data();
  sources[2].samples = turned.data();
  std::array<Buffer, 3> fast;
  std::array<Buffer*, 3> outs = {&fast[0], &fast[1], &fast[2]};
  encode_group(sources, outs, scratch);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    Buffer plain;
    encode_scan_scalar(sources[i], plain, scratch);
    expect_same(fast[i], plain);
  }
}

void compare_scans(const pixel::Layout& layout, Bytes pixels, bool by_sample, Scratch& scratch) {
  const auto parameters =
      codecs::jpeg_ls::make_parameters(static_cast<std::uint8_t>(layout.bits_allocated), 0, {},
                                       codecs::jpeg_ls::Thresholds::Standard);
  const ScanSource source{.samples = pixels.data(),
                          .rows = layout.rows,
                          .columns = layout.columns,
                          .frame_components = layout.samples_per_pixel,
                          .sample_bytes = layout.bytes_per_sample(),
                          .components = layout.samples_per_pixel,
                          .by_sample = by_sample && layout.samples_per_pixel != 1,
                          .parameters = parameters.value()};
  Buffer fast;
  Buffer plain;
  encode_scan(source, fast, scratch);
  encode_scan_scalar(source, plain, scratch);
  expect_same(fast, plain);
  compare_groups(source, pixels, scratch);
}

std::int64_t sample_of(const std::vector<std::uint8_t>& pixels, std::size_t at) {
  return pixels[at];
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
  layout.columns = 1U + data[2];
  codecs::EncodeParameters parameters;
  parameters.interleave = static_cast<codecs::Interleave>(data[0] / 8 % 4);
  if (!layout.is_signed && layout.bits_allocated == 8) parameters.near = data[3] % 4;
  const std::size_t row_bytes =
      std::size_t{layout.columns} * layout.samples_per_pixel * layout.bytes_per_sample();
  layout.rows = static_cast<std::uint32_t>((size - 4) / row_bytes);
  if (layout.rows == 0) return 0;
  const std::vector<std::uint8_t> pixels(data + 4, data + 4 + layout.rows * row_bytes);
  compare_scans(layout, pixels, data[3] % 2 != 0, scratch);
  Buffer out;
  codecs::EncodeJob encode{pixels, layout, parameters, &out, {}};
  codecs::jpeg_ls::jpeg_ls_row().encode_batch({&encode, 1}, scratch);
  expect(encode.status.has_value());
  const Bytes stream = out.bytes();
  std::vector<std::uint8_t> back(pixels.size());
  codecs::DecodeJob decode{{&stream, 1}, layout, back, {}, {}};
  codecs::jpeg_ls::jpeg_ls_row().decode_batch({&decode, 1}, scratch);
  expect(decode.status.has_value());
  if (parameters.near == 0) expect(back == pixels);
  for (std::size_t i = 0; parameters.near != 0 && i < pixels.size(); ++i)
    expect(std::abs(sample_of(pixels, i) - sample_of(back, i)) <= parameters.near);
  return 0;
}
