// What both wavelets do with vectors: parting a row into its even and odd samples and joining them
// again, and loops over any count. Included once a SIMD target.
#if defined(SLIPRING_WAVELET_LANES) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_WAVELET_LANES
#undef SLIPRING_WAVELET_LANES
#else
#define SLIPRING_WAVELET_LANES
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// work(d, i) for all i of 0..count-1, so many lanes at a time as d has: the last ones once more
// where count is no multiple of them, so work must not read what it wrote. Short rows take short
// vectors, and single lanes in the end: nothing outside is touched.
template <class T, class Work>
HWY_INLINE void over(std::size_t count, Work work) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  if (HWY_LIKELY(count >= lanes)) {
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) work(d, i);
    if (i < count) work(d, count - lanes);
    return;
  }
  const hn::CappedTag<T, 16 / sizeof(T)> d_short;
  const std::size_t few = hn::Lanes(d_short);
  std::size_t i = 0;
  for (; few > 1 && i + few <= count; i += few) work(d_short, i);
  const hn::CappedTag<T, 1> d_one;
  for (; i < count; ++i) work(d_one, i);
}

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3

// Sources of a permutation of two registers: of their even lanes, their odd ones, both in turn, and
// the two behind each other from the second lane on, or from the last of the first on.
template <class Lane, std::size_t kLanes>
struct Places {
  Lane even[kLanes], odd[kLanes], lower[kLanes], upper[kLanes], down[kLanes], up[kLanes];
};
template <class Lane, std::size_t kLanes>
constexpr Places<Lane, kLanes> make_places() {
  Places<Lane, kLanes> places = {};
  for (std::size_t i = 0; i < kLanes; ++i) {
    places.even[i] = static_cast<Lane>(2 * i);
    places.odd[i] = static_cast<Lane>(2 * i + 1);
    const std::size_t of_second = i % 2 * kLanes;
    places.lower[i] = static_cast<Lane>(i / 2 + of_second);
    places.upper[i] = static_cast<Lane>(kLanes / 2 + i / 2 + of_second);
    places.down[i] = static_cast<Lane>(i + 1);
    places.up[i] = static_cast<Lane>(i + kLanes - 1);
  }
  return places;
}
alignas(64) inline constexpr Places<std::uint16_t, 32> kPlaces16 = make_places<std::uint16_t, 32>();
alignas(64) inline constexpr Places<std::uint32_t, 16> kPlaces32 = make_places<std::uint32_t, 16>();

template <class V>
HWY_INLINE V permute(V first, V second, const std::uint16_t* places) {
  return V{_mm512_permutex2var_epi16(first.raw, _mm512_load_si512(places), second.raw)};
}
template <class T>
HWY_INLINE hn::Vec512<T> permute(hn::Vec512<T> first, hn::Vec512<T> second,
                                 const std::uint32_t* places) {
  const __m512i at = _mm512_load_si512(places);
  if constexpr (hwy::IsFloat<T>())
    return hn::Vec512<T>{_mm512_permutex2var_ps(first.raw, at, second.raw)};
  else
    return hn::Vec512<T>{_mm512_permutex2var_epi32(first.raw, at, second.raw)};
}

template <class T>
constexpr const auto& places_of() {
  if constexpr (sizeof(T) == 2)
    return kPlaces16;
  else
    return kPlaces32;
}

template <class T>
HWY_INLINE void part(hn::Full512<T>, hn::Vec512<T> first, hn::Vec512<T> second, hn::Vec512<T>& even,
                     hn::Vec512<T>& odd) {
  even = permute(first, second, places_of<T>().even);
  odd = permute(first, second, places_of<T>().odd);
}
template <class T>
HWY_INLINE void join(hn::Full512<T>, hn::Vec512<T> even, hn::Vec512<T> odd, hn::Vec512<T>& first,
                     hn::Vec512<T>& second) {
  first = permute(even, odd, places_of<T>().lower);
  second = permute(even, odd, places_of<T>().upper);
}
template <class T>
HWY_INLINE hn::Vec512<T> from_second(hn::Full512<T>, hn::Vec512<T> first, hn::Vec512<T> second) {
  return permute(first, second, places_of<T>().down);
}
template <class T>
HWY_INLINE hn::Vec512<T> from_last(hn::Full512<T>, hn::Vec512<T> first, hn::Vec512<T> second) {
  return permute(first, second, places_of<T>().up);
}

#endif

// The even and the odd lanes of two vectors that follow each other; of two single lanes, each.
template <class D, class V>
HWY_INLINE void part(D d, V first, V second, V& even, V& odd) {
  if constexpr (hn::MaxLanes(D()) == 1) {
    even = first;
    odd = second;
  } else {
    even = hn::ConcatEven(d, second, first);
    odd = hn::ConcatOdd(d, second, first);
  }
}

template <class D, class V>
HWY_INLINE void join(D d, V even, V odd, V& first, V& second) {
  if constexpr (hn::MaxLanes(D()) == 1) {
    first = even;
    second = odd;
  } else {
    const V lower = hn::InterleaveLower(d, even, odd);
    const V upper = hn::InterleaveUpper(d, even, odd);
    if constexpr (hn::MaxLanes(D()) * sizeof(hn::TFromD<D>) <= 16) {
      first = lower;
      second = upper;
    } else {  // of 256 bits: each half by itself so far
      first = hn::ConcatLowerLower(d, upper, lower);
      second = hn::ConcatUpperUpper(d, upper, lower);
    }
  }
}

// The lanes of `first` but its first, then the first one of `second`: each lane's neighbour behind.
template <class D, class V>
HWY_INLINE V from_second(D d, V first, V second) {
  constexpr int kBytes = sizeof(hn::TFromD<D>);
  if constexpr (hn::MaxLanes(D()) * kBytes <= 16)
    return hn::CombineShiftRightBytes<kBytes>(d, second, first);
  else  // of 256 bits: each half from its own and the one behind it
    return hn::CombineShiftRightBytes<kBytes>(d, hn::ConcatLowerUpper(d, second, first), first);
}

// The last lane of `first`, then those of `second` but its last: each lane's neighbour before.
template <class D, class V>
HWY_INLINE V from_last(D d, V first, V second) {
  constexpr int kBytes = 16 - sizeof(hn::TFromD<D>);
  if constexpr (hn::MaxLanes(D()) * sizeof(hn::TFromD<D>) <= 16)
    return hn::CombineShiftRightBytes<kBytes>(d, second, first);
  else
    return hn::CombineShiftRightBytes<kBytes>(d, second, hn::ConcatLowerUpper(d, second, first));
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#endif
#endif
