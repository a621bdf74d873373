// irreversible: one level of the 9/7 transform (T.800 F.3.8.2, F.4.8.2) on floats, with the
// standard's scaling: low by 1/K, high by K, so that the low band of a constant is the constant.
// Shape and aliasing as codecs/kernels/wavelet/reversible.h has them. Each product and each sum is
// rounded by itself, in the order of the standard's formulas, with no fused multiply-add: every
// target gives the same floats.
#pragma once

#include <span>

#include "codecs/kernels/wavelet/plane.h"

namespace slipring::codecs::kernels::wavelet {

// Samples of scratch that either direction needs at this width.
[[nodiscard]] std::size_t irreversible_scratch(std::uint32_t width);

void forward_irreversible(Plane<const float> from, const Region& region, const Bands<float>& to,
                          std::span<float> scratch);
void inverse_irreversible(const Bands<const float>& from, const Region& region, Plane<float> to,
                          std::span<float> scratch);

// The definition of right.
void forward_irreversible_scalar(Plane<const float> from, const Region& region,
                                 const Bands<float>& to);
void inverse_irreversible_scalar(const Bands<const float>& from, const Region& region,
                                 Plane<float> to);

// The lifting parameters of T.800 F.3.8.2.
namespace irreversible_factors {
inline constexpr float kAlpha = -1.586134342059924F;
inline constexpr float kBeta = -0.052980118572961F;
inline constexpr float kGamma = 0.882911075530934F;
inline constexpr float kDelta = 0.443506852043971F;
inline constexpr float kK = 1.230174104914001F;
inline constexpr float kInverseK = static_cast<float>(1 / 1.230174104914001);
// What synthesis multiplies the high band by: 1/K but for 3.3e-5 of it, as OpenJPEG has always had
// it (1.625732422 / 2), and with it most of those who read lossy JPEG 2000. A pixel that is
// rounded one way by them and the other by us would make two different images of one codestream.
inline constexpr float kInverseKOfReaders = 1.625732422F / 2;
}  // namespace irreversible_factors

}  // namespace slipring::codecs::kernels::wavelet
