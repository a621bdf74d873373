// One pass over the plane, as the reversible one: the four vertical steps roll over the rows, each
// two rows behind the one before it; rows that are done go through the horizontal ones while they
// are in L1. No step writes what it reads, so that the end of a row may be done twice.
#include <algorithm>
#include <array>

#include "codecs/kernels/wavelet/irreversible.h"
#include "codecs/kernels/wavelet/rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/wavelet/irreversible_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/kernels/wavelet/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

void forward_level(Plane<const float> from, const Region& region, const Bands<float>& to,
                   std::span<float>) {
  forward_irreversible_scalar(from, region, to);
}
void inverse_level(const Bands<const float>& from, const Region& region, Plane<float> to,
                   std::span<float>) {
  inverse_irreversible_scalar(from, region, to);
}

#else

using namespace irreversible_factors;

// One lifting step: a product and two sums, each rounded.
template <class D, class V>
HWY_INLINE V lifted(D d, V x, V before, V behind, float factor) {
  return hn::Add(x, hn::Mul(hn::Set(d, factor), hn::Add(before, behind)));
}

// Of `count` samples or rows beside each other: where the low and the high ones are, and which
// neighbour counts at the ends, where the signal is mirrored.
struct Order {
  std::size_t count, low, high, odd;

  Order(std::uint32_t length, bool is_odd)
      : count(length),
        low(low_count(length, is_odd)),
        high(high_count(length, is_odd)),
        odd(is_odd ? 1 : 0) {}

  // The low ones before and behind high one k: index `k - odd` and the next, within bounds.
  [[nodiscard]] std::size_t low_before(std::size_t k) const {
    return std::min(k - std::min(k, odd), low - 1);
  }
  [[nodiscard]] std::size_t low_behind(std::size_t k) const {
    return std::min(k + 1 - odd, low - 1);
  }
  // The high ones before and behind low one k.
  [[nodiscard]] std::size_t high_before(std::size_t k) const {
    return k + odd == 0 ? 0 : std::min(k + odd - 1, high - 1);
  }
  [[nodiscard]] std::size_t high_behind(std::size_t k) const { return std::min(k + odd, high - 1); }
};

struct Halves {
  float* low;
  float* high;
};

HWY_INLINE void mirror(float* row, std::size_t count) {
  row[-1] = row[0];
  row[count] = row[count - 1];
}

// to(i) = x(i) + factor * (beside(i) + beside(i + 1)), and scaled once more into `out`.
HWY_INLINE void lift_row(std::size_t count, const float* x, const float* beside, float factor,
                         float* to) {
  over<float>(count, [&](auto d, std::size_t i) HWY_ATTR {
    const auto before = hn::LoadU(d, beside + i);
    hn::StoreU(lifted(d, hn::LoadU(d, x + i), before, hn::LoadU(d, beside + i + 1), factor), d,
               to + i);
  });
}
HWY_INLINE void lift_rows(std::size_t count, const float* x, const float* before,
                          const float* behind, float factor, float* to) {
  over<float>(count, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(
        lifted(d, hn::LoadU(d, x + i), hn::LoadU(d, before + i), hn::LoadU(d, behind + i), factor),
        d, to + i);
  });
}
HWY_INLINE void scale_row(std::size_t count, const float* x, float factor, float* to) {
  over<float>(count, [&](auto d, std::size_t i) HWY_ATTR {
    hn::StoreU(hn::Mul(hn::LoadU(d, x + i), hn::Set(d, factor)), d, to + i);
  });
}

// ---- Forwards

class Forward {
 public:
  Forward(Plane<const float> from, const Region& region, const Bands<float>& to,
          std::span<float> scratch)
      : from_(from),
        columns_(region.width, region.odd_x),
        rows_(region.height, region.odd_y),
        to_(to) {
    ScratchRows<float> rows(scratch, region.width);
    for (auto* ring : {&high1_, &low1_, &high2_})
      for (float*& row : *ring) row = rows.take();
    last_ = rows.take();
    ScratchRows<float> halves(rows.rest(), region.width / 2 + 1);
    low_ = {halves.take(), halves.take()};
    high_ = {halves.take(), halves.take()};
    for (float*& row : steps_) row = halves.take();
  }

