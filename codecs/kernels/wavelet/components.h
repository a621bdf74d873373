// components: rows of a canonical frame (codecs/pixel/layout.h: little endian, interleaved by
// pixel) <-> one plane per component, with the DC level shift (T.800 G.1) and the component
// transform (G.2 reversible, G.3 irreversible) in the same pass. Takes and gives memory; knows
// nothing of frames or codestreams.
#pragma once

#include <span>

#include "codecs/base/bytes.h"
#include "codecs/kernels/wavelet/plane.h"

namespace slipring::codecs::kernels::wavelet {

enum class ComponentTransform : std::uint8_t {
  None,
  Reversible,    // of the first three components, T int16 or int32 (G.2)
  Irreversible,  // of the first three components, T float (G.3)
};

struct SampleForm {
  std::uint32_t sample_bytes = 2;  // 1, 2 or 4
  std::uint32_t bits_stored = 16;  // 1 to 8 * sample_bytes; at most 16 where T is int16
  bool is_signed = false;
  std::uint32_t components = 1;  // of each pixel, 1 to kComponentsMax
  ComponentTransform transform = ComponentTransform::None;
};

inline constexpr std::uint32_t kComponentsMax = 16384;  // T.800 A.5.1, Csiz

// T: std::int16_t, std::int32_t or float. Reads `height` rows of width * components samples,
// row_bytes apart, into planes[c] (form.components of them, at least 3 where there is a transform);
// unsigned samples become less by 2^(bits_stored - 1). False when a sample lies outside its stored
// bits (is not the zero or sign extension of them): then the planes hold nothing of use. Floats are
// exact up to 24 bits, rounded to nearest above. Arithmetic in T wraps.
template <class T>
[[nodiscard]] bool load_components(const std::uint8_t* from, std::size_t row_bytes,
                                   const SampleForm& form, std::uint32_t width,
                                   std::uint32_t height, std::span<const Plane<T>> planes);

// The inverse: inverse transform, then limited to what bits_stored holds, level shift, stored with
// zero or sign extension. Floats are rounded to the nearest whole, halves to even; not a number
// is 0. Writes width * components samples of each row and nothing between.
template <class T>
void store_components(std::span<const Plane<const T>> planes, const SampleForm& form,
                      std::uint32_t width, std::uint32_t height, std::uint8_t* to,
                      std::size_t row_bytes);

// The definition of right.
template <class T>
[[nodiscard]] bool load_components_scalar(const std::uint8_t* from, std::size_t row_bytes,
                                          const SampleForm& form, std::uint32_t width,
                                          std::uint32_t height, std::span<const Plane<T>> planes);
template <class T>
void store_components_scalar(std::span<const Plane<const T>> planes, const SampleForm& form,
                             std::uint32_t width, std::uint32_t height, std::uint8_t* to,
                             std::size_t row_bytes);

}  // namespace slipring::codecs::kernels::wavelet
