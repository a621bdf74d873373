// Planes by permutations of whole vectors of 64 bytes (AVX-512 VBMI): two, three, four and six of
// them. Pairs of planes are joined in registers first; what no cache can hold is stored past the
// caches. Included once a SIMD target.
#if defined(SLIPRING_PLANES_VECTORS) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_PLANES_VECTORS
#undef SLIPRING_PLANES_VECTORS
#else
#define SLIPRING_PLANES_VECTORS
#endif

#include <bit>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "codecs/kernels/planes.h"
// Not of a target: fences of stores past the caches.
#include <hwy/cache_control.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels {
namespace HWY_NAMESPACE {

using ConstPlanes = std::span<const std::uint8_t* const>;
using Planes = std::span<std::uint8_t* const>;

#if HWY_TARGET == HWY_AVX3_DL

namespace hn = hwy::HWY_NAMESPACE;

using Full = hn::ScalableTag<std::uint8_t>;
using FullVector = hn::Vec<Full>;
inline constexpr std::size_t kVectorBytes = 64;

// Where each byte of kPlanes vectors comes from in as many others, by one permutation of vectors 0
// and 1 and, of three, a second one of that and vector 2: bit 6 of an index chooses the second.
template <std::size_t kPlanes>
struct Permutation {
  alignas(64) std::uint8_t by[kPlanes][kPlanes - 1][kVectorBytes];