  void run() {
    if (rows_.count == 1) return single_row();
    const std::size_t last = std::max(rows_.high, rows_.low + rows_.odd);
    for (std::size_t t = 0; t <= last; ++t) {
      if (t >= 2 && t < rows_.high)
        four_steps(t);
      else
        steps_at_the_ends(t);
    }
  }

 private:
  [[nodiscard]] const float* low_row(std::size_t k) const { return from_.row(2 * k + rows_.odd); }
  [[nodiscard]] const float* high_row(std::size_t k) const {
    return from_.row(2 * k + 1 - rows_.odd);
  }

  // High row t is taken; low row t - odd, high row t - 1 and low row t - 1 - odd are a step
  // further.
  void steps_at_the_ends(std::size_t t) {
    const std::size_t width = columns_.count;
    const std::size_t low = t - rows_.odd;  // wraps to a number too large
    if (t < rows_.high)
      lift_rows(width, high_row(t), low_row(rows_.low_before(t)), low_row(rows_.low_behind(t)),
                kAlpha, high1_[t % 2]);
    if (low < rows_.low)
      lift_rows(width, low_row(low), high1_[rows_.high_before(low) % 2],
                high1_[rows_.high_behind(low) % 2], kBeta, low1_[low % 2]);
    if (t >= 1 && t - 1 < rows_.high) {
      const std::size_t k = t - 1;
      lift_rows(width, high1_[k % 2], low1_[rows_.low_before(k) % 2],
                low1_[rows_.low_behind(k) % 2], kGamma, high2_[k % 2]);
      part_row(high2_[k % 2], kK, high_);
      give_high(k);
    }
    if (t >= 1 + rows_.odd && t - 1 - rows_.odd < rows_.low) {
      const std::size_t k = t - 1 - rows_.odd;
      lift_rows(width, low1_[k % 2], high2_[rows_.high_before(k) % 2],
                high2_[rows_.high_behind(k) % 2], kDelta, last_);
      part_row(last_, kInverseK, low_);
      give_low(k);
    }
  }

  // The same at once, where all four rows are within.
  void four_steps(std::size_t t) {
    const std::size_t low = t - rows_.odd;
    const float* taken = high_row(t);
    const float* low_before = low_row(low);
    const float* low_behind = low_row(rows_.low_behind(t));
    const float* high1_before = high1_[(t - 1) % 2];
    const float* low1_before = low1_[(low - 1) % 2];
    const float* high2_before = high2_[t % 2];
    float* high1 = high1_[t % 2];
    float* low1 = low1_[low % 2];
    float* high2 = high2_[(t - 1) % 2];
    const auto one = [&](auto d, std::size_t x, auto& high_done, auto& low_done) HWY_ATTR {
      const auto above = hn::LoadU(d, low_before + x);
      const auto h1 =
          lifted(d, hn::LoadU(d, taken + x), above, hn::LoadU(d, low_behind + x), kAlpha);
      const auto h1_before = hn::LoadU(d, high1_before + x);
      const auto l1 = lifted(d, above, h1_before, h1, kBeta);
      const auto l1_before = hn::LoadU(d, low1_before + x);
      const auto h2 = lifted(d, h1_before, l1_before, l1, kGamma);
      const auto l2 = lifted(d, l1_before, hn::LoadU(d, high2_before + x), h2, kDelta);
      hn::StoreU(h1, d, high1 + x);
      hn::StoreU(l1, d, low1 + x);
      hn::StoreU(h2, d, high2 + x);
      high_done = hn::Mul(h2, hn::Set(d, kK));
      low_done = hn::Mul(l2, hn::Set(d, kInverseK));
    };
    over_pairs(one, low_, high_);
    give_high(t - 1);
    give_low(low - 1);
  }

