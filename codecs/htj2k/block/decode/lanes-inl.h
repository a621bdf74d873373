// What Highway 1.0.3 lacks and the block decoder needs, for AVX2 and AVX-512. The only place here
// with names of one instruction set.
#if defined(SLIPRING_HTJ2K_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_HTJ2K_LANES_INL_H_
#undef SLIPRING_HTJ2K_LANES_INL_H_
#else
#define SLIPRING_HTJ2K_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

#include "codecs/base/bytes.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::htj2k {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#undef SLIPRING_HTJ2K_VECTORS
#undef SLIPRING_HTJ2K_NARROW

#if HWY_TARGET == HWY_AVX2
#define SLIPRING_HTJ2K_VECTORS 1
#define SLIPRING_HTJ2K_NARROW 0

template <class T>
using Vector = hn::Vec256<T>;

// A constant that stays in its register: GCC would make it again in each turn of a loop.
template <class V>
HWY_INLINE V kept(V v) {
  asm("" : "+x"(v.raw));
  return v;
}

// The bits of floats that are rounded to no power of two above them.
template <class V>
HWY_INLINE V as_floats(V v) {
  const hn::DFromV<V> d;
  const auto highest = hn::AndNot(hn::ShiftRight<1>(v), v);
  const hn::RebindToSigned<decltype(d)> from;
  return hn::BitCast(d,
                     hn::ConvertTo(hn::RebindToFloat<decltype(d)>(), hn::BitCast(from, highest)));
}

// Bytes as 64 bits each.
HWY_INLINE hn::Vec128<std::uint64_t> load_bytes(hn::Simd<std::uint64_t, 2, 0> /*d*/,
                                                const std::uint8_t* from) {
  return hn::Vec128<std::uint64_t>{
      _mm_cvtepu8_epi64(_mm_cvtsi32_si128(load_le<std::uint16_t>(from)))};
}

// Lane i of the result is lane index[i] of `v`, modulo the number of lanes.
HWY_INLINE Vector<std::uint32_t> pick(Vector<std::uint32_t> v, Vector<std::uint32_t> index) {
  return Vector<std::uint32_t>{_mm256_permutevar8x32_epi32(v.raw, index.raw)};
}

// Block i of the result is the sum of the blocks of `v` below i.
HWY_INLINE Vector<std::uint32_t> sum_of_blocks_below(Vector<std::uint32_t> v) {
  const hn::Full256<std::uint32_t> d;
  return hn::ConcatLowerLower(d, v, hn::Zero(d));
}

// The lower 32 bits of (high : low) >> (by modulo 32).
HWY_INLINE Vector<std::uint32_t> funnel(Vector<std::uint32_t> low, Vector<std::uint32_t> high,
                                        Vector<std::uint32_t> by) {
  const hn::Full256<std::uint32_t> d;
  const auto count = hn::And(by, hn::Set(d, 31));
  return hn::Or(
      Vector<std::uint32_t>{_mm256_srlv_epi32(low.raw, count.raw)},
      Vector<std::uint32_t>{_mm256_sllv_epi32(high.raw, hn::Sub(hn::Set(d, 32), count).raw)});
}

#elif HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
#define SLIPRING_HTJ2K_VECTORS 1
#define SLIPRING_HTJ2K_NARROW 1

template <class T>
using Vector = hn::Vec512<T>;

template <class V>
HWY_INLINE V kept(V v) {
  asm("" : "+v"(v.raw));
  return v;
}

HWY_INLINE Vector<std::uint32_t> as_floats(Vector<std::uint32_t> v) {
  constexpr int kDown = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;
  return Vector<std::uint32_t>{_mm512_castps_si512(_mm512_cvt_roundepi32_ps(v.raw, kDown))};
}
HWY_INLINE hn::Vec256<std::uint32_t> as_floats(hn::Vec256<std::uint32_t> v) {
  const __m512i wide = _mm512_castsi256_si512(v.raw);
  return hn::Vec256<std::uint32_t>{
      _mm512_castsi512_si256(as_floats(Vector<std::uint32_t>{wide}).raw)};
}

HWY_INLINE hn::Vec256<std::uint64_t> load_bytes(hn::Simd<std::uint64_t, 4, 0> /*d*/,
                                                const std::uint8_t* from) {
  const auto four = static_cast<int>(load_le<std::uint32_t>(from));
  return hn::Vec256<std::uint64_t>{_mm256_cvtepu8_epi64(_mm_cvtsi32_si128(four))};
}
HWY_INLINE hn::Vec512<std::uint64_t> load_bytes(hn::Simd<std::uint64_t, 8, 0> /*d*/,
                                                const std::uint8_t* from) {
  return hn::Vec512<std::uint64_t>{
      _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))};
}

