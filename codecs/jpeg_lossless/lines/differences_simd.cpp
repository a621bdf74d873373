#include "codecs/jpeg_lossless/lines/differences.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/jpeg_lossless/lines/differences_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "codecs/base/contract.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::jpeg_lossless {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void load(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
          std::span<std::uint16_t* const> planes) {
  load_line_scalar(from, sample_bytes, count, planes);
}

void subtract(const SourceLine& line, std::uint32_t predictor, std::uint16_t* to) {
  differences_scalar(line, predictor, to);
}

void subtract_pixels(const std::uint16_t* now, std::size_t count, std::uint32_t components,
                     std::uint16_t* to) {
  pixel_differences_scalar(now, count, components, to);
}

void subtract_left(const std::uint8_t* now, std::size_t count, std::uint16_t first,
                   std::uint16_t* to) {
  left_differences_scalar(now, count, first, to);
}

void count(const std::uint16_t* differences, std::size_t size, Histogram& histogram) {
  count_categories_scalar(differences, size, histogram);
}

void count_left(const std::uint8_t* frame, std::size_t size, std::size_t columns,
                std::uint16_t start, Histogram& histogram) {
  count_left_categories_scalar(frame, size, columns, start, histogram);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

using Samples = hn::ScalableTag<std::uint16_t>;
using Narrow = hn::Rebind<std::uint8_t, Samples>;
using V = hn::Vec<Samples>;

const std::uint16_t* words(const std::uint8_t* from) {
  return reinterpret_cast<const std::uint16_t*>(from);
}

// Samples that whole vectors cover; the source may end at its last byte.
std::size_t load_one(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
                     std::uint16_t* to) {
  const Samples d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t x = 0;
  if (sample_bytes == 1) {
    for (; x + lanes <= count; x += lanes)
      hn::StoreU(hn::PromoteTo(d, hn::LoadU(Narrow(), from + x)), d, to + x);
  } else {
    for (; x + lanes <= count; x += lanes) hn::StoreU(hn::LoadU(d, words(from) + x), d, to + x);
  }
  return x;
}

// Whole vectors of bytes, each two vectors of samples.
std::size_t load_three_bytes(const std::uint8_t* from, std::size_t count,
                             std::span<std::uint16_t* const> planes) {
  const Samples d;
  const hn::Repartition<std::uint8_t, Samples> bytes;
  const hn::Half<decltype(bytes)> half;
  const std::size_t lanes = hn::Lanes(bytes);
  std::size_t x = 0;
  const auto store = [&](hn::Vec<decltype(bytes)> v, std::uint16_t* to) HWY_ATTR {
    hn::StoreU(hn::PromoteTo(d, hn::LowerHalf(half, v)), d, to);
    hn::StoreU(hn::PromoteTo(d, hn::UpperHalf(half, v)), d, to + lanes / 2);
  };
  for (; x + lanes <= count; x += lanes) {
    hn::Vec<decltype(bytes)> a, b, c;
    hn::LoadInterleaved3(bytes, from + 3 * x, a, b, c);
    store(a, planes[0] + x);
    store(b, planes[1] + x);
    store(c, planes[2] + x);
  }
  return x;
}

std::size_t load_three(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
                       std::span<std::uint16_t* const> planes) {
  if (sample_bytes == 1) return load_three_bytes(from, count, planes);
  const Samples d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t x = 0;
  for (; x + lanes <= count; x += lanes) {
    V a, b, c;
    hn::LoadInterleaved3(d, words(from) + 3 * x, a, b, c);
    hn::StoreU(a, d, planes[0] + x);
    hn::StoreU(b, d, planes[1] + x);
    hn::StoreU(c, d, planes[2] + x);
  }
  return x;
}

void load(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
          std::span<std::uint16_t* const> planes) {
  std::size_t done = 0;
  if (planes.size() == 1) done = load_one(from, sample_bytes, count, planes[0]);
  if (planes.size() == 3) done = load_three(from, sample_bytes, count, planes);
  std::uint16_t* rest[4];
  for (std::size_t k = 0; k < planes.size(); ++k) rest[k] = planes[k] + done;
  load_line_scalar(from + done * planes.size() * sample_bytes, sample_bytes, count - done,
                   {rest, planes.size()});
}

// (a - b) >> 1 of 17 bits, modulo 65,536: the rounded mean of a and ~b is 32,768 more.
HWY_INLINE V half_difference(V a, V b) {
  return hn::Sub(hn::AverageRound(a, hn::Not(b)), hn::Set(Samples(), 0x8000));
}

// (a + b) >> 1 of 17 bits: the mean rounded down is the complement of that of the complements.
HWY_INLINE V mean(V a, V b) { return hn::Not(hn::AverageRound(hn::Not(a), hn::Not(b))); }

template <class Predict>
HWY_INLINE void subtract_by(const SourceLine& line, std::uint16_t* to, Predict predict) {
  const Samples d;
  for (std::size_t x = 0; x < line.count; x += hn::Lanes(d))
    hn::StoreU(hn::Sub(hn::LoadU(d, line.now + x), predict(x)), d, to + x);
}

// The neighbours outside of the line are set so that the first sample's prediction is Rb.
void subtract(const SourceLine& line, std::uint32_t predictor, std::uint16_t* to) {
  const auto a = [&line](std::size_t x) { return hn::LoadU(Samples(), line.now + x - 1); };
  const auto b = [&line](std::size_t x) { return hn::LoadU(Samples(), line.above + x); };
  const auto c = [&line](std::size_t x) { return hn::LoadU(Samples(), line.above + x - 1); };
  line.now[-1] = line.above == nullptr ? line.start : line.above[0];
  if (line.above == nullptr || predictor == 1) return subtract_by(line, to, a);
  line.above[-1] = line.above[0];
  switch (predictor) {
    case 2:
      return subtract_by(line, to, b);
    case 3:
      return subtract_by(line, to, c);
    case 4:
      return subtract_by(line, to,
                         [&](std::size_t x) { return hn::Sub(hn::Add(a(x), b(x)), c(x)); });
    case 5:
      return subtract_by(line, to,
                         [&](std::size_t x) { return hn::Add(a(x), half_difference(b(x), c(x))); });
    case 6:
      return subtract_by(line, to,
                         [&](std::size_t x) { return hn::Add(b(x), half_difference(a(x), c(x))); });
    default:
      return subtract_by(line, to, [&](std::size_t x) { return mean(a(x), b(x)); });
  }
}

void subtract_pixels(const std::uint16_t* now, std::size_t count, std::uint32_t components,
                     std::uint16_t* to) {
  const Samples d;
  for (std::size_t x = 0; x < count; x += hn::Lanes(d))
    hn::StoreU(hn::Sub(hn::LoadU(d, now + x), hn::LoadU(d, now + x - components)), d, to + x);
}

// The last vector ends with the line.
void subtract_left(const std::uint8_t* now, std::size_t count, std::uint16_t first,
                   std::uint16_t* to) {
  const Samples d;
  const std::size_t lanes = hn::Lanes(d);
  if (count <= lanes) return left_differences_scalar(now, count, first, to);
  const std::uint16_t* samples = words(now);
  const auto at = [&](std::size_t x) HWY_ATTR {
    hn::StoreU(hn::Sub(hn::LoadU(d, samples + x), hn::LoadU(d, samples + x - 1)), d, to + x);
  };
  to[0] = static_cast<std::uint16_t>(load_le<std::uint16_t>(now) - first);
  for (std::size_t x = 1; x + lanes < count; x += lanes) at(x);
  at(count - lanes);
}

// Sizes of the differences from x on; zeros for those that are not there.
HWY_INLINE V magnitudes(const std::uint16_t* differences, std::size_t x, std::size_t size) {
  const Samples d;
  const hn::RebindToSigned<Samples> signed_d;
  if (x >= size) return hn::Zero(d);
  V v = hn::LoadU(d, differences + x);
  if (x + hn::Lanes(d) > size) v = hn::IfThenElseZero(hn::FirstN(d, size - x), v);
  return hn::BitCast(d, hn::Abs(hn::BitCast(signed_d, v)));
}

// Sizes beyond a byte, which are rare: how many reach each power of two from 256 on.
HWY_INLINE void count_large(V magnitude, std::uint64_t* reach) {
  const Samples d;
  for (std::uint32_t k = 8; k < kCategoryMax; ++k) {
    const std::size_t found =
        hn::CountTrue(d, hn::Gt(magnitude, hn::Set(d, static_cast<std::uint16_t>((1U << k) - 1))));
    if (found == 0) return;
    reach[k] += found;
  }
}

// How many sizes reach each power of two; magnitudes(x) gives a vector of them. Two vectors, cut to
// a byte, in one; a lane counts to 255.
template <class Magnitudes>
HWY_INLINE void count_piece(std::size_t size, std::uint64_t* reach, const Magnitudes& magnitudes) {
  constexpr std::uint32_t kPowers = 8;
  const Samples d;
  const hn::Repartition<std::uint8_t, Samples> bytes;
  const hn::Repartition<std::uint64_t, Samples> sums_d;
  const V byte_max = hn::Set(d, 255);
  hn::Vec<decltype(bytes)> counts[kPowers];
  for (auto& one : counts) one = hn::Zero(bytes);
  for (std::size_t x = 0; x < size; x += 2 * hn::Lanes(d)) {
    const V low = magnitudes(x);
    const V high = magnitudes(x + hn::Lanes(d));
    const auto v = hn::BitCast(
        bytes, hn::Or(hn::Min(low, byte_max), hn::ShiftLeft<8>(hn::Min(high, byte_max))));
    for (std::uint32_t k = 0; k < kPowers; ++k) {
      const auto below = hn::Set(bytes, static_cast<std::uint8_t>((1U << k) - 1));
      counts[k] = hn::Sub(counts[k], hn::VecFromMask(bytes, hn::Gt(v, below)));
    }
    if (hn::AllTrue(d, hn::Eq(hn::ShiftRight<8>(hn::Or(low, high)), hn::Zero(d)))) continue;
    count_large(low, reach);
    count_large(high, reach);
  }
  for (std::uint32_t k = 0; k < kPowers; ++k)
    reach[k] += hn::GetLane(hn::SumOfLanes(sums_d, hn::SumsOf8(counts[k])));
}

// magnitudes(x): a vector of the sizes from x on, zeros for those that are not there.
template <class Magnitudes>
HWY_INLINE void count_all(std::size_t size, Histogram& histogram, const Magnitudes& magnitudes) {
  const std::size_t piece = 255 * 2 * hn::Lanes(Samples());
  std::uint64_t reach[kCategories] = {};
  for (std::size_t x = 0; x < size; x += piece)
    count_piece(std::min(piece, size - x), reach,
                [&](std::size_t i) HWY_ATTR { return magnitudes(x + i); });
  histogram[0] += size - reach[0];
  for (std::uint32_t k = 1; k < kCategories; ++k) histogram[k] += reach[k - 1] - reach[k];
}

void count(const std::uint16_t* differences, std::size_t size, Histogram& histogram) {
  count_all(size, histogram,
            [=](std::size_t x) HWY_ATTR { return magnitudes(differences, x, size); });
}

// All as if they were one line, by whole vectors; then what else they are.
void count_left(const std::uint8_t* frame, std::size_t size, std::size_t columns,
                std::uint16_t start, Histogram& histogram) {
  const Samples d;
  const hn::RebindToSigned<Samples> signed_d;
  const std::uint16_t* samples = words(frame);
  const std::size_t step = 2 * hn::Lanes(d);
  const std::size_t whole = (size - 1) / step * step;
  count_all(whole, histogram, [=](std::size_t x) HWY_ATTR {
    const V difference = hn::Sub(hn::LoadU(d, samples + x + 1), hn::LoadU(d, samples + x));
    return hn::BitCast(d, hn::Abs(hn::BitCast(signed_d, difference)));
  });
  const auto counted = [&](std::size_t i, std::uint16_t predicted) -> std::uint64_t& {
    const auto sample = load_le<std::uint16_t>(frame + 2 * i);
    return histogram[category_of(static_cast<std::uint16_t>(sample - predicted))];
  };
  const auto at = [frame](std::size_t i) { return load_le<std::uint16_t>(frame + 2 * i); };
  ++counted(0, start);
  for (std::size_t i = whole + 1; i < size; ++i) ++counted(i, at(i - 1));
  for (std::size_t i = columns; i < size; i += columns) {
    --counted(i, at(i - 1));
    ++counted(i, at(i - columns));
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::jpeg_lossless
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::jpeg_lossless {

HWY_EXPORT(load);
HWY_EXPORT(subtract);
HWY_EXPORT(subtract_pixels);
HWY_EXPORT(subtract_left);
HWY_EXPORT(count);
HWY_EXPORT(count_left);

void load_line(const std::uint8_t* from, std::uint32_t sample_bytes, std::size_t count,
               std::span<std::uint16_t* const> planes) {
  EXPECTS(!planes.empty() && planes.size() <= 4 && (sample_bytes == 1 || sample_bytes == 2));
  HWY_DYNAMIC_DISPATCH(load)(from, sample_bytes, count, planes);
}

void differences(const SourceLine& line, std::uint32_t predictor, std::uint16_t* to) {
  EXPECTS(predictor >= 1 && predictor <= 7);
  HWY_DYNAMIC_DISPATCH(subtract)(line, predictor, to);
}

void pixel_differences(const std::uint16_t* now, std::size_t count, std::uint32_t components,
                       std::uint16_t* to) {
  EXPECTS(components >= 1 && components <= 4);
  HWY_DYNAMIC_DISPATCH(subtract_pixels)(now, count, components, to);
}

void left_differences(const std::uint8_t* now, std::size_t count, std::uint16_t first,
                      std::uint16_t* to) {
  EXPECTS(count != 0);
  HWY_DYNAMIC_DISPATCH(subtract_left)(now, count, first, to);
}

void count_categories(const std::uint16_t* differences, std::size_t count, Histogram& histogram) {
  HWY_DYNAMIC_DISPATCH(count)(differences, count, histogram);
}

void count_left_categories(const std::uint8_t* frame, std::size_t count, std::size_t columns,
                           std::uint16_t start, Histogram& histogram) {
  EXPECTS(count != 0 && columns != 0 && count % columns == 0);
  HWY_DYNAMIC_DISPATCH(count_left)(frame, count, columns, start, histogram);
}

}  // namespace slipring::codecs::jpeg_lossless
#endif
