// sample_limits: what Bits Stored and the sign make of the component kernels: the level shift, the
// bounds after it, and the weights of the irreversible component transform.
#pragma once

#include <cstdint>

#include "codecs/kernels/wavelet/components.h"

namespace slipring::codecs::kernels::wavelet {

struct SampleLimits {
  std::int64_t level_shift = 0;  // of unsigned samples (T.800 G-1)
  std::int64_t min = 0;          // of a sample after it
  std::int64_t max = 0;
  float float_min = 0;  // the floats between min and max
  float float_max = 0;

  explicit SampleLimits(const SampleForm& form)
      : level_shift(form.is_signed ? 0 : std::int64_t{1} << (form.bits_stored - 1)),
        min(-(std::int64_t{1} << (form.bits_stored - 1))),
        max(-min - 1),
        float_min(static_cast<float>(min)),
        // A float has 24 bits: beyond, the largest below 2^(bits - 1) ends in zeros.
        float_max(static_cast<float>(
            form.bits_stored <= 25 ? max
                                   : max - ((std::int64_t{1} << (form.bits_stored - 25)) - 1))) {}
};

namespace ict {
// T.800 G-9 to G-11, by component of the output.
inline constexpr float kForward[3][3] = {
    {0.299F, 0.587F, 0.114F}, {-0.16875F, -0.33126F, 0.5F}, {0.5F, -0.41869F, -0.08131F}};
// T.800 G-12 to G-14: red is y0 + 1.402 y2, and so on.
inline constexpr float kRedOfY2 = 1.402F;
inline constexpr float kGreenOfY1 = -0.34413F;
inline constexpr float kGreenOfY2 = -0.71414F;
inline constexpr float kBlueOfY1 = 1.772F;
}  // namespace ict

}  // namespace slipring::codecs::kernels::wavelet
