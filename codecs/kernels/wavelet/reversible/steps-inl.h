// The lifting steps of the 5/3 transform on vectors, and how a row is cut. Included once a SIMD
// target.
#if defined(SLIPRING_REVERSIBLE_STEPS) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_REVERSIBLE_STEPS
#undef SLIPRING_REVERSIBLE_STEPS
#else
#define SLIPRING_REVERSIBLE_STEPS
#endif

#include <type_traits>

#include "codecs/kernels/wavelet/lanes-inl.h"
#include "codecs/kernels/wavelet/plane.h"

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

// floor((a + b) / 2), of which no bit is lost.
template <class V>
HWY_INLINE V average(V a, V b) {
  return hn::Add(hn::And(a, b), hn::ShiftRight<1>(hn::Xor(a, b)));
}
// floor((a + b + 2) / 4) = ceil(average / 2).
template <class V>
HWY_INLINE V quarter(V a, V b) {
  const V half = average(a, b);
  return hn::Sub(half, hn::ShiftRight<1>(half));
}

template <class T>
T doubled(T value) {
  return static_cast<T>(static_cast<std::make_unsigned_t<T> >(value) * 2U);
}

// A row parted: its low samples at low, its high ones at high, with margins.
template <class T>
struct Halves {
  T* low;
  T* high;
};

// Which columns are low. low(j) lies between high(j - 1 + odd) and high(j + odd), high(j) between
// low(j - odd) and low(j + 1 - odd).
struct Columns {
  std::size_t width, low, high, odd;

  explicit Columns(const Region& region)
      : width(region.width),
        low(low_count(region.width, region.odd_x)),
        high(high_count(region.width, region.odd_x)),
        odd(region.odd_x ? 1 : 0) {}

  // By place in memory: the first sample's half, and the second's.
  template <class T>
  [[nodiscard]] T* first(const Halves<T>& row) const {
    return odd != 0 ? row.high : row.low;
  }
  template <class T>
  [[nodiscard]] T* second(const Halves<T>& row) const {
    return odd != 0 ? row.low : row.high;
  }
};

// The neighbours beyond the ends of `count` samples that two samples' mirror makes equal to the
// first and to the last.
template <class T>
HWY_INLINE void mirror(T* row, std::size_t count) {
  row[-1] = row[0];
  row[count] = row[count - 1];
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#endif
#endif
