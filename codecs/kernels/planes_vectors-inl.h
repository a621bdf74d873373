// Planes by permutations of whole vectors of 64 bytes (AVX-512 VBMI): two, three, four and six of
// them. Pairs of planes are joined in registers first; what no cache can hold is stored past the
// caches. Included once a SIMD target.
#if defined(SLIPRING_PLANES_VECTORS) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_PLANES_VECTORS
#undef SLIPRING_PLANES_VECTORS
#else
#define SLIPRING_PLANES_VECTORS
#endif

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "codecs/kernels/aligned_stores-inl.h"
#include "codecs/kernels/planes.h"

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

// How vectors hold planes: 64 bytes of one each or, of four planes and of six, 32 of one and 32 of
// the next, because half as many vectors have to be permuted.
template <std::size_t kPlanes>
inline constexpr std::size_t kShares = kPlanes >= 4 ? 2 : 1;
template <std::size_t kPlanes>
inline constexpr std::size_t kShareBytes = kVectorBytes / kShares<kPlanes>;

// Where each byte of kVectors vectors comes from in as many others, by one permutation of vectors 0
// and 1 and, of three, a second one of that and vector 2: bit 6 of an index chooses the second.
template <std::size_t kVectors>
struct Permutation {
  alignas(64) std::uint8_t by[kVectors][kVectors - 1][kVectorBytes];

  constexpr void set(std::size_t to, std::size_t from) {
    std::uint8_t(&steps)[kVectors - 1][kVectorBytes] = by[to / kVectorBytes];
    const std::size_t at = to % kVectorBytes;
    const bool last = from >= 2 * kVectorBytes;
    steps[0][at] = static_cast<std::uint8_t>(last ? 0 : from);
    if constexpr (kVectors == 3)
      steps[1][at] = static_cast<std::uint8_t>(last ? from - kVectorBytes : at);
  }
};

