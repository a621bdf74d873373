#include "codecs/kernels/wavelet/components.h"

namespace slipring::codecs::kernels::wavelet {

template <class T>
bool load_components(const std::uint8_t* from, std::size_t row_bytes, const SampleForm& form,
                     std::uint32_t width, std::uint32_t height, std::span<const Plane<T>> planes) {
  return load_components_scalar(from, row_bytes, form, width, height, planes);
}
template <class T>
void store_components(std::span<const Plane<const T>> planes, const SampleForm& form,
                      std::uint32_t width, std::uint32_t height, std::uint8_t* to,
                      std::size_t row_bytes) {
  store_components_scalar(planes, form, width, height, to, row_bytes);
}

#define SLIPRING_INSTANTIATE(T)                                                           \
  template bool load_components(const std::uint8_t*, std::size_t, const SampleForm&,      \
                                std::uint32_t, std::uint32_t, std::span<const Plane<T>>); \
  template void store_components(std::span<const Plane<const T>>, const SampleForm&,      \
                                 std::uint32_t, std::uint32_t, std::uint8_t*, std::size_t)
SLIPRING_INSTANTIATE(std::int16_t);
SLIPRING_INSTANTIATE(std::int32_t);
SLIPRING_INSTANTIATE(float);
#undef SLIPRING_INSTANTIATE

}  // namespace slipring::codecs::kernels::wavelet
