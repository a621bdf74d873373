// rows: scratch cut into rows that may be read a few samples before and behind themselves, and the
// order in which a level goes over the rows of its plane.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "codecs/base/contract.h"

namespace slipring::codecs::kernels::wavelet {

inline constexpr std::size_t kRowMargin = 32;  // samples before and behind

// An odd number of cache lines of the smallest samples: rows do not fall on each other.
[[nodiscard]] constexpr std::size_t scratch_row(std::size_t samples) {
  return ((samples + 2 * kRowMargin + 63) / 32 | 1) * 32;
}

template <class T>
class ScratchRows {
 public:
  ScratchRows(std::span<T> scratch, std::size_t row_samples)
      : scratch_(scratch), step_(scratch_row(row_samples)) {}

  T* take() {
    EXPECTS(used_ + step_ <= scratch_.size());
    T* row = scratch_.data() + used_ + kRowMargin;
    used_ += step_;
    return row;
  }
  [[nodiscard]] std::span<T> rest() const { return scratch_.subspan(used_); }

 private:
  std::span<T> scratch_;
  std::size_t step_;
  std::size_t used_ = 0;
};

}  // namespace slipring::codecs::kernels::wavelet
