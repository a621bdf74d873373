#include "codecs/kernels/wavelet/irreversible.h"

namespace slipring::codecs::kernels::wavelet {

std::size_t irreversible_scratch(std::uint32_t) { return 0; }

void forward_irreversible(Plane<const float> from, const Region& region, const Bands<float>& to,
                          std::span<float>) {
  forward_irreversible_scalar(from, region, to);
}
void inverse_irreversible(const Bands<const float>& from, const Region& region, Plane<float> to,
                          std::span<float>) {
  inverse_irreversible_scalar(from, region, to);
}

}  // namespace slipring::codecs::kernels::wavelet
