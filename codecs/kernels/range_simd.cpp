#include <algorithm>

#include "codecs/base/contract.h"
#include "codecs/kernels/range.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/range_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

Range find_range(Bytes samples, std::uint32_t sample_bytes, bool is_signed) {
  return range_scalar(samples, sample_bytes, is_signed);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

// Two accumulators of each kind hide the latency of min and max.
template <class Sample>
Range range_of(Bytes samples) {
  using Unsigned = hwy::MakeUnsigned<Sample>;
  const hn::CappedTag<Sample, 64 / sizeof(Sample)> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const std::size_t lanes = hn::Lanes(d);
  const auto* from = reinterpret_cast<const Sample*>(samples.data());
  const std::size_t count = samples.size() / sizeof(Sample);
  if (count < lanes) return range_scalar(samples, sizeof(Sample), hwy::IsSigned<Sample>());

  auto low0 = hn::LoadU(d, from);
  auto high0 = low0, low1 = low0, high1 = low0;
  auto used0 = hn::BitCast(du, low0);
  auto used1 = used0;
  std::size_t i = 0;
  for (; i + 2 * lanes <= count; i += 2 * lanes) {
    const auto a = hn::LoadU(d, from + i);
    const auto b = hn::LoadU(d, from + i + lanes);
    low0 = hn::Min(low0, a);
    high0 = hn::Max(high0, a);
    used0 = hn::Or(used0, hn::BitCast(du, a));
    low1 = hn::Min(low1, b);
    high1 = hn::Max(high1, b);
    used1 = hn::Or(used1, hn::BitCast(du, b));
  }
  // The end once more, overlapping what is done: min, max and OR do not mind.
  for (; i < count; i += lanes) {
    const auto a = hn::LoadU(d, from + std::min(i, count - lanes));
    low0 = hn::Min(low0, a);
    high0 = hn::Max(high0, a);
    used0 = hn::Or(used0, hn::BitCast(du, a));
  }
  alignas(64) Sample low[64 / sizeof(Sample)];
  alignas(64) Sample high[64 / sizeof(Sample)];
  alignas(64) Unsigned used[64 / sizeof(Sample)];
  hn::Store(hn::Min(low0, low1), d, low);
  hn::Store(hn::Max(high0, high1), d, high);
  hn::Store(hn::Or(used0, used1), du, used);
  Range found{low[0], high[0], 0};
  for (std::size_t k = 0; k < lanes; ++k) {
    found.min = std::min<std::int64_t>(found.min, low[k]);
    found.max = std::max<std::int64_t>(found.max, high[k]);
    found.bits_used |= used[k];
  }
  return found;
}

Range find_range(Bytes samples, std::uint32_t sample_bytes, bool is_signed) {
  if (sample_bytes == 1)
    return is_signed ? range_of<std::int8_t>(samples) : range_of<std::uint8_t>(samples);
  if (sample_bytes == 2)
    return is_signed ? range_of<std::int16_t>(samples) : range_of<std::uint16_t>(samples);
  return is_signed ? range_of<std::int32_t>(samples) : range_of<std::uint32_t>(samples);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels {

HWY_EXPORT(find_range);

Range range(Bytes samples, std::uint32_t sample_bytes, bool is_signed) {
  EXPECTS(sample_bytes == 1 || sample_bytes == 2 || sample_bytes == 4);
  EXPECTS(samples.size() % sample_bytes == 0);
  return HWY_DYNAMIC_DISPATCH(find_range)(samples, sample_bytes, is_signed);
}

}  // namespace slipring::codecs::kernels
#endif