  // one(d, x, high, low) for each vector of a row; both parted.
  template <class One>
  HWY_INLINE void over_pairs(One one, const Halves& low, const Halves& high) {
    float* low_first = columns_.odd != 0 ? low.high : low.low;
    float* low_second = columns_.odd != 0 ? low.low : low.high;
    float* high_first = columns_.odd != 0 ? high.high : high.low;
    float* high_second = columns_.odd != 0 ? high.low : high.high;
    over<float>(columns_.count / 2, [&](auto d, std::size_t i) HWY_ATTR {
      hn::Vec<decltype(d)> high0, high1, low0, low1, first, second;
      one(d, 2 * i, high0, low0);
      one(d, 2 * i + hn::Lanes(d), high1, low1);
      part(d, low0, low1, first, second);
      hn::StoreU(first, d, low_first + i);
      hn::StoreU(second, d, low_second + i);
      part(d, high0, high1, first, second);
      hn::StoreU(first, d, high_first + i);
      hn::StoreU(second, d, high_second + i);
    });
    if (columns_.count % 2 != 0) {
      const hn::CappedTag<float, 1> d;
      hn::Vec<decltype(d)> high_last, low_last;
      one(d, columns_.count - 1, high_last, low_last);
      hn::StoreU(low_last, d, low_first + columns_.count / 2);
      hn::StoreU(high_last, d, high_first + columns_.count / 2);
    }
  }

  void part_row(const float* row, float factor, const Halves& halves) {
    float* first = columns_.odd != 0 ? halves.high : halves.low;
    float* second = columns_.odd != 0 ? halves.low : halves.high;
    over<float>(columns_.count / 2, [&](auto d, std::size_t i) HWY_ATTR {
      hn::Vec<decltype(d)> even, odd;
      const auto scale = hn::Set(d, factor);
      part(d, hn::Mul(hn::LoadU(d, row + 2 * i), scale),
           hn::Mul(hn::LoadU(d, row + 2 * i + hn::Lanes(d)), scale), even, odd);
      hn::StoreU(even, d, first + i);
      hn::StoreU(odd, d, second + i);
    });
    if (columns_.count % 2 != 0) first[columns_.count / 2] = row[columns_.count - 1] * factor;
  }

  void give_low(std::size_t k) { analyse_row(low_, to_.ll.row(k), to_.hl.row(k)); }
  void give_high(std::size_t k) { analyse_row(high_, to_.lh.row(k), to_.hh.row(k)); }

  // The horizontal steps, from the halves to their places in two bands.
  void analyse_row(const Halves& row, float* low_out, float* high_out) {
    if (columns_.count == 1) {
      if (columns_.odd != 0)
        high_out[0] = 2 * row.high[0];
      else
        low_out[0] = row.low[0];
      return;
    }
    const std::size_t odd = columns_.odd;
    float* high1 = steps_[0];
    float* low1 = steps_[1];
    float* high2 = steps_[2];
    mirror(row.low, columns_.low);
    lift_row(columns_.high, row.high, row.low - odd, kAlpha, high1);
    mirror(high1, columns_.high);
    lift_row(columns_.low, row.low, high1 + odd - 1, kBeta, low1);
    mirror(low1, columns_.low);
    const float* low_before = low1 - odd;
    over<float>(columns_.high, [&](auto d, std::size_t i) HWY_ATTR {
      const auto done = lifted(d, hn::LoadU(d, high1 + i), hn::LoadU(d, low_before + i),
                               hn::LoadU(d, low_before + i + 1), kGamma);
      hn::StoreU(done, d, high2 + i);
      hn::StoreU(hn::Mul(done, hn::Set(d, kK)), d, high_out + i);
    });
    mirror(high2, columns_.high);
    const float* high_before = high2 + odd - 1;
    over<float>(columns_.low, [&](auto d, std::size_t i) HWY_ATTR {
      const auto done = lifted(d, hn::LoadU(d, low1 + i), hn::LoadU(d, high_before + i),
                               hn::LoadU(d, high_before + i + 1), kDelta);
      hn::StoreU(hn::Mul(done, hn::Set(d, kInverseK)), d, low_out + i);
    });
  }

  void single_row() {
    part_row(from_.row(0), rows_.odd != 0 ? 2 : 1, low_);
    if (rows_.odd != 0)
      analyse_row(low_, to_.lh.row(0), to_.hh.row(0));
    else
      give_low(0);
  }