// Byte i of plane k is byte (i / kUnit * kPlanes + k) * kUnit + i % kUnit of the pixels.
template <std::size_t kPlanes, std::size_t kUnit, bool kMerge>
constexpr auto permutation() {
  constexpr std::size_t kShare = kShareBytes<kPlanes>;
  Permutation<kPlanes / kShares<kPlanes>> result = {};
  for (std::size_t k = 0; k < kPlanes; ++k) {
    for (std::size_t i = 0; i < kShare; ++i) {
      const std::size_t planar = kShare * k + i;
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
template <std::size_t kPlanes>
using VectorsOf = Vectors<kPlanes / kShares<kPlanes>>;

// Each of the functions below takes a pack of indices in place of a loop: GCC keeps an array in
// registers only if no loop was ever over it.
template <std::size_t kCount>
using Indices = std::make_index_sequence<kCount>;
template <std::size_t kPlanes>
using VectorIndices = Indices<kPlanes / kShares<kPlanes>>;

template <std::size_t kVectors>
HWY_INLINE FullVector permuted_to(const std::uint8_t (&by)[kVectors - 1][kVectorBytes],
                                  const Vectors<kVectors>& from) {
  const Full d;
  auto v = _mm512_permutex2var_epi8(from.at[0].raw, hn::Load(d, by[0]).raw, from.at[1].raw);
  if constexpr (kVectors == 3)
    v = _mm512_permutex2var_epi8(v, hn::Load(d, by[1]).raw, from.at[2].raw);
  return FullVector{v};
}

// From shares of all planes to as many vectors of pixels, or back.
template <std::size_t kPlanes, std::size_t kUnit, bool kMerge, std::size_t... kIndex>
HWY_INLINE VectorsOf<kPlanes> permuted(const VectorsOf<kPlanes>& from,
                                       std::index_sequence<kIndex...>) {
  static constexpr auto kPermutation = permutation<kPlanes, kUnit, kMerge>();
  return {{permuted_to<sizeof...(kIndex)>(kPermutation.by[kIndex], from)...}};
}

// Of a plane: fewer are not worth two vectors that straddle lines.
inline constexpr std::size_t kJoinedBytesMin = 8 * kVectorBytes;

HWY_INLINE FullVector once(FullVector v) {
  asm("" : "+v"(v.raw));  // GCC would have each permutation load it anew
  return v;
}

using Half = hn::Half<Full>;

// The share of planes that vector kIndex holds.
template <std::size_t kPlanes, std::size_t kIndex>
HWY_INLINE FullVector load_share(const std::uint8_t* const* planes, std::size_t at) {
  if constexpr (kShares<kPlanes> == 1) return once(hn::LoadU(Full(), planes[kIndex] + at));
  return once(hn::Combine(Full(), hn::LoadU(Half(), planes[2 * kIndex + 1] + at),
                          hn::LoadU(Half(), planes[2 * kIndex] + at)));
}
template <std::size_t kPlanes, std::size_t kIndex>
HWY_INLINE void store_share(FullVector v, std::uint8_t* const* planes, std::size_t at) {
  if constexpr (kShares<kPlanes> == 1) {
    hn::StoreU(v, Full(), planes[kIndex] + at);
  } else {
    hn::StoreU(hn::LowerHalf(Half(), v), Half(), planes[2 * kIndex] + at);
    hn::StoreU(hn::UpperHalf(Half(), v), Half(), planes[2 * kIndex + 1] + at);
  }
}

// Units [done, ...) that whole vectors cover; returns where they end.
template <std::size_t kPlanes, std::size_t kUnit, bool kFar, std::size_t... kIndex>
std::size_t merge_vectors(ConstPlanes planes, std::size_t done, std::size_t count,
                          std::uint8_t* out, std::index_sequence<kIndex...> indices) {
  const std::uint8_t* from[kPlanes];
  std::ranges::copy(planes, from);
  std::size_t at = done * kUnit;
  for (; at + kShareBytes<kPlanes> <= count * kUnit; at += kShareBytes<kPlanes>) {
    const auto v =
        permuted<kPlanes, kUnit, true>({{load_share<kPlanes, kIndex>(from, at)...}}, indices);
    (store_vector<kFar>(v.at[kIndex], Full(), out + kPlanes * at + kVectorBytes * kIndex), ...);
  }
  return at / kUnit;
}

// The planes' shares of units [at / kUnit, ...).
template <std::size_t kPlanes, std::size_t kUnit, std::size_t... kIndex>
HWY_INLINE VectorsOf<kPlanes> split_share(const std::uint8_t* in, std::size_t at,
                                          std::index_sequence<kIndex...> indices) {
  return permuted<kPlanes, kUnit, false>(
      {{once(hn::LoadU(Full(), in + kPlanes * at + kVectorBytes * kIndex))...}}, indices);
}

template <std::size_t kPlanes, std::size_t kUnit, std::size_t... kIndex>
std::size_t split_vectors(const std::uint8_t* in, std::size_t done, std::size_t count,
                          Planes planes, std::index_sequence<kIndex...> indices) {
  std::uint8_t* to[kPlanes];
  std::ranges::copy(planes, to);
  std::size_t at = done * kUnit;
  for (; at + kShareBytes<kPlanes> <= count * kUnit; at += kShareBytes<kPlanes>) {
    const auto v = split_share<kPlanes, kUnit>(in, at, indices);
    (store_share<kPlanes, kIndex>(v.at[kIndex], to, at), ...);
  }
  return at / kUnit;
}

// Bytes from here to the next cache line.
HWY_INLINE std::size_t missing_to_a_line(const std::uint8_t* to) {
  return (0 - reinterpret_cast<std::uintptr_t>(to)) % kVectorBytes;
}

// 64 bytes of each plane.
template <std::size_t kPlanes, std::size_t kUnit, std::size_t... kPlane>
HWY_INLINE Vectors<kPlanes> split_whole_vectors(const std::uint8_t* in, std::size_t at,
                                                std::index_sequence<kPlane...>) {
  const auto low = split_share<kPlanes, kUnit>(in, at, VectorIndices<kPlanes>());
  if constexpr (kShares<kPlanes> == 1) {
    return low;
  } else {
    const Full d;
    const auto high =
        split_share<kPlanes, kUnit>(in, at + kShareBytes<kPlanes>, VectorIndices<kPlanes>());
    return {
        {(kPlane % 2 == 0 ? hn::ConcatLowerLower(d, high.at[kPlane / 2], low.at[kPlane / 2])
                          : hn::ConcatUpperUpper(d, high.at[kPlane / 2], low.at[kPlane / 2]))...}};
  }
}

// Whole lines of every plane, wherever they begin: each vector of a plane is joined with the end of
// the one before. Only the first and the last one straddle two lines.
template <std::size_t kUnit, bool kFar, std::size_t... kPlane>
std::size_t split_joined(const std::uint8_t* in, std::size_t count, Planes planes,
                         std::index_sequence<kPlane...> indices) {
  constexpr std::size_t kPlanes = sizeof...(kPlane);
  const Full d;
  std::uint8_t* const to[] = {planes[kPlane]...};
  const std::size_t skipped[] = {missing_to_a_line(to[kPlane])...};
  const Vectors<kPlanes> skip{{hn::Iota(d, static_cast<std::uint8_t>(skipped[kPlane]))...}};
  Vectors<kPlanes> before = split_whole_vectors<kPlanes, kUnit>(in, 0, indices);
  (hn::StoreU(before.at[kPlane], d, to[kPlane]), ...);
  std::size_t at = kVectorBytes;
  for (; at + kVectorBytes <= count * kUnit; at += kVectorBytes) {
    const auto v = split_whole_vectors<kPlanes, kUnit>(in, at, indices);
    (store_vector<kFar>(FullVector{_mm512_permutex2var_epi8(before.at[kPlane].raw,
                                                            skip.at[kPlane].raw, v.at[kPlane].raw)},
                        d, to[kPlane] + at - kVectorBytes + skipped[kPlane]),
     ...);
    before = Vectors<kPlanes>{{v.at[kPlane]...}};
  }
  if constexpr (kFar) hwy::FlushStream();
  (hn::StoreU(before.at[kPlane], d, to[kPlane] + at - kVectorBytes), ...);
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
  const std::size_t missing = missing_to_a_line(to);
  return missing % kPower == 0 ? missing / kPower * kInverse % kPeriod : kNever;
}

// A first vector may overlap the second, which begins a cache line in all that is written, if that
// can be: no store straddles two lines then. vectors(far, done, count) does units [done, count) and
// returns where it ends, as this does; far: past the caches.
template <std::size_t kUnit, class DoVectors>
HWY_INLINE std::size_t from_a_line(std::size_t line, std::size_t count, bool far,
                                   DoVectors vectors) {
  constexpr std::size_t kUnits = kVectorBytes / kUnit;
  if (line == kNever || count < 2 * kUnits) return vectors(std::false_type(), 0, count);
  if (line != 0) vectors(std::false_type(), 0, kUnits);
  if (!far) return vectors(std::false_type(), line, count);
  const std::size_t done = vectors(std::true_type(), line, count);
  hwy::FlushStream();
  return done;
}

// Returns how many units are done, from the first on.
template <std::size_t kPlanes, std::size_t kUnit>
std::size_t merge_whole(ConstPlanes planes, std::size_t count, std::uint8_t* out) {
  constexpr std::size_t kPixel = kPlanes * kUnit;
  return from_a_line<kUnit>(first_on_a_line<kPixel>(out), count, count * kPixel >= kFarBytes,
                            [&](auto far, std::size_t from, std::size_t to) HWY_ATTR {
                              return merge_vectors<kPlanes, kUnit, decltype(far)::value>(
                                  planes, from, to, out, VectorIndices<kPlanes>());
                            });
}

template <std::size_t kPlanes, std::size_t kUnit>
std::size_t split_whole(const std::uint8_t* in, std::size_t count, Planes planes) {
  if (count * kPlanes * kUnit >= kFarBytes)
    return split_joined<kUnit, true>(in, count, planes, Indices<kPlanes>());
  std::size_t line = first_on_a_line<kUnit>(planes[0]);
  for (const std::uint8_t* plane : planes)
    if (first_on_a_line<kUnit>(plane) != line) line = kNever;
  if (line == kNever && count * kUnit >= kJoinedBytesMin)
    return split_joined<kUnit, false>(in, count, planes, Indices<kPlanes>());
  return from_a_line<kUnit>(
      line, count, false, [&](auto, std::size_t from, std::size_t to) HWY_ATTR {
        return split_vectors<kPlanes, kUnit>(in, from, to, planes, VectorIndices<kPlanes>());
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