  constexpr void set(std::size_t to, std::size_t from) {
    std::uint8_t(&steps)[kPlanes - 1][kVectorBytes] = by[to / kVectorBytes];
    const std::size_t at = to % kVectorBytes;
    const bool last = from >= 2 * kVectorBytes;
    steps[0][at] = static_cast<std::uint8_t>(last ? 0 : from);
    if constexpr (kPlanes == 3)
      steps[1][at] = static_cast<std::uint8_t>(last ? from - kVectorBytes : at);
  }
};

// Byte i of plane k is byte (i / kUnit * kPlanes + k) * kUnit + i % kUnit of the pixels.
template <std::size_t kPlanes, std::size_t kUnit, bool kMerge>
constexpr Permutation<kPlanes> permutation() {
  Permutation<kPlanes> result = {};
  for (std::size_t k = 0; k < kPlanes; ++k) {
    for (std::size_t i = 0; i < kVectorBytes; ++i) {
      const std::size_t planar = kVectorBytes * k + i;
      const std::size_t pixels = (i / kUnit * kPlanes + k) * kUnit + i % kUnit;
      kMerge ? result.set(pixels, planar) : result.set(planar, pixels);
    }
  }
  return result;
}

template <std::size_t kCount>
struct Vectors {
  FullVector at[kCount];
};

// Each of the functions below takes a pack of indices in place of a loop: GCC keeps an array in
// registers only if no loop was ever over it.
template <std::size_t kCount>
using Indices = std::make_index_sequence<kCount>;

template <std::size_t kPlanes>
HWY_INLINE FullVector permuted_to(const std::uint8_t (&by)[kPlanes - 1][kVectorBytes],
                                  const Vectors<kPlanes>& from) {
  const Full d;
  auto v = _mm512_permutex2var_epi8(from.at[0].raw, hn::Load(d, by[0]).raw, from.at[1].raw);
  if constexpr (kPlanes == 3)
    v = _mm512_permutex2var_epi8(v, hn::Load(d, by[1]).raw, from.at[2].raw);
  return FullVector{v};
}

template <std::size_t kUnit, bool kMerge, std::size_t kPlanes, std::size_t... kIndex>
HWY_INLINE Vectors<kPlanes> permuted(const Vectors<kPlanes>& from, std::index_sequence<kIndex...>) {
  static constexpr Permutation<kPlanes> kPermutation = permutation<kPlanes, kUnit, kMerge>();
  return {{permuted_to<kPlanes>(kPermutation.by[kIndex], from)...}};
}

template <std::size_t kUnit>
HWY_INLINE Vectors<2> merged(const Vectors<2>& planes) {
  return permuted<kUnit, true>(planes, Indices<2>());
}
template <std::size_t kUnit>
HWY_INLINE Vectors<3> merged(const Vectors<3>& planes) {
  return permuted<kUnit, true>(planes, Indices<3>());
}

// Pairs of planes are half as many planes whose units are twice as large.
template <std::size_t kUnit, std::size_t kPlanes, std::size_t... kPair>
HWY_INLINE Vectors<kPlanes> merged_by_pairs(const Vectors<kPlanes>& planes,
                                            std::index_sequence<kPair...>) {
  const Vectors<2> pairs[] = {
      merged<kUnit>(Vectors<2>{{planes.at[2 * kPair], planes.at[2 * kPair + 1]}})...};
  const auto low = merged<2 * kUnit>(Vectors<kPlanes / 2>{{pairs[kPair].at[0]...}});
  const auto high = merged<2 * kUnit>(Vectors<kPlanes / 2>{{pairs[kPair].at[1]...}});
  return {{low.at[kPair]..., high.at[kPair]...}};
}

// A vector of each plane to as many vectors of pixels.
template <std::size_t kUnit, std::size_t kPlanes>
HWY_INLINE Vectors<kPlanes> merged(const Vectors<kPlanes>& planes) {
  return merged_by_pairs<kUnit>(planes, Indices<kPlanes / 2>());
}

template <std::size_t kUnit>
HWY_INLINE Vectors<2> separated(const Vectors<2>& pixels) {
  return permuted<kUnit, false>(pixels, Indices<2>());
}
template <std::size_t kUnit>
HWY_INLINE Vectors<3> separated(const Vectors<3>& pixels) {
  return permuted<kUnit, false>(pixels, Indices<3>());
}

template <std::size_t kUnit, std::size_t kPlanes, std::size_t... kPair, std::size_t... kPlane>
HWY_INLINE Vectors<kPlanes> separated_by_pairs(const Vectors<kPlanes>& pixels,
                                               std::index_sequence<kPair...>,
                                               std::index_sequence<kPlane...>) {
  constexpr std::size_t kPairs = kPlanes / 2;
  const auto low = separated<2 * kUnit>(Vectors<kPairs>{{pixels.at[kPair]...}});
  const auto high = separated<2 * kUnit>(Vectors<kPairs>{{pixels.at[kPairs + kPair]...}});
  const Vectors<2> pairs[] = {separated<kUnit>(Vectors<2>{{low.at[kPair], high.at[kPair]}})...};
  return {{pairs[kPlane / 2].at[kPlane % 2]...}};
}

// The inverse of merged().
template <std::size_t kUnit, std::size_t kPlanes>
HWY_INLINE Vectors<kPlanes> separated(const Vectors<kPlanes>& pixels) {
  return separated_by_pairs<kUnit>(pixels, Indices<kPlanes / 2>(), Indices<kPlanes>());
}

// More bytes than a cache keeps until they are asked for.
inline constexpr std::size_t kFarBytes = std::size_t{128} << 20;

HWY_INLINE FullVector load(const std::uint8_t* from) {
  FullVector v = hn::LoadU(Full(), from);
  asm("" : "+v"(v.raw));  // once: GCC would have each permutation load it anew
  return v;
}

template <bool kFar>
HWY_INLINE void store(FullVector v, std::uint8_t* to) {
  if constexpr (kFar)
    hn::Stream(v, Full(), to);
  else
    hn::StoreU(v, Full(), to);
}

// Units [done, ...) that whole vectors cover; returns where they end.
template <std::size_t kUnit, bool kFar, std::size_t... kIndex>
std::size_t merge_vectors(ConstPlanes planes, std::size_t done, std::size_t count,
                          std::uint8_t* out, std::index_sequence<kIndex...>) {
  constexpr std::size_t kPlanes = sizeof...(kIndex);
  const std::uint8_t* const from[] = {planes[kIndex]...};
  std::size_t at = done * kUnit;
  for (; at + kVectorBytes <= count * kUnit; at += kVectorBytes) {
    const auto v = merged<kUnit>(Vectors<kPlanes>{{load(from[kIndex] + at)...}});
    (store<kFar>(v.at[kIndex], out + kPlanes * at + kVectorBytes * kIndex), ...);
  }
  return at / kUnit;
}

template <std::size_t kUnit, bool kFar, std::size_t... kIndex>
std::size_t split_vectors(const std::uint8_t* in, std::size_t done, std::size_t count,
                          Planes planes, std::index_sequence<kIndex...>) {
  constexpr std::size_t kPlanes = sizeof...(kIndex);
  std::uint8_t* const to[] = {planes[kIndex]...};
  std::size_t at = done * kUnit;
  for (; at + kVectorBytes <= count * kUnit; at += kVectorBytes) {
    const auto v =
        separated<kUnit>(Vectors<kPlanes>{{load(in + kPlanes * at + kVectorBytes * kIndex)...}});
    (store<kFar>(v.at[kIndex], to[kIndex] + at), ...);
  }
  return at / kUnit;
}

inline constexpr std::size_t kNever = SIZE_MAX;

// The first unit, `kStride` bytes from one to the next, that begins a cache line; kNever: none.
template <std::size_t kStride>
HWY_INLINE std::size_t first_on_a_line(const std::uint8_t* to) {
  constexpr std::size_t kPower = std::size_t{1} << std::countr_zero(kStride);
  constexpr std::size_t kPeriod = kVectorBytes / kPower;
  constexpr std::size_t kInverse = kStride / kPower == 3 ? 43 : 1;  // modulo 64
  static_assert(kStride / kPower * kInverse % kVectorBytes == 1);
  const std::size_t missing = (0 - reinterpret_cast<std::uintptr_t>(to)) % kVectorBytes;
  return missing % kPower == 0 ? missing / kPower * kInverse % kPeriod : kNever;
}

// A first vector may overlap the second, which begins a cache line in all that is written, if that
// can be: no store straddles two lines then, and those of what no cache can hold go past the
// caches. vectors(far, done, count) does units [done, count) and returns where it ends, as this
// does.
template <std::size_t kUnit, class DoVectors>
HWY_INLINE std::size_t from_a_line(std::size_t line, std::size_t count, std::size_t bytes,
                                   DoVectors vectors) {
  constexpr std::size_t kUnits = kVectorBytes / kUnit;
  if (line == kNever || count < 2 * kUnits) return vectors(std::false_type(), 0, count);
  if (line != 0) vectors(std::false_type(), 0, kUnits);
  if (bytes < kFarBytes) return vectors(std::false_type(), line, count);
  const std::size_t done = vectors(std::true_type(), line, count);
  hwy::FlushStream();
  return done;
}

// Returns how many units are done, from the first on.
template <std::size_t kPlanes, std::size_t kUnit>
std::size_t merge_whole(ConstPlanes planes, std::size_t count, std::uint8_t* out) {
  constexpr std::size_t kPixel = kPlanes * kUnit;
  return from_a_line<kUnit>(first_on_a_line<kPixel>(out), count, count * kPixel,
                            [&](auto far, std::size_t from, std::size_t to) HWY_ATTR {
                              return merge_vectors<kUnit, decltype(far)::value>(
                                  planes, from, to, out, Indices<kPlanes>());
                            });
}

template <std::size_t kPlanes, std::size_t kUnit>
std::size_t split_whole(const std::uint8_t* in, std::size_t count, Planes planes) {
  std::size_t line = first_on_a_line<kUnit>(planes[0]);
  for (const std::uint8_t* plane : planes)
    if (first_on_a_line<kUnit>(plane) != line) line = kNever;
  return from_a_line<kUnit>(line, count, count * kPlanes * kUnit,
                            [&](auto far, std::size_t from, std::size_t to) HWY_ATTR {
                              return split_vectors<kUnit, decltype(far)::value>(
                                  in, from, to, planes, Indices<kPlanes>());
                            });
}

#elif HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

template <std::size_t kPlanes, std::size_t kUnit>
std::size_t merge_whole(ConstPlanes, std::size_t, std::uint8_t*) {
  return 0;
}
template <std::size_t kPlanes, std::size_t kUnit>
std::size_t split_whole(const std::uint8_t*, std::size_t, Planes) {
  return 0;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels
HWY_AFTER_NAMESPACE();

#endif