HWY_INLINE Vector<std::uint32_t> pick(Vector<std::uint32_t> v, Vector<std::uint32_t> index) {
  return Vector<std::uint32_t>{_mm512_permutexvar_epi32(index.raw, v.raw)};
}
HWY_INLINE Vector<std::uint16_t> pick(Vector<std::uint16_t> v, Vector<std::uint16_t> index) {
  return Vector<std::uint16_t>{_mm512_permutexvar_epi16(index.raw, v.raw)};
}
// Lanes of what lies in the lower part of a vector.
HWY_INLINE Vector<std::uint16_t> pick_low(hn::Vec128<std::uint16_t> v,
                                          Vector<std::uint16_t> index) {
  return pick(Vector<std::uint16_t>{_mm512_castsi128_si512(v.raw)}, index);
}
HWY_INLINE Vector<std::uint16_t> pick_low(hn::Vec256<std::uint16_t> v,
                                          Vector<std::uint16_t> index) {
  return pick(Vector<std::uint16_t>{_mm512_castsi256_si512(v.raw)}, index);
}

// The lower 64 bits of the products.
HWY_INLINE Vector<std::uint64_t> products(Vector<std::uint64_t> a, Vector<std::uint64_t> b) {
  return Vector<std::uint64_t>{_mm512_mullo_epi64(a.raw, b.raw)};
}

// Lane i of the result is the 64 bits before those of `here`; `before` ends where `here` begins.
HWY_INLINE Vector<std::uint32_t> quads_before(Vector<std::uint32_t> before,
                                              Vector<std::uint32_t> here) {
  return Vector<std::uint32_t>{_mm512_alignr_epi64(here.raw, before.raw, 7)};
}
HWY_INLINE Vector<std::uint32_t> quads_after(Vector<std::uint32_t> here,
                                             Vector<std::uint32_t> after) {
  return Vector<std::uint32_t>{_mm512_alignr_epi64(after.raw, here.raw, 1)};
}

template <class T>
HWY_INLINE Vector<T> sum_of_blocks_below(Vector<T> v) {
  const __m512i zero = _mm512_setzero_si512();
  const Vector<T> one{_mm512_alignr_epi64(v.raw, zero, 6)};
  const Vector<T> two{_mm512_alignr_epi64(v.raw, zero, 4)};
  const Vector<T> three{_mm512_alignr_epi64(v.raw, zero, 2)};
  return hn::Add(hn::Add(one, two), three);
}

#if HWY_TARGET == HWY_AVX3_DL
HWY_INLINE Vector<std::uint32_t> funnel(Vector<std::uint32_t> low, Vector<std::uint32_t> high,
                                        Vector<std::uint32_t> by) {
  return Vector<std::uint32_t>{_mm512_shrdv_epi32(low.raw, high.raw, by.raw)};
}
HWY_INLINE Vector<std::uint16_t> funnel(Vector<std::uint16_t> low, Vector<std::uint16_t> high,
                                        Vector<std::uint16_t> by) {
  return Vector<std::uint16_t>{_mm512_shrdv_epi16(low.raw, high.raw, by.raw)};
}
#else
HWY_INLINE Vector<std::uint32_t> funnel(Vector<std::uint32_t> low, Vector<std::uint32_t> high,
                                        Vector<std::uint32_t> by) {
  const __m512i count = _mm512_and_si512(by.raw, _mm512_set1_epi32(31));
  const __m512i rest = _mm512_sub_epi32(_mm512_set1_epi32(32), count);
  return Vector<std::uint32_t>{
      _mm512_or_si512(_mm512_srlv_epi32(low.raw, count), _mm512_sllv_epi32(high.raw, rest))};
}
HWY_INLINE Vector<std::uint16_t> funnel(Vector<std::uint16_t> low, Vector<std::uint16_t> high,
                                        Vector<std::uint16_t> by) {
  const __m512i count = _mm512_and_si512(by.raw, _mm512_set1_epi16(15));
  const __m512i rest = _mm512_sub_epi16(_mm512_set1_epi16(16), count);
  return Vector<std::uint16_t>{
      _mm512_or_si512(_mm512_srlv_epi16(low.raw, count), _mm512_sllv_epi16(high.raw, rest))};
}
#endif

#else
#define SLIPRING_HTJ2K_VECTORS 0
#define SLIPRING_HTJ2K_NARROW 0
#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::htj2k
HWY_AFTER_NAMESPACE();

#endif
