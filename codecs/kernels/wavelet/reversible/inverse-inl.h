// The 5/3 transform backwards. Included once a SIMD target.
#if defined(SLIPRING_REVERSIBLE_INVERSE) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_REVERSIBLE_INVERSE
#undef SLIPRING_REVERSIBLE_INVERSE
#else
#define SLIPRING_REVERSIBLE_INVERSE
#endif

#include <algorithm>
#include <span>
#include <utility>

#include "codecs/kernels/wavelet/reversible/merge-inl.h"
#include "codecs/kernels/wavelet/reversible/steps-inl.h"
#include "codecs/kernels/wavelet/rows.h"

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

// The horizontal steps of one row, from its places in two bands to a row of the plane.
template <class T>
HWY_INLINE void synthesise_row(const Columns& columns, const T* low, const T* high, T* evens,
                               T* out) {
  if (HWY_UNLIKELY(columns.width == 1)) {
    out[0] = columns.odd != 0 ? static_cast<T>(high[0] >> 1) : low[0];
    return;
  }
  // Low samples with a high neighbour on either side; those at the ends have one, twice.
  const std::size_t begin = 1 - columns.odd;
  const std::size_t end = std::min(columns.low, columns.high - columns.odd);
  const T* before_low = high + columns.odd - 1;
  const auto low_step = [&](auto d, std::size_t i) HWY_ATTR {
    const auto around = quarter(hn::LoadU(d, before_low + i), hn::LoadU(d, before_low + i + 1));
    hn::StoreU(hn::Sub(hn::LoadU(d, low + i), around), d, evens + i);
  };
  const auto end_step = [&](std::size_t i, std::size_t neighbour) HWY_ATTR {
    const hn::CappedTag<T, 1> d;
    const auto beside = hn::LoadU(d, high + neighbour);
    hn::StoreU(hn::Sub(hn::LoadU(d, low + i), quarter(beside, beside)), d, evens + i);
  };
  if (end > begin)
    over<T>(end - begin, [&](auto d, std::size_t i) HWY_ATTR { low_step(d, begin + i); });
  if (begin != 0) end_step(0, 0);
  if (columns.low > end && columns.low > begin) end_step(columns.low - 1, columns.high - 1);
  mirror(evens, columns.low);

  const T* before_high = evens - columns.odd;
  const auto high_at = [&](auto d, std::size_t i) HWY_ATTR {
    const auto around = average(hn::LoadU(d, before_high + i), hn::LoadU(d, before_high + i + 1));
    return hn::Add(hn::LoadU(d, high + i), around);
  };
  const bool is_odd = columns.odd != 0;
  over<T>(columns.width / 2, [&](auto d, std::size_t i) HWY_ATTR {
    const auto low_lanes = hn::LoadU(d, evens + i);
    const auto high_lanes = high_at(d, i);
    hn::Vec<decltype(d)> first, second;
    join(d, is_odd ? high_lanes : low_lanes, is_odd ? low_lanes : high_lanes, first, second);
    hn::StoreU(first, d, out + 2 * i);
    hn::StoreU(second, d, out + 2 * i + hn::Lanes(d));
  });
  if (columns.width % 2 != 0) {
    const hn::CappedTag<T, 1> d;
    const std::size_t last = columns.width / 2;
    hn::StoreU(is_odd ? high_at(d, last) : hn::LoadU(d, evens + last), d, out + 2 * last);
  }
}

// even = low - what the high rows around it say.
template <class T>
HWY_INLINE void even_row(std::size_t width, const T* low, const T* above, const T* below, T* even) {
  over<T>(width, [&](auto d, std::size_t x) HWY_ATTR {
    const auto around = quarter(hn::LoadU(d, above + x), hn::LoadU(d, below + x));
    hn::StoreU(hn::Sub(hn::LoadU(d, low + x), around), d, even + x);
  });
}

// odd = high + what the even rows around it say.
template <class T>
HWY_INLINE void odd_row(std::size_t width, const T* high, const T* above, const T* below, T* odd) {
  over<T>(width, [&](auto d, std::size_t x) HWY_ATTR {
    const auto around = average(hn::LoadU(d, above + x), hn::LoadU(d, below + x));
    hn::StoreU(hn::Add(hn::LoadU(d, high + x), around), d, odd + x);
  });
}

// Both, of an even row and the odd row above it.
template <class T>
HWY_INLINE void even_and_odd_row(std::size_t width, const T* low, const T* above, const T* below,
                                 const T* even_above, T* odd, T* even) {
  over<T>(width, [&](auto d, std::size_t x) HWY_ATTR {
    const auto high = hn::LoadU(d, above + x);
    const auto here = hn::Sub(hn::LoadU(d, low + x), quarter(high, hn::LoadU(d, below + x)));
    hn::StoreU(here, d, even + x);
    hn::StoreU(hn::Add(high, average(hn::LoadU(d, even_above + x), here)), d, odd + x);
  });
}

