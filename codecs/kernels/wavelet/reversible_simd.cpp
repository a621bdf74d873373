// One pass over the plane. Forwards: of each pair of rows the vertical step is done and the even
// and odd columns parted while the vectors are in registers; the halves, in L1, then go through the
// horizontal steps straight into the bands. Backwards the same the other way round.
#include <algorithm>
#include <utility>

#include "codecs/kernels/wavelet/reversible.h"
#include "codecs/kernels/wavelet/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/wavelet/reversible_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/kernels/wavelet/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

template <class T>
void forward_level(Plane<const T> from, const Region& region, const Bands<T>& to, std::span<T>) {
  forward_reversible_scalar(from, region, to);
}
template <class T>
void inverse_level(const Bands<const T>& from, const Region& region, Plane<T> to, std::span<T>) {
  inverse_reversible_scalar(from, region, to);
}

#else

// floor((a + b) / 2), of which no bit is lost.
template <class V>
HWY_INLINE V average(V a, V b) {
  return hn::Add(hn::And(a, b), hn::ShiftRight<1>(hn::Xor(a, b)));
}
// floor((a + b + 2) / 4) = ceil(average / 2).
template <class V>
HWY_INLINE V quarter(V a, V b) {
  const V half = average(a, b);
  return hn::Sub(half, hn::ShiftRight<1>(half));
}

template <class T>
T doubled(T value) {
  return static_cast<T>(static_cast<std::make_unsigned_t<T> >(value) * 2U);
}

// A row parted: its low samples at low, its high ones at high, with margins.
template <class T>
struct Halves {
  T* low;
  T* high;
};

// Which columns are low. low(j) lies between high(j - 1 + odd) and high(j + odd), high(j) between
// low(j - odd) and low(j + 1 - odd).
struct Columns {
  std::size_t width, low, high, odd;

  explicit Columns(const Region& region)
      : width(region.width),
        low(low_count(region.width, region.odd_x)),
        high(high_count(region.width, region.odd_x)),
        odd(region.odd_x ? 1 : 0) {}

  // By place in memory: the first sample's half, and the second's.
  template <class T>
  [[nodiscard]] T* first(const Halves<T>& row) const {
    return odd != 0 ? row.high : row.low;
  }
  template <class T>
  [[nodiscard]] T* second(const Halves<T>& row) const {
    return odd != 0 ? row.low : row.high;
  }
};

// The neighbours beyond the ends of `count` samples that two samples' mirror makes equal to the
// first and to the last.
template <class T>
HWY_INLINE void mirror(T* row, std::size_t count) {
  row[-1] = row[0];
  row[count] = row[count - 1];
}

// ---- Forwards

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

// ---- Backwards

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
  Inverse(const Bands<const T>& from, const Region& region, Plane<T> to, std::span<T> scratch)
      : from_(from), region_(region), columns_(region), to_(to) {
    ScratchRows<T> rows(scratch, region.width);
    above_ = rows.take();
    below_ = rows.take();
    low_ = rows.take();
    evens_ = rows.take();
  }

  void run() {
    const std::size_t lows = low_count(region_.height, region_.odd_y);
    const std::size_t highs = high_count(region_.height, region_.odd_y);
    if (region_.height == 1) return single_row();
    const std::size_t odd = region_.odd_y ? 1 : 0;
    take_high(0, above_);
    for (std::size_t k = 0; k < lows; ++k) {
      // Low row k lies between high rows k - 1 + odd, in above_, and k + odd.
      const bool is_first = k + odd == 0;
      const bool has_below = k + odd < highs;
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
    if (lows + odd == highs)
      odd_row(columns_.width, above_, low_row(lows - 1), low_row(lows - 1), high_row(highs - 1));
  }

 private:
  [[nodiscard]] T* low_row(std::size_t k) const { return to_.row(2 * k + (region_.odd_y ? 1 : 0)); }
  [[nodiscard]] T* high_row(std::size_t k) const {
    return to_.row(2 * k + (region_.odd_y ? 0 : 1));
  }
  void take_low(std::size_t k) {
    synthesise_row(columns_, from_.ll.row(k), from_.hl.row(k), evens_, low_);
  }
  void take_high(std::size_t k, T* row) {
    synthesise_row(columns_, from_.lh.row(k), from_.hh.row(k), evens_, row);
  }
  void single_row() {
    T* row = to_.row(0);
    if (!region_.odd_y)
      return synthesise_row(columns_, from_.ll.row(0), from_.hl.row(0), evens_, row);
    take_high(0, low_);
    std::transform(low_, low_ + region_.width, row,
                   [](T value) { return static_cast<T>(value >> 1); });
  }

  const Bands<const T>& from_;
  const Region& region_;
  Columns columns_;
  Plane<T> to_;
  T* above_;
  T* below_;
  T* low_;
  T* evens_;
};

template <class T>
void inverse_level(const Bands<const T>& from, const Region& region, Plane<T> to,
                   std::span<T> scratch) {
  Inverse<T>(from, region, to, scratch).run();
}

#endif

void forward_16(Plane<const std::int16_t> from, const Region& region, const Bands<std::int16_t>& to,
                std::span<std::int16_t> scratch) {
  forward_level(from, region, to, scratch);
}
void forward_32(Plane<const std::int32_t> from, const Region& region, const Bands<std::int32_t>& to,
                std::span<std::int32_t> scratch) {
  forward_level(from, region, to, scratch);
}
void inverse_16(const Bands<const std::int16_t>& from, const Region& region, Plane<std::int16_t> to,
                std::span<std::int16_t> scratch) {
  inverse_level(from, region, to, scratch);
}
void inverse_32(const Bands<const std::int32_t>& from, const Region& region, Plane<std::int32_t> to,
                std::span<std::int32_t> scratch) {
  inverse_level(from, region, to, scratch);
}

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels::wavelet {
namespace {

constexpr std::size_t kRows = 7;  // of scratch, forwards; backwards takes fewer

bool is_empty(const Region& region) { return region.width == 0 || region.height == 0; }

}  // namespace

HWY_EXPORT(forward_16);
HWY_EXPORT(forward_32);
HWY_EXPORT(inverse_16);
HWY_EXPORT(inverse_32);

std::size_t reversible_scratch(std::uint32_t width) { return kRows * scratch_row(width); }

template <>
void forward_reversible(Plane<const std::int16_t> from, const Region& region,
                        const Bands<std::int16_t>& to, std::span<std::int16_t> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(forward_16)(from, region, to, scratch);
}
template <>
void forward_reversible(Plane<const std::int32_t> from, const Region& region,
                        const Bands<std::int32_t>& to, std::span<std::int32_t> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(forward_32)(from, region, to, scratch);
}
template <>
void inverse_reversible(const Bands<const std::int16_t>& from, const Region& region,
                        Plane<std::int16_t> to, std::span<std::int16_t> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(inverse_16)(from, region, to, scratch);
}
template <>
void inverse_reversible(const Bands<const std::int32_t>& from, const Region& region,
                        Plane<std::int32_t> to, std::span<std::int32_t> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(inverse_32)(from, region, to, scratch);
}

}  // namespace slipring::codecs::kernels::wavelet
#endif
