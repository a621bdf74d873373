#include "engine/validate/kernels/sample_range.h"

namespace slipring::validate::kernels {

namespace {

template <class T>
std::uint64_t count(Bytes samples, const SampleMasks& masks) {
  std::uint64_t outside = 0;
  for (std::size_t i = 0; i + sizeof(T) <= samples.size(); i += sizeof(T)) {
    const std::uint32_t sample = load_le<T>(samples.data() + i);
    const bool inside = (sample & masks.high) == 0 || (sample & masks.sign) == masks.sign_expected;
    if (!inside) ++outside;
  }
  return outside;
}

}  // namespace

SampleMasks sample_masks(const SampleRange& range) {
  const std::uint64_t all = (std::uint64_t{1} << range.bits_allocated) - 1;
  const std::uint64_t high = all & ~((std::uint64_t{1} << range.bits_stored) - 1);
  SampleMasks masks;
  masks.high = static_cast<std::uint32_t>(high);
  if (range.is_signed) {
    const std::uint64_t sign = high | (std::uint64_t{1} << (range.bits_stored - 1));
    masks.sign = static_cast<std::uint32_t>(sign);
    masks.sign_expected = masks.sign;
  }
  return masks;
}

std::uint64_t count_outside(Bytes samples, const SampleRange& range) {
  const SampleMasks masks = sample_masks(range);
  switch (range.bits_allocated) {
    case 8:
      return count<std::uint8_t>(samples, masks);
    case 16:
      return count<std::uint16_t>(samples, masks);
    case 32:
      return count<std::uint32_t>(samples, masks);
    default:
      return 0;
  }
}

}  // namespace slipring::validate::kernels
