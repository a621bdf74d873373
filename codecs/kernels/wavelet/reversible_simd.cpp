#include "codecs/kernels/wavelet/reversible.h"

namespace slipring::codecs::kernels::wavelet {

std::size_t reversible_scratch(std::uint32_t) { return 0; }

template <class T>
void forward_reversible(Plane<const T> from, const Region& region, const Bands<T>& to,
                        std::span<T>) {
  forward_reversible_scalar(from, region, to);
}
template <class T>
void inverse_reversible(const Bands<const T>& from, const Region& region, Plane<T> to,
                        std::span<T>) {
  inverse_reversible_scalar(from, region, to);
}

#define SLIPRING_INSTANTIATE(T)                                                                   \
  template void forward_reversible(Plane<const T>, const Region&, const Bands<T>&, std::span<T>); \
  template void inverse_reversible(const Bands<const T>&, const Region&, Plane<T>, std::span<T>)
SLIPRING_INSTANTIATE(std::int16_t);
SLIPRING_INSTANTIATE(std::int32_t);
#undef SLIPRING_INSTANTIATE

}  // namespace slipring::codecs::kernels::wavelet
