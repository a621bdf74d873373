#include <algorithm>

#include "codecs/kernels/wavelet/reversible.h"
#include "codecs/kernels/wavelet/whole_plane.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

// What a high sample loses, and a low one gains, by its neighbours (T.800 F.4.8.1).
template <class T>
std::int64_t predicted(const Line<T>& x, std::int64_t i) {
  return (std::int64_t{x[i - 1]} + x[i + 1]) >> 1;
}
template <class T>
std::int64_t updated(const Line<T>& x, std::int64_t i) {
  return (std::int64_t{x[i - 1]} + x[i + 1] + 2) >> 2;
}

// 1D_SD (F.4.6, F.4.8.1).
template <class T>
void analyse(const Line<T>& x) {
  if (x.length == 1) {
    if (x.odd) *x.at = static_cast<T>(std::int64_t{*x.at} * 2);
    return;
  }
  for (std::int64_t i = x.first_high(); i < x.length; i += 2)
    x[i] = static_cast<T>(x[i] - predicted(x, i));
  for (std::int64_t i = x.first_low(); i < x.length; i += 2)
    x[i] = static_cast<T>(x[i] + updated(x, i));
}

// 1D_SR (F.3.6, F.3.8.1).
template <class T>
void synthesise(const Line<T>& x) {
  if (x.length == 1) {
    if (x.odd) *x.at = static_cast<T>(*x.at >> 1);
    return;
  }
  for (std::int64_t i = x.first_low(); i < x.length; i += 2)
    x[i] = static_cast<T>(x[i] - updated(x, i));
  for (std::int64_t i = x.first_high(); i < x.length; i += 2)
    x[i] = static_cast<T>(x[i] + predicted(x, i));
}

}  // namespace

template <class T>
void forward_reversible_scalar(Plane<const T> from, const Region& region, const Bands<T>& to) {
  forward_whole(from, region, to, analyse<T>);
}

template <class T>
void inverse_reversible_scalar(const Bands<const T>& from, const Region& region, Plane<T> to) {
  inverse_whole(from, region, to, synthesise<T>);
}

// By the rows around those that are asked for: two low rows before decide the first of them, and
// what a false end has wrong lies outside.
template <class T>
void inverse_reversible_scalar(InverseSteps<T>& steps, std::uint32_t lows, Plane<T> to) {
  const Region& all = steps.region;
  const std::uint32_t skipped = std::max(steps.lows, 2U) - 2;  // low rows, and high ones
  const bool is_last = lows == low_count(all.height, all.odd_y);
  Region some = all;
  some.height = (is_last ? all.height : 2 * lows + (all.odd_y ? 1 : 0)) - 2 * skipped;
  const Bands<const T>& from = steps.from;
  const auto rest = [&](Plane<const T> plane) {
    return Plane<const T>{plane.at == nullptr ? nullptr : plane.row(skipped), plane.stride};
  };
  WholePlane<T> made(some);
  inverse_reversible_scalar<T>({rest(from.ll), rest(from.hl), rest(from.lh), rest(from.hh)}, some,
                               made.plane());
  const std::uint32_t first = steps.lows == 0 ? 0 : rows_made(all, steps.lows);
  const std::uint32_t before = std::max(first, 1U) - 1;
  for (std::uint32_t y = first; y < rows_made(all, lows); ++y)
    std::copy_n(&made.at(0, y - 2 * skipped), all.width, to.row(y - before));
  steps.lows = lows;
}

template void forward_reversible_scalar(Plane<const std::int16_t>, const Region&,
                                        const Bands<std::int16_t>&);
template void forward_reversible_scalar(Plane<const std::int32_t>, const Region&,
                                        const Bands<std::int32_t>&);
template void inverse_reversible_scalar(const Bands<const std::int16_t>&, const Region&,
                                        Plane<std::int16_t>);
template void inverse_reversible_scalar(const Bands<const std::int32_t>&, const Region&,
                                        Plane<std::int32_t>);
template void inverse_reversible_scalar(InverseSteps<std::int16_t>&, std::uint32_t,
                                        Plane<std::int16_t>);
template void inverse_reversible_scalar(InverseSteps<std::int32_t>&, std::uint32_t,
                                        Plane<std::int32_t>);

}  // namespace slipring::codecs::kernels::wavelet
