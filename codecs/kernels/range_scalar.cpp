#include <algorithm>
#include <type_traits>

#include "codecs/base/contract.h"
#include "codecs/kernels/range.h"

namespace slipring::codecs::kernels {
namespace {

template <class Sample>
Range range_of(Bytes samples) {
  using Unsigned = std::make_unsigned_t<Sample>;
  if (samples.empty()) return {};
  const auto first = static_cast<Sample>(load_le<Unsigned>(samples.data()));
  Range found{first, first, 0};
  for (std::size_t at = 0; at < samples.size(); at += sizeof(Sample)) {
    const Unsigned bits = load_le<Unsigned>(&samples[at]);
    const auto value = static_cast<Sample>(bits);
    found.min = std::min<std::int64_t>(found.min, value);
    found.max = std::max<std::int64_t>(found.max, value);
    found.bits_used |= bits;
  }
  return found;
}

// Of whole samples of any width up to 64 bits.
bool fits_scalar(const pixel::Layout& layout, Bytes frame) {
  const unsigned width = layout.bytes_per_sample();
  const unsigned unused = 64U - layout.bits_stored;
  for (std::size_t at = 0; at + width <= frame.size(); at += width) {
    std::uint64_t bits = 0;
    std::copy_n(&frame[at], width, reinterpret_cast<std::uint8_t*>(&bits));
    const unsigned above = 64U - layout.bits_allocated;
    if (layout.is_signed) {
      const auto value = static_cast<std::int64_t>(bits << above) >> above;
      if (static_cast<std::int64_t>(bits << unused) >> unused != value) return false;
    } else if (bits << unused >> unused != bits) {
      return false;
    }
  }
  return true;
}

// Signed ones as if Bits Stored were one more: zeros above may be read as a positive sample.
struct Interval {
  std::int64_t min = 0;
  std::int64_t max = 0;
};
Interval stored_interval(const pixel::Layout& layout) {
  const std::int64_t end = std::int64_t{1} << layout.bits_stored;
  return {layout.is_signed ? -end / 2 : 0, end - 1};
}

bool stored_bits_matter(const pixel::Layout& layout) {
  const std::uint32_t width = layout.bytes_per_sample();
  return (width == 1 || width == 2 || width == 4) && layout.bits_stored != 0 &&
         layout.bits_stored < layout.bits_allocated;
}

}  // namespace

Range range_scalar(Bytes samples, std::uint32_t sample_bytes, bool is_signed) {
  EXPECTS(sample_bytes == 1 || sample_bytes == 2 || sample_bytes == 4);
  EXPECTS(samples.size() % sample_bytes == 0);
  if (sample_bytes == 1)
    return is_signed ? range_of<std::int8_t>(samples) : range_of<std::uint8_t>(samples);
  if (sample_bytes == 2)
    return is_signed ? range_of<std::int16_t>(samples) : range_of<std::uint16_t>(samples);
  return is_signed ? range_of<std::int32_t>(samples) : range_of<std::uint32_t>(samples);
}

bool fits(const pixel::Layout& layout, Bytes frame) {
  if (layout.bits_allocated == 1 || layout.bits_stored >= layout.bits_allocated) return true;
  if (layout.bits_stored == 0 || layout.high_bit + 1U != layout.bits_stored) return false;
  const std::uint32_t width = layout.bytes_per_sample();
  if (width != 1 && width != 2 && width != 4) return fits_scalar(layout, frame);
  const Range found = range(frame.first(frame.size() / width * width), width, layout.is_signed);
  if (!layout.is_signed) return found.bits_used >> layout.bits_stored == 0;
  const std::int64_t limit = std::int64_t{1} << (layout.bits_stored - 1);
  return found.min >= -limit && found.max < limit;
}

bool all_within_stored_bits(const pixel::Layout& layout, Bytes samples) {
  if (!stored_bits_matter(layout)) return true;
  const std::uint32_t width = layout.bytes_per_sample();
  const Range found = range(samples.first(samples.size() / width * width), width, layout.is_signed);
  const Interval stored = stored_interval(layout);
  return found.min >= stored.min && found.max <= stored.max;
}

std::uint64_t count_outside_stored_bits(const pixel::Layout& layout, Bytes samples) {
  if (!stored_bits_matter(layout)) return 0;
  const std::uint32_t width = layout.bytes_per_sample();
  std::uint64_t outside = 0;
  for (std::size_t at = 0; at + width <= samples.size(); at += width)
    if (!all_within_stored_bits(layout, samples.subspan(at, width))) ++outside;
  return outside;
}

}  // namespace slipring::codecs::kernels
