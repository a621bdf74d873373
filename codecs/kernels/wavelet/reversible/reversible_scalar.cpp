#include <algorithm>

#include "codecs/kernels/wavelet/reversible.h"
#include "codecs/kernels/wavelet/rows.h"
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

namespace {

// Rows of the plane as they become known: the horizontal steps of one, then the vertical steps
// between it and its neighbours.
template <class T>
class Steps {
 public:
  Steps(InverseSteps<T>& steps, Plane<T> to, std::span<T> scratch)
      : steps_(steps), region_(steps.region), to_(to), odd_(steps.region.odd_y ? 1 : 0) {
    ScratchRows<T> rows(scratch, region_.width);
    above_ = rows.take();
    below_ = rows.take();
    made_before_ = steps.lows == 0 ? 0 : rows_made(region_, steps.lows) - 1;
  }

  void run(std::uint32_t end) {
    if (region_.height == 1) return single_row();
    const std::uint32_t highs = high_count(region_.height, region_.odd_y);
    if (steps_.lows == 0 && odd_ != 0) take(steps_.from.lh, steps_.from.hh, 0, above_);
    for (std::uint32_t k = steps_.lows; k < end; ++k) {
      if (k + odd_ < highs) take(steps_.from.lh, steps_.from.hh, k + odd_, below_);
      const T* before = k + odd_ == 0 ? below_ : above_;
      low_row(k, before, k + odd_ < highs ? below_ : before);
      if (k + odd_ != 0) high_row(k + odd_ - 1, k == 0 ? 0 : k - 1, k);
      if (k + odd_ < highs) std::copy_n(below_, region_.width, above_);
    }
    if (end == low_count(region_.height, region_.odd_y) && end + odd_ == highs)
      high_row(highs - 1, end - 1, end - 1);
    steps_.lows = end;
  }

 private:
  [[nodiscard]] T* row(std::uint32_t y) const { return to_.row(y - made_before_); }

  void take(const Plane<const T>& low, const Plane<const T>& high, std::uint32_t k, T* to) {
    const T* halves[2] = {low.row(k - steps_.from_row), high.row(k - steps_.from_row)};
    for (std::uint32_t x = 0; x < region_.width; ++x)
      to[x] = halves[(x + (region_.odd_x ? 1 : 0)) % 2][x / 2];
    synthesise(Line<T>{to, 1, region_.width, region_.odd_x});
  }
  void low_row(std::uint32_t k, const T* before, const T* behind) {
    T* here = row(2 * k + odd_);
    take(steps_.from.ll, steps_.from.hl, k, here);
    for (std::uint32_t x = 0; x < region_.width; ++x)
      here[x] = static_cast<T>(here[x] - ((std::int64_t{before[x]} + behind[x] + 2) >> 2));
  }
  // The high row in above_, between two low rows.
  void high_row(std::uint32_t k, std::uint32_t low, std::uint32_t next_low) {
    const T* before = row(2 * low + odd_);
    const T* behind = row(2 * next_low + odd_);
    T* here = row(2 * k + 1 - odd_);
    for (std::uint32_t x = 0; x < region_.width; ++x)
      here[x] = static_cast<T>(above_[x] + ((std::int64_t{before[x]} + behind[x]) >> 1));
  }
  void single_row() {
    T* here = to_.row(0);
    if (odd_ == 0) return take(steps_.from.ll, steps_.from.hl, 0, here);
    take(steps_.from.lh, steps_.from.hh, 0, here);
    for (std::uint32_t x = 0; x < region_.width; ++x) here[x] = static_cast<T>(here[x] >> 1);
  }

  InverseSteps<T>& steps_;
  const Region& region_;
  Plane<T> to_;
  std::uint32_t odd_;
  std::uint32_t made_before_;
  T* above_;
  T* below_;
};

}  // namespace

template <class T>
void inverse_reversible_scalar(InverseSteps<T>& steps, std::uint32_t lows, Plane<T> to,
                               std::span<T> scratch) {
  Steps<T>(steps, to, scratch).run(lows);
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
                                        Plane<std::int16_t>, std::span<std::int16_t>);
template void inverse_reversible_scalar(InverseSteps<std::int32_t>&, std::uint32_t,
                                        Plane<std::int32_t>, std::span<std::int32_t>);

}  // namespace slipring::codecs::kernels::wavelet
