// The 5/3 transform forwards. Included once a SIMD target.
#if defined(SLIPRING_REVERSIBLE_FORWARD) == defined(HWY_TARGET_TOGGLE)
#ifdef SLIPRING_REVERSIBLE_FORWARD
#undef SLIPRING_REVERSIBLE_FORWARD
#else
#define SLIPRING_REVERSIBLE_FORWARD
#endif

#include <algorithm>
#include <span>
#include <utility>

#include "codecs/kernels/wavelet/reversible/split-inl.h"
#include "codecs/kernels/wavelet/reversible/steps-inl.h"
#include "codecs/kernels/wavelet/rows.h"

#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

// The horizontal steps of one row, from its halves to its places in two bands.
template <class T>
HWY_INLINE void analyse_row(const Columns& columns, const Halves<T>& row, T* high_steps, T* low_out,
                            T* high_out) {
  if (HWY_UNLIKELY(columns.width == 1)) {
    if (columns.odd != 0)
      high_out[0] = doubled(row.high[0]);
    else
      low_out[0] = row.low[0];
    return;
  }
  mirror(row.low, columns.low);
  const T* low = row.low;
  const T* high = row.high;
  const T* before_high = low - columns.odd;
  over<T>(columns.high, [&](auto d, std::size_t i) HWY_ATTR {
    const auto around = average(hn::LoadU(d, before_high + i), hn::LoadU(d, before_high + i + 1));
    const auto step = hn::Sub(hn::LoadU(d, high + i), around);
    hn::StoreU(step, d, high_steps + i);
    hn::StoreU(step, d, high_out + i);
  });
  mirror(high_steps, columns.high);
  const T* before_low = high_steps + columns.odd - 1;
  over<T>(columns.low, [&](auto d, std::size_t i) HWY_ATTR {
    const auto around = quarter(hn::LoadU(d, before_low + i), hn::LoadU(d, before_low + i + 1));
    hn::StoreU(hn::Add(hn::LoadU(d, low + i), around), d, low_out + i);
  });
}

enum class Pair {
  First,  // the high row above is the mirror of the one below
  Middle,
  Low  // no high row follows
};

// The vertical steps of a low row `even`, the high row `odd` below it and the low row `next` below
// that: both results parted, and the high one as it is for the pair below.
template <Pair kPair, class T>
HWY_INLINE void lift_rows(const Columns& columns, const T* even, const T* odd, const T* next,
                          const T* above, T* below, const Halves<T>& low, const Halves<T>& high) {
  T* low_first = columns.first(low);
  T* low_second = columns.second(low);
  T* high_first = columns.first(high);
  T* high_second = columns.second(high);
  // One vector: its high row, and its low one.
  const auto one = [&](auto d, std::size_t x, auto& step, auto& smooth) HWY_ATTR {
    const auto here = hn::LoadU(d, even + x);
    if constexpr (kPair != Pair::Low) {
      step = hn::Sub(hn::LoadU(d, odd + x), average(here, hn::LoadU(d, next + x)));
      hn::StoreU(step, d, below + x);
    }
    if constexpr (kPair == Pair::First) {
      smooth = hn::Add(here, quarter(step, step));
    } else if constexpr (kPair == Pair::Middle) {
      smooth = hn::Add(here, quarter(hn::LoadU(d, above + x), step));
    } else {
      const auto last = hn::LoadU(d, above + x);
      smooth = hn::Add(here, quarter(last, last));
    }
  };
  over<T>(columns.width / 2, [&](auto d, std::size_t i) HWY_ATTR {
    using V = hn::Vec<decltype(d)>;
    V step0 = hn::Zero(d), step1 = hn::Zero(d), smooth0, smooth1, first, second;
    one(d, 2 * i, step0, smooth0);
    one(d, 2 * i + hn::Lanes(d), step1, smooth1);
    part(d, smooth0, smooth1, first, second);
    hn::StoreU(first, d, low_first + i);
    hn::StoreU(second, d, low_second + i);
    if constexpr (kPair != Pair::Low) {
      part(d, step0, step1, first, second);
      hn::StoreU(first, d, high_first + i);
      hn::StoreU(second, d, high_second + i);
    }
  });
  if (columns.width % 2 != 0) {
    const hn::CappedTag<T, 1> d;
    hn::Vec<decltype(d)> step = hn::Zero(d), smooth;
    one(d, columns.width - 1, step, smooth);
    hn::StoreU(smooth, d, low_first + columns.width / 2);
    if constexpr (kPair != Pair::Low) hn::StoreU(step, d, high_first + columns.width / 2);
  }
}