template <class T>
class Inverse {
 public:
  Inverse(InverseSteps<T>& steps, Plane<T> to, std::span<T> scratch)
      : steps_(steps),
        from_(steps.from),
        region_(steps.region),
        columns_(steps.region),
        to_(to),
        made_before_(std::max(rows_made(steps.region, steps.lows), 1U) - 1) {
    ScratchRows<T> rows(scratch, region_.width);
    above_ = rows.take();
    below_ = rows.take();
    low_ = rows.take();
    evens_ = rows.take();
    if (steps.lows == 0) return;
    above_ = steps.rows[0];
    below_ = steps.rows[1];
  }

  void run(std::uint32_t end) {
    const std::size_t lows = low_count(region_.height, region_.odd_y);
    const std::size_t highs = high_count(region_.height, region_.odd_y);
    if (region_.height == 1) return single_row();
    const std::size_t odd = region_.odd_y ? 1 : 0;
    if (steps_.lows == 0) take_high(0, above_);
    for (std::size_t k = steps_.lows; k < end; ++k) {
      // Low row k lies between high rows k - 1 + odd, in above_, and k + odd.
      const bool is_first = k + odd == 0;
      const bool has_below = k + odd < highs;
      if (k != 0 && has_below && merge(k)) continue;
      take_low(k);
      if (has_below && !is_first) take_high(k + odd, below_);
      const T* below = has_below && !is_first ? below_ : above_;
      if (k == 0)
        even_row(columns_.width, low_, above_, below, low_row(0));
      else
        even_and_odd_row(columns_.width, low_, above_, below, low_row(k - 1), high_row(k - 1 + odd),
                         low_row(k));
      if (k == 0 && odd != 0) odd_row(columns_.width, above_, low_row(0), low_row(0), high_row(0));
      if (has_below && !is_first) std::swap(above_, below_);
    }
    steps_.lows = end;
    steps_.rows[0] = above_;
    steps_.rows[1] = below_;
    if (end == lows && lows + odd == highs)
      odd_row(columns_.width, above_, low_row(lows - 1), low_row(lows - 1), high_row(highs - 1));
  }

 private:
  [[nodiscard]] T* low_row(std::size_t k) const {
    return to_.row(2 * k + (region_.odd_y ? 1 : 0) - made_before_);
  }
  [[nodiscard]] T* high_row(std::size_t k) const {
    return to_.row(2 * k + (region_.odd_y ? 0 : 1) - made_before_);
  }
  [[nodiscard]] const T* from(const Plane<const T>& band, std::size_t row) const {
    return band.row(row - steps_.from_row);
  }
  // Low row k, the high rows around it known or to be taken, at once, if the rows allow it.
  HWY_INLINE bool merge(std::size_t k) {
    using Wide = hn::ScalableTag<T>;
    using Narrow = hn::CappedTag<T, 16 / sizeof(T)>;
    if (columns_.odd != 0 || columns_.width < Merge<Narrow>::kWidthMin) return false;
    const std::size_t high = k + (region_.odd_y ? 1 : 0);
    const MergeRows<T> rows = {from(from_.ll, k),
                               from(from_.hl, k),
                               from(from_.lh, high),
                               from(from_.hh, high),
                               above_,
                               below_,
                               low_row(k - 1),
                               high_row(high - 1),
                               low_row(k)};
    if (columns_.width >= Merge<Wide>::kWidthMin)
      Merge<Wide>(rows, columns_.width).run();
    else
      Merge<Narrow>(rows, columns_.width).run();
    std::swap(above_, below_);
    return true;
  }
  void take_low(std::size_t k) {
    synthesise_row(columns_, from(from_.ll, k), from(from_.hl, k), evens_, low_);
  }
  void take_high(std::size_t k, T* row) {
    synthesise_row(columns_, from(from_.lh, k), from(from_.hh, k), evens_, row);
  }
  void single_row() {
    T* row = to_.row(0);
    if (!region_.odd_y)
      return synthesise_row(columns_, from_.ll.row(0), from_.hl.row(0), evens_, row);
    take_high(0, low_);
    std::transform(low_, low_ + region_.width, row,
                   [](T value) { return static_cast<T>(value >> 1); });
  }

  InverseSteps<T>& steps_;
  const Bands<const T>& from_;
  const Region& region_;
  Columns columns_;
  Plane<T> to_;
  std::size_t made_before_;  // rows, but for the last of them
  T* above_;
  T* below_;
  T* low_;
  T* evens_;
};

template <class T>
void inverse_level(InverseSteps<T>& steps, std::uint32_t lows, Plane<T> to, std::span<T> scratch) {
  Inverse<T>(steps, to, scratch).run(lows);
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#endif
#endif
