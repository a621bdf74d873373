#include "codecs/jpeg_ls/decode/plain_scan.h"

#include <algorithm>

namespace slipring::codecs::jpeg_ls {

namespace {

constexpr std::uint8_t kSampleInterleave = 2;

template <class Sample>
void store_as(Line line, std::uint8_t* to, std::size_t stride) {
  for (std::size_t x = kLineMargin; x + 1 < line.size(); ++x, to += stride)
    store_le(to, static_cast<Sample>(line[x]));
}

void store(Line line, std::uint32_t sample_bytes, std::uint8_t* to, std::size_t stride) {
  switch (sample_bytes) {
    case 1:
      return store_as<std::uint8_t>(line, to, stride);
    case 2:
      return store_as<std::uint16_t>(line, to, stride);
    case 4:
      return store_as<std::uint32_t>(line, to, stride);
    default:
      return store_as<std::uint64_t>(line, to, stride);
  }
}

// Two lines of each component.
std::size_t line_samples(const Image& image, const Scan& scan) {
  return (std::size_t{image.header->columns} + 2) * 2 * scan.header.components;
}

}  // namespace

PlainScan::PlainScan(const Image& image, const Scan& scan, Scratch& scratch, std::size_t slot)
    : PlainScan(image, scan,
                scratch.take(slot, line_samples(image, scan) * sizeof(std::uint16_t) +
                                       Model::table_bytes(scan.parameters))) {}

PlainScan::PlainScan(const Image& image, const Scan& scan, MutableBytes memory)
    : image_(image),
      scan_(scan),
      memory_(reinterpret_cast<std::uint16_t*>(memory.data()), line_samples(image, scan)),
      decoder_(scan.parameters, image.header->columns, memory.subspan(memory_.size_bytes())) {
  const std::size_t width = std::size_t{image.header->columns} + 2;
  for (std::size_t i = 0; i < scan.header.components; ++i) {
    above_[i] = memory_.subspan(2 * i * width, width);
    now_[i] = memory_.subspan((2 * i + 1) * width, width);
  }
}

Result<void> PlainScan::decode_rows(const Interval& interval, std::uint32_t begin,
                                    std::uint32_t end) {
  const std::size_t components = scan_.header.components;
  std::ranges::fill(memory_, std::uint16_t{0});
  BitReader bits(interval.coded);
  for (std::uint32_t row = begin; row < end; ++row) {
    if (scan_.header.end == kSampleInterleave) {
      decoder_.decode_samples(bits, std::span(above_).first(components),
                              std::span(now_).first(components));
    } else {
      for (std::size_t i = 0; i < components; ++i)
        decoder_.decode_line(bits, i, above_[i], now_[i]);
    }
    if (bits.failed())
      return fail(interval.at_the_end ? ErrorCode::Truncated : ErrorCode::Malformed,
                  interval.offset, "the JPEG-LS data ends early or holds an impossible code", end,
                  row);
    for (std::size_t i = 0; i < components; ++i) put(row, scan_.components[i], now_[i]);
    std::swap(above_, now_);
  }
  if (!bits.ends_here())
    return fail(ErrorCode::Malformed, interval.offset, "a scan holds more data than its image");
  return {};
}

void PlainScan::put(std::uint32_t row, std::size_t component, Line line) const {
  const std::size_t stride = std::size_t{image_.frame_components} * image_.sample_bytes;
  const std::size_t row_bytes = image_.header->columns * stride;
  store(line, image_.sample_bytes,
        image_.pixels.data() + row * row_bytes + component * image_.sample_bytes, stride);
}

}  // namespace slipring::codecs::jpeg_ls