template <class T>
class Forward {
 public:
  Forward(Plane<const T> from, const Region& region, const Bands<T>& to, std::span<T> scratch)
      : from_(from), region_(region), columns_(region), to_(to) {
    ScratchRows<T> rows(scratch, region.width);
    above_ = rows.take();
    below_ = rows.take();
    steps_ = rows.take();
    low_ = {rows.take(), rows.take()};
    high_ = {rows.take(), rows.take()};
  }

  void run() {
    const std::size_t lows = low_count(region_.height, region_.odd_y);
    const std::size_t highs = high_count(region_.height, region_.odd_y);
    if (region_.height == 1) return single_row();
    // With an odd first row a low row above it is imagined, the mirror of the one below; pair k is
    // low row k - odd and high row k.
    const std::size_t odd = region_.odd_y ? 1 : 0;
    if (odd != 0) {
      lift_rows<Pair::First>(columns_, low_row(0), high_row(0), low_row(0), above_, below_, low_,
                             high_);
      give_high(0);
      std::swap(above_, below_);
    }
    for (std::size_t k = odd; k < highs; ++k) {
      const std::size_t low = k - odd;
      const T* next = low_row(std::min(low + 1, lows - 1));
      if (k == 0)
        lift_rows<Pair::First>(columns_, low_row(low), high_row(k), next, above_, below_, low_,
                               high_);
      else if (split(low, k, next))
        continue;
      else
        lift_rows<Pair::Middle>(columns_, low_row(low), high_row(k), next, above_, below_, low_,
                                high_);
      give_low(low);
      give_high(k);
      std::swap(above_, below_);
    }
    if (lows + odd > highs) {
      last_low_row();
      give_low(lows - 1);
    }
  }

 private:
  [[nodiscard]] const T* low_row(std::size_t k) const {
    return from_.row(2 * k + (region_.odd_y ? 1 : 0));
  }
  [[nodiscard]] const T* high_row(std::size_t k) const {
    return from_.row(2 * k + (region_.odd_y ? 0 : 1));
  }
  // All at once, if the rows allow it. Not of the first pair, whose low row may lie where its low
  // band goes.
  HWY_INLINE bool split(std::size_t low, std::size_t high, const T* next) {
    using Wide = hn::ScalableTag<T>;
    using Narrow = hn::CappedTag<T, 16 / sizeof(T)>;
    if (columns_.odd != 0 || columns_.width < Split<Narrow>::kWidthMin) return false;
    const SplitRows<T> rows = {low_row(low),    high_row(high),   next,
                               above_,          below_,           to_.ll.row(low),
                               to_.hl.row(low), to_.lh.row(high), to_.hh.row(high)};
    if (columns_.width >= Split<Wide>::kWidthMin)
      Split<Wide>(rows, columns_.width).run();
    else
      Split<Narrow>(rows, columns_.width).run();
    std::swap(above_, below_);
    return true;
  }
  void last_low_row() {
    const T* even = low_row(low_count(region_.height, region_.odd_y) - 1);
    lift_rows<Pair::Low, T>(columns_, even, nullptr, nullptr, above_, nullptr, low_, high_);
  }
  void give_low(std::size_t k) {
    analyse_row(columns_, low_, steps_, to_.ll.row(k), to_.hl.row(k));
  }
  void give_high(std::size_t k) {
    analyse_row(columns_, high_, steps_, to_.lh.row(k), to_.hh.row(k));
  }

  // Low: as it is, which is what a high row of zeros above makes of it. High: doubled.
  void single_row() {
    std::fill_n(above_, region_.width, T{0});
    const T* row = from_.row(0);
    if (region_.odd_y) {
      std::transform(row, row + region_.width, below_, doubled<T>);
      row = below_;
    }
    lift_rows<Pair::Low, T>(columns_, row, nullptr, nullptr, above_, nullptr, low_, high_);
    if (region_.odd_y)
      analyse_row(columns_, low_, steps_, to_.lh.row(0), to_.hh.row(0));
    else
      give_low(0);
  }

  Plane<const T> from_;
  const Region& region_;
  Columns columns_;
  const Bands<T>& to_;
  T* above_;
  T* below_;
  T* steps_;
  Halves<T> low_;
  Halves<T> high_;
};

template <class T>
void forward_level(Plane<const T> from, const Region& region, const Bands<T>& to,
                   std::span<T> scratch) {
  Forward<T>(from, region, to, scratch).run();
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#endif
#endif
