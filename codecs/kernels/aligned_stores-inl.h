// Vectors from one memory to another, stored where the destination's vectors begin: a store that
// straddles two cache lines takes two turns. Included once a SIMD target.
#if defined(SLIPRING_ALIGNED_STORES) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_ALIGNED_STORES
#undef SLIPRING_ALIGNED_STORES
#else
#define SLIPRING_ALIGNED_STORES
#endif

#include <cstddef>
#include <cstdint>

// Not of a target: fences of stores past the caches.
#include <hwy/cache_control.h>

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

namespace hn = hwy::HWY_NAMESPACE;

// More bytes than a cache keeps until they are asked for: they are stored past the caches.
inline constexpr std::size_t kFarBytes = std::size_t{128} << 20;

template <bool kFar, class D>
HWY_INLINE void store_vector(hn::Vec<D> v, D d, hn::TFromD<D>* to) {
  if constexpr (kFar)
    hn::Stream(v, d, to);
  else
    hn::StoreU(v, d, to);
}

// Lanes [begin, ...) that whole vectors cover; returns where they end.
template <bool kFar, class D, class Make>
HWY_INLINE std::size_t store_vectors(D d, hn::TFromD<D>* to, std::size_t begin, std::size_t count,
                                     Make make) {
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = begin;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    store_vector<kFar>(make(i), d, to + i);
    store_vector<kFar>(make(i + lanes), d, to + i + lanes);
    store_vector<kFar>(make(i + 2 * lanes), d, to + i + 2 * lanes);
    store_vector<kFar>(make(i + 3 * lanes), d, to + i + 3 * lanes);
  }
  for (; i + lanes <= count; i += lanes) store_vector<kFar>(make(i), d, to + i);
  if constexpr (kFar) hwy::FlushStream();
  return i;
}

// Lanes [0, done) of `to`, whole vectors of them; returns done. make(i) gives the vector of lanes i
// on. The memory it reads may be that of `to`, lane by lane: the first vector, which overlaps the
// second, is made before any and stored after all.
template <class D, class Make>
HWY_INLINE std::size_t store_aligned(D d, std::uint8_t* bytes, std::size_t count, Make make) {
  using Lane = hn::TFromD<D>;
  const std::size_t lanes = hn::Lanes(d);
  auto* to = reinterpret_cast<Lane*>(bytes);
  if (count < lanes) return 0;
  const auto first = make(0);
  const std::size_t missing = (0 - reinterpret_cast<std::uintptr_t>(to)) % (lanes * sizeof(Lane));
  const bool may_align = missing % sizeof(Lane) == 0;
  const std::size_t begin = may_align ? missing / sizeof(Lane) : 0;
  const std::size_t done = may_align && count * sizeof(Lane) >= kFarBytes
                               ? store_vectors<true>(d, to, begin, count, make)
                               : store_vectors<false>(d, to, begin, count, make);
  hn::StoreU(first, d, to);
  return done;
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels
HWY_AFTER_NAMESPACE();

#endif
