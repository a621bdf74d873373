#include <algorithm>
#include <cmath>
#include <type_traits>

#include "codecs/kernels/wavelet/components.h"
#include "codecs/kernels/wavelet/components/sample_limits.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

std::int64_t sample_at(const std::uint8_t* at, const SampleForm& form) {
  if (form.sample_bytes == 1)
    return form.is_signed ? std::int64_t{static_cast<std::int8_t>(*at)} : *at;
  if (form.sample_bytes == 2) {
    const auto value = load_le<std::uint16_t>(at);
    return form.is_signed ? std::int64_t{static_cast<std::int16_t>(value)} : value;
  }
  const auto value = load_le<std::uint32_t>(at);
  return form.is_signed ? std::int64_t{static_cast<std::int32_t>(value)} : value;
}

void put_sample(std::uint8_t* at, std::uint32_t sample_bytes, std::int64_t value) {
  if (sample_bytes == 1)
    *at = static_cast<std::uint8_t>(value);
  else if (sample_bytes == 2)
    store_le(at, static_cast<std::uint16_t>(value));
  else
    store_le(at, static_cast<std::uint32_t>(value));
}

// What wraps does so in the integer T is made of.
template <class T>
using Wrapping = std::conditional_t<std::is_same_v<T, float>, std::int32_t, T>;

template <class T>
T as(std::int64_t value) {
  return static_cast<T>(static_cast<Wrapping<T>>(value));
}

// T.800 G-3 to G-5: what is in i is replaced.
template <class T>
void forward_rct(T (&i)[3]) {
  const T sum = as<T>(std::int64_t{i[0]} + 2 * std::int64_t{i[1]} + i[2]);
  const T y1 = as<T>(std::int64_t{i[2]} - i[1]);
  const T y2 = as<T>(std::int64_t{i[0]} - i[1]);
  i[0] = static_cast<T>(sum >> 2);
  i[1] = y1;
  i[2] = y2;
}

// T.800 G-6 to G-8.
template <class T>
void inverse_rct(T (&y)[3]) {
  const T sum = as<T>(std::int64_t{y[1]} + y[2]);
  const T i1 = as<T>(std::int64_t{y[0]} - (sum >> 2));
  const T i0 = as<T>(std::int64_t{y[2]} + i1);
  const T i2 = as<T>(std::int64_t{y[1]} + i1);
  y[0] = i0;
  y[1] = i1;
  y[2] = i2;
}

float weighted(const float (&x)[3], const float (&weights)[3]) {
  const float first = weights[0] * x[0];
  const float second = weights[1] * x[1];
  const float third = weights[2] * x[2];
  const float two = first + second;
  return two + third;
}

void forward_ict(float (&i)[3]) {
  const float y[3] = {weighted(i, ict::kForward[0]), weighted(i, ict::kForward[1]),
                      weighted(i, ict::kForward[2])};
  std::ranges::copy(y, i);
}

void inverse_ict(float (&y)[3]) {
  const float red = ict::kRedOfY2 * y[2];
  const float green1 = ict::kGreenOfY1 * y[1];
  const float green2 = ict::kGreenOfY2 * y[2];
  const float blue = ict::kBlueOfY1 * y[1];
  const float green = y[0] + green1;
  y[1] = green + green2;
  y[2] = y[0] + blue;
  y[0] = y[0] + red;
}

template <class T>
void transform_forward(ComponentTransform transform, T (&first)[3]) {
  if constexpr (std::is_same_v<T, float>) {
    if (transform == ComponentTransform::Irreversible) forward_ict(first);
  } else {
    if (transform == ComponentTransform::Reversible) forward_rct(first);
  }
}

template <class T>
void transform_inverse(ComponentTransform transform, T (&first)[3]) {
  if constexpr (std::is_same_v<T, float>) {
    if (transform == ComponentTransform::Irreversible) inverse_ict(first);
  } else {
    if (transform == ComponentTransform::Reversible) inverse_rct(first);
  }
}

template <class T>
std::int64_t limited(T value, const SampleLimits& limits) {
  if constexpr (std::is_same_v<T, float>) {
    if (std::isnan(value)) return 0;
    return std::lrint(std::clamp(value, limits.float_min, limits.float_max));
  } else {
    return std::clamp(std::int64_t{value}, limits.min, limits.max);
  }
}

template <class T>
void load_pixel(const std::uint8_t* at, const SampleForm& form, const SampleLimits& limits,
                std::span<const Plane<T>> planes, std::uint32_t x, std::uint32_t y, bool& within) {
  T first[3] = {};
  for (std::uint32_t c = 0; c < form.components; ++c) {
    const std::int64_t sample = sample_at(at + std::size_t{c} * form.sample_bytes, form);
    const std::int64_t shifted = sample - limits.level_shift;
    if (shifted < limits.min || shifted > limits.max) within = false;
    T& place = c < 3 ? first[c] : planes[c].row(y)[x];
    place = as<T>(shifted);
  }
  transform_forward(form.transform, first);
  for (std::uint32_t c = 0; c < std::min(form.components, 3U); ++c) planes[c].row(y)[x] = first[c];
}

template <class T>
void store_pixel(std::span<const Plane<const T>> planes, const SampleForm& form,
                 const SampleLimits& limits, std::uint32_t x, std::uint32_t y, std::uint8_t* at) {
  T first[3] = {};
  for (std::uint32_t c = 0; c < std::min(form.components, 3U); ++c) first[c] = planes[c].row(y)[x];
  transform_inverse(form.transform, first);
  for (std::uint32_t c = 0; c < form.components; ++c) {
    const T value = c < 3 ? first[c] : planes[c].row(y)[x];
    put_sample(at + std::size_t{c} * form.sample_bytes, form.sample_bytes,
               limited(value, limits) + limits.level_shift);
  }
}

}  // namespace

template <class T>
bool load_components_scalar(const std::uint8_t* from, std::size_t row_bytes, const SampleForm& form,
                            std::uint32_t width, std::uint32_t height,
                            std::span<const Plane<T>> planes) {
  const SampleLimits limits(form);
  const std::size_t pixel_bytes = std::size_t{form.components} * form.sample_bytes;
  bool within = true;
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x)
      load_pixel(from + y * row_bytes + x * pixel_bytes, form, limits, planes, x, y, within);
  return within;
}

template <class T>
void store_components_scalar(std::span<const Plane<const T>> planes, const SampleForm& form,
                             std::uint32_t width, std::uint32_t height, std::uint8_t* to,
                             std::size_t row_bytes) {
  const SampleLimits limits(form);
  const std::size_t pixel_bytes = std::size_t{form.components} * form.sample_bytes;
  for (std::uint32_t y = 0; y < height; ++y)
    for (std::uint32_t x = 0; x < width; ++x)
      store_pixel(planes, form, limits, x, y, to + y * row_bytes + x * pixel_bytes);
}

#define SLIPRING_INSTANTIATE(T)                                                                  \
  template bool load_components_scalar(const std::uint8_t*, std::size_t, const SampleForm&,      \
                                       std::uint32_t, std::uint32_t, std::span<const Plane<T>>); \
  template void store_components_scalar(std::span<const Plane<const T>>, const SampleForm&,      \
                                        std::uint32_t, std::uint32_t, std::uint8_t*, std::size_t)
SLIPRING_INSTANTIATE(std::int16_t);
SLIPRING_INSTANTIATE(std::int32_t);
SLIPRING_INSTANTIATE(float);
#undef SLIPRING_INSTANTIATE

}  // namespace slipring::codecs::kernels::wavelet
