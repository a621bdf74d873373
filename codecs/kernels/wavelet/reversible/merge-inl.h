// A pair of rows, wide enough and with its first column low, through all backward steps of 5/3 in
// registers: from the four bands to a low row of the plane and the high row above it, with the high
// row below kept, its vertical step undone by the next pair. Included once a SIMD target.
#if defined(SLIPRING_REVERSIBLE_MERGE) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_REVERSIBLE_MERGE
#undef SLIPRING_REVERSIBLE_MERGE
#else
#define SLIPRING_REVERSIBLE_MERGE
#endif

#include <algorithm>
#include <cstddef>

#include "codecs/kernels/wavelet/reversible/steps-inl.h"

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

template <class T>
struct MergeRows {
  const T *ll, *hl, *lh, *hh;
  const T* above;  // vertical steps of the high row above the low row, and below it
  T* below;
  const T* even_above;  // of the plane: the low row above, the high row between, the low row
  T* odd;
  T* even;
};

template <class D>
class Merge {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

 public:
  static constexpr std::size_t kWidthMin = 2 * hn::MaxLanes(D());

  Merge(const MergeRows<T>& rows, std::size_t width) : rows_(rows), width_(width) {}

  HWY_INLINE void run() {
    const std::size_t lanes = hn::Lanes(D());
    const std::size_t pairs = width_ / 2;
    const std::size_t whole = pairs / lanes * lanes;
    Cut low, high;
    cut(0, low, high);
    for (std::size_t i = lanes; i < whole; i += lanes) {
      Cut low_next, high_next;
      cut(i, low_next, high_next);
      give(low, high, low_next.low, high_next.low, i - lanes);
      low = low_next;
      high = high_next;
    }
    give(low, high, behind(whole, rows_.ll, rows_.hl), behind(whole, rows_.lh, rows_.hh),
         whole - lanes);
    if (whole < pairs) {
      cut(pairs - lanes, low, high);
      give(low, high, behind(pairs, rows_.ll, rows_.hl), behind(pairs, rows_.lh, rows_.hh),
           pairs - lanes);
    }
    if (width_ % 2 != 0) {
      const hn::CappedTag<T, 1> d;
      lower(d, width_ - 1, even_at(pairs, rows_.ll, rows_.hl), even_at(pairs, rows_.lh, rows_.hh));
    }
  }

 private:
  // A vector's worth of a row: its low columns with their horizontal step undone, its high ones.
  struct Cut {
    V low, high;
  };

  HWY_INLINE Cut cut_row(std::size_t i, const T* low, const T* high) {
    const D d;
    const V here = hn::LoadU(d, high + i);
    const V before =
        HWY_UNLIKELY(i == 0) ? from_last(d, hn::Set(d, high[0]), here) : hn::LoadU(d, high + i - 1);
    return {hn::Sub(hn::LoadU(d, low + i), quarter(before, here)), here};
  }
  HWY_INLINE void cut(std::size_t i, Cut& low, Cut& high) {
    low = cut_row(i, rows_.ll, rows_.hl);
    high = cut_row(i, rows_.lh, rows_.hh);
  }

  // Low column i, which is not the first.
  HWY_INLINE hn::Vec<hn::CappedTag<T, 1>> even_at(std::size_t i, const T* low, const T* high) {
    const hn::CappedTag<T, 1> d;
    const auto before = hn::LoadU(d, high + i - 1);
    const auto behind = hn::LoadU(d, high + std::min(i, width_ / 2 - 1));
    return hn::Sub(hn::LoadU(d, low + i), quarter(before, behind));
  }
  // That or, behind the end of the row, the one its mirror shows.
  HWY_INLINE V behind(std::size_t i, const T* low, const T* high) {
    return hn::Set(D(), hn::GetLane(even_at(2 * i < width_ ? i : i - 1, low, high)));
  }

  HWY_INLINE void join_row(const Cut& row, V next_low, V& first, V& second) {
    const D d;
    const V odd = hn::Add(row.high, average(row.low, from_second(d, row.low, next_low)));
    join(d, row.low, odd, first, second);
  }

  // The vertical steps from column x on.
  template <class DAny, class VAny>
  HWY_INLINE void lower(DAny d, std::size_t x, VAny smooth, VAny step) {
    const auto above = hn::LoadU(d, rows_.above + x);
    const auto even = hn::Sub(smooth, quarter(above, step));
    hn::StoreU(step, d, rows_.below + x);
    hn::StoreU(even, d, rows_.even + x);
    hn::StoreU(hn::Add(above, average(hn::LoadU(d, rows_.even_above + x), even)), d, rows_.odd + x);
  }

  HWY_INLINE void give(const Cut& low, const Cut& high, V next_of_low, V next_of_high,
                       std::size_t i) {
    const D d;
    V smooth0, smooth1, step0, step1;
    join_row(low, next_of_low, smooth0, smooth1);
    join_row(high, next_of_high, step0, step1);
    lower(d, 2 * i, smooth0, step0);
    lower(d, 2 * i + hn::Lanes(d), smooth1, step1);
  }

  const MergeRows<T> rows_;
  const std::size_t width_;
};

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#endif
#endif