  Plane<const float> from_;
  Order columns_;
  Order rows_;
  const Bands<float>& to_;
  std::array<float*, 2> high1_, low1_, high2_;  // of rows k and k - 1, at k % 2
  std::array<float*, 3> steps_;
  float* last_;
  Halves low_;
  Halves high_;
};

void forward_level(Plane<const float> from, const Region& region, const Bands<float>& to,
                   std::span<float> scratch) {
  Forward(from, region, to, scratch).run();
}

// ---- Backwards

class Inverse {
 public:
  Inverse(const Bands<const float>& from, const Region& region, Plane<float> to,
          std::span<float> scratch)
      : from_(from),
        columns_(region.width, region.odd_x),
        rows_(region.height, region.odd_y),
        to_(to) {
    ScratchRows<float> rows(scratch, region.width);
    for (auto* ring : {&high2_, &low1_, &high1_})
      for (float*& row : *ring) row = rows.take();
    low2_ = rows.take();
    ScratchRows<float> halves(rows.rest(), region.width / 2 + 1);
    for (float*& row : steps_) row = halves.take();
  }

  void run() {
    if (rows_.count == 1) return single_row();
    for (std::size_t t = 0; t <= rows_.high + 1; ++t) {
      if (t < rows_.high)
        synthesise_row(from_.lh.row(t), from_.hh.row(t), kInverseKOfReaders, high2_[t % 2]);
      const std::size_t low = t - rows_.odd;  // wraps to a number too large
      if (low < rows_.low) synthesise_row(from_.ll.row(low), from_.hl.row(low), kK, low2_);
      if (t >= 3 && t < rows_.high)
        four_steps(t);
      else
        steps_at_the_ends(t);
    }
  }

 private:
  [[nodiscard]] float* low_row(std::size_t k) const { return to_.row(2 * k + rows_.odd); }
  [[nodiscard]] float* high_row(std::size_t k) const { return to_.row(2 * k + 1 - rows_.odd); }

  // Low row t - odd is a step further, and so are high row t - 1, low row t - 1 - odd and high row
  // t - 2.
  void steps_at_the_ends(std::size_t t) {
    const std::size_t width = columns_.count;
    const std::size_t low = t - rows_.odd;
    if (low < rows_.low)
      lift_rows(width, low2_, high2_[rows_.high_before(low) % 2],
                high2_[rows_.high_behind(low) % 2], -kDelta, low1_[low % 2]);
    if (t >= 1 && t - 1 < rows_.high) {
      const std::size_t k = t - 1;
      lift_rows(width, high2_[k % 2], low1_[rows_.low_before(k) % 2],
                low1_[rows_.low_behind(k) % 2], -kGamma, high1_[k % 2]);
    }
    if (t >= 1 + rows_.odd && t - 1 - rows_.odd < rows_.low) {
      const std::size_t k = t - 1 - rows_.odd;
      lift_rows(width, low1_[k % 2], high1_[rows_.high_before(k) % 2],
                high1_[rows_.high_behind(k) % 2], -kBeta, low_row(k));
    }
    if (t >= 2 && t - 2 < rows_.high) {
      const std::size_t k = t - 2;
      lift_rows(width, high1_[k % 2], low_row(rows_.low_before(k)), low_row(rows_.low_behind(k)),
                -kAlpha, high_row(k));
    }
  }

  // The same at once, where all rows are within.
  void four_steps(std::size_t t) {
    const std::size_t low = t - rows_.odd;
    const float* low2 = low2_;
    const float* high2 = high2_[t % 2];
    const float* high2_before = high2_[(t - 1) % 2];
    const float* low1_before = low1_[(low - 1) % 2];
    const float* high1_before = high1_[t % 2];
    const float* low_before = low_row(low - 2);
    float* low1 = low1_[low % 2];
    float* high1 = high1_[(t - 1) % 2];
    float* low_out = low_row(low - 1);
    float* high_out = high_row(t - 2);
    over<float>(columns_.count, [&](auto d, std::size_t x) HWY_ATTR {
      const auto h2_before = hn::LoadU(d, high2_before + x);
      const auto l1 =
          lifted(d, hn::LoadU(d, low2 + x), h2_before, hn::LoadU(d, high2 + x), -kDelta);
      const auto l1_before = hn::LoadU(d, low1_before + x);
      const auto h1 = lifted(d, h2_before, l1_before, l1, -kGamma);
      const auto h1_before = hn::LoadU(d, high1_before + x);
      const auto l0 = lifted(d, l1_before, h1_before, h1, -kBeta);
      hn::StoreU(l1, d, low1 + x);
      hn::StoreU(h1, d, high1 + x);
      hn::StoreU(l0, d, low_out + x);
      hn::StoreU(lifted(d, h1_before, hn::LoadU(d, low_before + x), l0, -kAlpha), d, high_out + x);
    });
  }

