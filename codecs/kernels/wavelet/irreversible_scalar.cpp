#include "codecs/kernels/wavelet/irreversible.h"
#include "codecs/kernels/wavelet/whole_plane.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

using namespace irreversible_factors;
using Signal = Line<float>;

void lift(const Signal& x, std::int64_t first, float factor) {
  for (std::int64_t i = first; i < x.length; i += 2) {
    const float around = x[i - 1] + x[i + 1];
    const float part = factor * around;
    x[i] = x[i] + part;
  }
}

void scale(const Signal& x, std::int64_t first, float factor) {
  for (std::int64_t i = first; i < x.length; i += 2) x[i] = x[i] * factor;
}

// 1D_SD (T.800 F.4.6, F.4.8.2), steps 1 to 6.
void analyse(const Signal& x) {
  if (x.length == 1) {
    if (x.odd) *x.at = 2 * *x.at;
    return;
  }
  lift(x, x.first_high(), kAlpha);
  lift(x, x.first_low(), kBeta);
  lift(x, x.first_high(), kGamma);
  lift(x, x.first_low(), kDelta);
  scale(x, x.first_high(), kK);
  scale(x, x.first_low(), kInverseK);
}

// 1D_SR (T.800 F.3.6, F.3.8.2), steps 1 to 6.
void synthesise(const Signal& x) {
  if (x.length == 1) {
    if (x.odd) *x.at = *x.at / 2;
    return;
  }
  scale(x, x.first_low(), kK);
  scale(x, x.first_high(), kInverseKOfReaders);
  lift(x, x.first_low(), -kDelta);
  lift(x, x.first_high(), -kGamma);
  lift(x, x.first_low(), -kBeta);
  lift(x, x.first_high(), -kAlpha);
}

}  // namespace

void forward_irreversible_scalar(Plane<const float> from, const Region& region,
                                 const Bands<float>& to) {
  forward_whole(from, region, to, analyse);
}

void inverse_irreversible_scalar(const Bands<const float>& from, const Region& region,
                                 Plane<float> to) {
  inverse_whole(from, region, to, synthesise);
}

}  // namespace slipring::codecs::kernels::wavelet
