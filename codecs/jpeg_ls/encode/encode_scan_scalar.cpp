#include <algorithm>

#include "codecs/jpeg_ls/encode/encode_scan.h"
#include "codecs/jpeg_ls/encode/scan_encoder.h"

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::size_t kTableSlot = 1;
constexpr std::size_t kLinesSlot = 2;

void load(const ScanSource& source, std::uint32_t row, std::size_t component, Line line) {
  const std::size_t stride = std::size_t{source.frame_components} * source.sample_bytes;
  const std::uint8_t* from =
      source.samples + row * stride * source.columns + component * source.sample_bytes;
  for (std::size_t x = 0; x < source.columns; ++x, from += stride)
    line[kLineMargin + x] = source.sample_bytes == 1 ? *from : load_le<std::uint16_t>(from);
}

}  // namespace

void encode_scan_scalar(const ScanSource& source, Buffer& out, Scratch& scratch) {
  const MutableBytes table = scratch.take(kTableSlot, Model::table_bytes(source.parameters));
  const std::size_t width = std::size_t{source.columns} + 2;
  const MutableBytes memory =
      scratch.take(kLinesSlot, width * 2 * source.components * sizeof(std::uint16_t));
  auto* samples = reinterpret_cast<std::uint16_t*>(memory.data());
  std::fill_n(samples, width * 2 * source.components, std::uint16_t{0});
  std::array<Line, kScanComponentsMax> above;
  std::array<Line, kScanComponentsMax> now;
  for (std::size_t i = 0; i < source.components; ++i) {
    above[i] = Line(samples + 2 * i * width, width);
    now[i] = Line(samples + (2 * i + 1) * width, width);
  }
  ScanEncoder encoder(source.parameters, source.columns, table);
  BitWriter bits(out);
  for (std::uint32_t row = 0; row < source.rows; ++row) {
    for (std::uint32_t i = 0; i < source.components; ++i) load(source, row, i, now[i]);
    if (source.by_sample) {
      encoder.encode_samples(bits, std::span(above).first(source.components),
                             std::span(now).first(source.components));
    } else {
      for (std::size_t i = 0; i < source.components; ++i)
        encoder.encode_line(bits, i, above[i], now[i]);
    }
    std::swap(above, now);
  }
  bits.finish();
}

}  // namespace slipring::codecs::jpeg_ls