  // The horizontal steps of one row, from its places in two bands, then the vertical scale.
  void synthesise_row(const float* low, const float* high, float vertical, float* out) {
    if (columns_.count == 1) {
      out[0] = (columns_.odd != 0 ? high[0] / 2 : low[0]) * vertical;
      return;
    }
    const std::size_t odd = columns_.odd;
    const auto& [low2, high2, low1, high1, low0, high0] = steps_;
    scale_row(columns_.low, low, kK, low2);
    scale_row(columns_.high, high, kInverseKOfReaders, high2);
    mirror(high2, columns_.high);
    lift_row(columns_.low, low2, high2 + odd - 1, -kDelta, low1);
    mirror(low1, columns_.low);
    lift_row(columns_.high, high2, low1 - odd, -kGamma, high1);
    mirror(high1, columns_.high);
    lift_row(columns_.low, low1, high1 + odd - 1, -kBeta, low0);
    mirror(low0, columns_.low);
    lift_row(columns_.high, high1, low0 - odd, -kAlpha, high0);
    const float* even_half = odd != 0 ? high0 : low0;
    const float* odd_half = odd != 0 ? low0 : high0;
    over<float>(columns_.count / 2, [&](auto d, std::size_t i) HWY_ATTR {
      hn::Vec<decltype(d)> first, second;
      const auto scale = hn::Set(d, vertical);
      join(d, hn::LoadU(d, even_half + i), hn::LoadU(d, odd_half + i), first, second);
      hn::StoreU(hn::Mul(first, scale), d, out + 2 * i);
      hn::StoreU(hn::Mul(second, scale), d, out + 2 * i + hn::Lanes(d));
    });
    if (columns_.count % 2 != 0) out[columns_.count - 1] = even_half[columns_.count / 2] * vertical;
  }

  // An odd one was doubled.
  void single_row() {
    if (rows_.odd != 0)
      synthesise_row(from_.lh.row(0), from_.hh.row(0), 0.5F, to_.row(0));
    else
      synthesise_row(from_.ll.row(0), from_.hl.row(0), 1, to_.row(0));
  }

  const Bands<const float>& from_;
  Order columns_;
  Order rows_;
  Plane<float> to_;
  std::array<float*, 2> high2_, low1_, high1_;  // of rows k and k - 1, at k % 2
  std::array<float*, 6> steps_;
  float* low2_;
};

void inverse_level(const Bands<const float>& from, const Region& region, Plane<float> to,
                   std::span<float> scratch) {
  Inverse(from, region, to, scratch).run();
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels::wavelet {
namespace {

constexpr std::size_t kRows = 7;      // of scratch, both ways
constexpr std::size_t kHalfRows = 7;  // forwards; backwards takes one less

bool is_empty(const Region& region) { return region.width == 0 || region.height == 0; }

}  // namespace

HWY_EXPORT(forward_level);
HWY_EXPORT(inverse_level);

std::size_t irreversible_scratch(std::uint32_t width) {
  return kRows * scratch_row(width) + kHalfRows * scratch_row(width / 2 + 1);
}

void forward_irreversible(Plane<const float> from, const Region& region, const Bands<float>& to,
                          std::span<float> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(forward_level)(from, region, to, scratch);
}
void inverse_irreversible(const Bands<const float>& from, const Region& region, Plane<float> to,
                          std::span<float> scratch) {
  if (!is_empty(region)) HWY_DYNAMIC_DISPATCH(inverse_level)(from, region, to, scratch);
}

}  // namespace slipring::codecs::kernels::wavelet
#endif
