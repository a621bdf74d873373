// A pair of rows, wide enough and with its first column low, through all forward steps of 5/3 in
// registers: from the plane to the four bands, with one row of vertical steps kept for the pair
// below. Included once a SIMD target.
#if defined(SLIPRING_REVERSIBLE_SPLIT) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_REVERSIBLE_SPLIT
#undef SLIPRING_REVERSIBLE_SPLIT
#else
#define SLIPRING_REVERSIBLE_SPLIT
#endif

#include <cstddef>

#include "codecs/kernels/wavelet/reversible/steps-inl.h"

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

template <class T>
struct SplitRows {
  const T* even;  // of the plane: a low row, the high row below it, the low row below that
  const T* odd;
  const T* next;
  const T* above;  // vertical steps of the high row above, and of `odd`
  T* below;
  T *ll, *hl, *lh, *hh;
};

template <class D>
class Split {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

 public:
  static constexpr std::size_t kWidthMin = 2 * hn::MaxLanes(D());

  Split(const SplitRows<T>& rows, std::size_t width) : rows_(rows), width_(width) {}

  // The vectors' columns at the end come first: the first lanes there, whose neighbours before are
  // not known yet, are written again by the whole vectors from the beginning.
  HWY_INLINE void run() {
    const std::size_t lanes = hn::Lanes(D());
    const std::size_t pairs = width_ / 2;
    const std::size_t whole = pairs / lanes * lanes;
    if (whole < pairs) {
      Cut low, high;
      cut(2 * (pairs - lanes), low, high);
      step(low, high, behind(2 * pairs), pairs - lanes);
    }
    Cut low, high;
    cut(0, low, high);
    for (std::size_t i = lanes; i < whole; i += lanes) {
      Cut low_next, high_next;
      cut(2 * i, low_next, high_next);
      step(low, high, {low_next.low, high_next.low}, i - lanes);
      low.low = low_next.low;
      low.high = low_next.high;
      high.low = high_next.low;
      high.high = high_next.high;
    }
    step(low, high, behind(2 * whole), whole - lanes);
    if (width_ % 2 != 0) last_column();
  }

 private:
  // A vector's worth of a row: its low columns, its high ones, and the horizontal steps of the
  // vector before.
  struct Cut {
    V low, high, before;
  };
  struct Lows {
    V of_low, of_high;
  };

  // The vertical steps from column x on.
  template <class DAny, class VAny>
  HWY_INLINE void lift(DAny d, std::size_t x, VAny& smooth, VAny& step) {
    const auto here = hn::LoadU(d, rows_.even + x);
    step = hn::Sub(hn::LoadU(d, rows_.odd + x), average(here, hn::LoadU(d, rows_.next + x)));
    smooth = hn::Add(here, quarter(hn::LoadU(d, rows_.above + x), step));
    hn::StoreU(step, d, rows_.below + x);
  }

  HWY_INLINE void cut(std::size_t x, Cut& low, Cut& high) {
    const D d;
    V smooth0, smooth1, step0, step1;
    lift(d, x, smooth0, step0);
    lift(d, x + hn::Lanes(d), smooth1, step1);
    part(d, smooth0, smooth1, low.low, low.high);
    part(d, step0, step1, high.low, high.high);
    low.before = high.before = hn::Zero(d);
  }

  // The low column at x or, behind the end of the row, the one its mirror shows.
  HWY_INLINE Lows behind(std::size_t x) {
    const hn::CappedTag<T, 1> d;
    hn::Vec<decltype(d)> smooth, step;
    lift(d, x < width_ ? x : x - 2, smooth, step);
    return {hn::Set(D(), hn::GetLane(smooth)), hn::Set(D(), hn::GetLane(step))};
  }

  HWY_INLINE void step(Cut& low, Cut& high, const Lows& next, std::size_t i) {
    step_row(low, next.of_low, rows_.ll, rows_.hl, i);
    step_row(high, next.of_high, rows_.lh, rows_.hh, i);
  }

  // The horizontal steps of one vector, whose place in the bands is i.
  HWY_INLINE void step_row(Cut& row, V next_low, T* low_out, T* high_out, std::size_t i) {
    const D d;
    const V step = hn::Sub(row.high, average(row.low, from_second(d, row.low, next_low)));
    if (HWY_UNLIKELY(i == 0)) row.before = hn::Set(d, hn::GetLane(step));
    const V smooth = hn::Add(row.low, quarter(from_last(d, row.before, step), step));
    hn::StoreU(step, d, high_out + i);
    hn::StoreU(smooth, d, low_out + i);
    row.before = step;
  }

  // A low one, with one neighbour.
  HWY_INLINE void last_column() {
    const hn::CappedTag<T, 1> d;
    hn::Vec<decltype(d)> smooth, step;
    lift(d, width_ - 1, smooth, step);
    const auto beside_low = hn::LoadU(d, rows_.hl + width_ / 2 - 1);
    const auto beside_high = hn::LoadU(d, rows_.hh + width_ / 2 - 1);
    hn::StoreU(hn::Add(smooth, quarter(beside_low, beside_low)), d, rows_.ll + width_ / 2);
    hn::StoreU(hn::Add(step, quarter(beside_high, beside_high)), d, rows_.lh + width_ / 2);
  }

  const SplitRows<T> rows_;
  const std::size_t width_;
};

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#endif
#endif
