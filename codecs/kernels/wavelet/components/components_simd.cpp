// Pixels of more than one component are parted into planes of bytes first, or joined last, a strip
// that stays in L1 at a time (codecs/kernels/planes.h); what is between knows only planes.
#include <algorithm>
#include <type_traits>

#include "codecs/base/contract.h"
#include "codecs/kernels/planes.h"
#include "codecs/kernels/wavelet/components.h"
#include "codecs/kernels/wavelet/components/sample_limits.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codecs/kernels/wavelet/components/components_simd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "codecs/kernels/wavelet/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace slipring::codecs::kernels::wavelet {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128

template <class T>
bool load_all(const std::uint8_t* from, std::size_t row_bytes, const SampleForm& form,
              std::uint32_t width, std::uint32_t height, std::span<const Plane<T>> planes) {
  return load_components_scalar(from, row_bytes, form, width, height, planes);
}
template <class T>
void store_all(std::span<const Plane<const T>> planes, const SampleForm& form, std::uint32_t width,
               std::uint32_t height, std::uint8_t* to, std::size_t row_bytes) {
  store_components_scalar(planes, form, width, height, to, row_bytes);
}

#else

// The integer a component is computed in, and the wider of it and the sample's.
template <class T>
using Whole = std::conditional_t<std::is_same_v<T, float>, std::int32_t, T>;
template <class T, class Sample>
using Wider = std::conditional_t<(sizeof(Sample) > sizeof(T)), hwy::MakeSigned<Sample>, Whole<T>>;

// ---- From samples to components

// What the lanes of all samples had beyond their stored bits; shorter vectors at the ends of rows
// are looked at one by one.
template <class W>
struct Outside {
  using D = hn::ScalableTag<W>;
  hn::Vec<D> beyond = hn::Zero(D());
  hn::Vec<D> mask;
  bool in_short = false;

  explicit Outside(std::uint32_t bits_stored)
      : mask(hn::Set(D(), bits_stored >= 8 * sizeof(W)
                              ? W{0}
                              : static_cast<W>(~std::uint64_t{0} << bits_stored))) {}

  // `from_zero`: a sample less the smallest that its bits hold.
  template <class DShort, class V>
  HWY_INLINE void add(DShort d, V from_zero, W lane_mask) {
    if constexpr (hn::MaxLanes(DShort()) == hn::MaxLanes(D())) {
      beyond = hn::Or(beyond, from_zero);
    } else {
      const auto wrong = hn::And(from_zero, hn::Set(d, lane_mask));
      if (!hn::AllTrue(d, hn::Eq(wrong, hn::Zero(d)))) in_short = true;
    }
  }
  [[nodiscard]] bool any() const {
    return in_short || !hn::AllTrue(D(), hn::Eq(hn::And(beyond, mask), hn::Zero(D())));
  }
};

template <class T, class Sample>
class Loading {
 public:
  using W = Wider<T, Sample>;

  explicit Loading(const SampleForm& form) : outside_(form.bits_stored) {
    const SampleLimits limits(form);
    shift_ = static_cast<W>(limits.level_shift);
    to_zero_ = static_cast<W>(std::uint64_t{1} << (form.bits_stored - 1));
    mask_ = form.bits_stored >= 8 * sizeof(W)
                ? W{0}
                : static_cast<W>(~std::uint64_t{0} << form.bits_stored);
  }
  [[nodiscard]] bool is_within() const { return !outside_.any(); }

  void plain(const std::uint8_t* from, T* to, std::size_t count) {
    over<W>(count, [&](auto d, std::size_t i) HWY_ATTR {
      const hn::Rebind<T, decltype(d)> dt;
      hn::StoreU(take(d, from, i), dt, to + i);
    });
  }

  void reversible(const std::uint8_t* const* from, T* const* to, std::size_t count) {
    over<W>(count, [&](auto d, std::size_t i) HWY_ATTR {
      const hn::Rebind<T, decltype(d)> dt;
      const auto red = take(d, from[0], i), green = take(d, from[1], i), blue = take(d, from[2], i);
      const auto sum = hn::Add(hn::Add(red, blue), hn::Add(green, green));
      hn::StoreU(hn::ShiftRight<2>(sum), dt, to[0] + i);
      hn::StoreU(hn::Sub(blue, green), dt, to[1] + i);
      hn::StoreU(hn::Sub(red, green), dt, to[2] + i);
    });
  }

  void irreversible(const std::uint8_t* const* from, T* const* to, std::size_t count) {
    over<W>(count, [&](auto d, std::size_t i) HWY_ATTR {
      const hn::Rebind<T, decltype(d)> dt;
      const auto red = take(d, from[0], i), green = take(d, from[1], i), blue = take(d, from[2], i);
      for (int c = 0; c < 3; ++c) {
        const auto two = hn::Add(hn::Mul(hn::Set(dt, ict::kForward[c][0]), red),
                                 hn::Mul(hn::Set(dt, ict::kForward[c][1]), green));
        hn::StoreU(hn::Add(two, hn::Mul(hn::Set(dt, ict::kForward[c][2]), blue)), dt, to[c] + i);
      }
    });
  }

 private:
  // Lanes of T, level shifted.
  template <class D>
  HWY_INLINE hn::Vec<hn::Rebind<T, D>> take(D d, const std::uint8_t* from, std::size_t i) {
    const hn::Rebind<Sample, D> ds;
    const hn::Rebind<T, D> dt;
    const auto read = hn::LoadU(ds, reinterpret_cast<const Sample*>(from) + i);
    hn::Vec<D> value;
    if constexpr (sizeof(Sample) == sizeof(W))
      value = hn::BitCast(d, read);
    else
      value = hn::PromoteTo(d, read);
    value = hn::Sub(value, hn::Set(d, shift_));
    outside_.add(d, hn::Add(value, hn::Set(d, to_zero_)), mask_);
    if constexpr (std::is_same_v<T, float>)
      return hn::ConvertTo(dt, value);
    else if constexpr (sizeof(T) < sizeof(W))  // its low half, with no saturation
      return hn::DemoteTo(dt, hn::ShiftRight<16>(hn::ShiftLeft<16>(value)));
    else
      return value;
  }

  Outside<W> outside_;
  W shift_ = 0;
  W to_zero_ = 0;
  W mask_ = 0;
};

// ---- From components to samples

template <class T, class Sample>
class Storing {
 public:
  using W = Wider<T, Sample>;
  using I = Whole<T>;

  explicit Storing(const SampleForm& form) : limits_(form) {
    shift_ = static_cast<W>(limits_.level_shift);
    constexpr std::int64_t kLowest = hwy::LimitsMin<I>();
    constexpr std::int64_t kHighest = hwy::LimitsMax<I>();
    min_ = static_cast<I>(std::max(limits_.min, kLowest));
    max_ = static_cast<I>(std::min(limits_.max, kHighest));
  }

  void plain(const T* from, std::uint8_t* to, std::size_t count) {
    over<W>(count, [&](auto d, std::size_t i) HWY_ATTR {
      const hn::Rebind<T, decltype(d)> dt;
      give(d, hn::LoadU(dt, from + i), to, i);
    });
  }

  void reversible(const T* const* from, std::uint8_t* const* to, std::size_t count) {
    over<W>(count, [&](auto d, std::size_t i) HWY_ATTR {
      const hn::Rebind<T, decltype(d)> dt;
      const auto y1 = hn::LoadU(dt, from[1] + i), y2 = hn::LoadU(dt, from[2] + i);
      const auto quarter = hn::ShiftRight<2>(hn::Add(y1, y2));
      const auto green = hn::Sub(hn::LoadU(dt, from[0] + i), quarter);
      give(d, hn::Add(y2, green), to[0], i);
      give(d, green, to[1], i);
      give(d, hn::Add(y1, green), to[2], i);
    });
  }

  void irreversible(const T* const* from, std::uint8_t* const* to, std::size_t count) {
    over<W>(count, [&](auto d, std::size_t i) HWY_ATTR {
      const hn::Rebind<T, decltype(d)> dt;
      const auto y0 = hn::LoadU(dt, from[0] + i);
      const auto y1 = hn::LoadU(dt, from[1] + i), y2 = hn::LoadU(dt, from[2] + i);
      const auto green = hn::Add(y0, hn::Mul(hn::Set(dt, ict::kGreenOfY1), y1));
      give(d, hn::Add(y0, hn::Mul(hn::Set(dt, ict::kRedOfY2), y2)), to[0], i);
      give(d, hn::Add(green, hn::Mul(hn::Set(dt, ict::kGreenOfY2), y2)), to[1], i);
      give(d, hn::Add(y0, hn::Mul(hn::Set(dt, ict::kBlueOfY1), y1)), to[2], i);
    });
  }

 private:
  template <class D, class V>
  HWY_INLINE void give(D d, V component, std::uint8_t* to, std::size_t i) {
    const hn::Rebind<T, D> dt;
    const hn::Rebind<I, D> di;
    const hn::Rebind<Sample, D> ds;
    hn::Vec<decltype(di)> whole;
    if constexpr (std::is_same_v<T, float>) {
      const auto number = hn::IfThenZeroElse(hn::IsNaN(component), component);
      const auto low = hn::Max(number, hn::Set(dt, limits_.float_min));
      whole = hn::NearestInt(hn::Min(low, hn::Set(dt, limits_.float_max)));
    } else {
      whole = hn::Min(hn::Max(component, hn::Set(di, min_)), hn::Set(di, max_));
    }
    hn::Vec<D> value;
    if constexpr (sizeof(I) < sizeof(W))
      value = hn::PromoteTo(d, whole);
    else
      value = whole;
    value = hn::Add(value, hn::Set(d, shift_));
    auto* at = reinterpret_cast<Sample*>(to) + i;
    if constexpr (sizeof(Sample) == sizeof(W))
      hn::StoreU(hn::BitCast(ds, value), ds, at);
    else
      hn::StoreU(hn::DemoteTo(ds, value), ds, at);
  }

  SampleLimits limits_;
  W shift_ = 0;
  I min_ = 0;
  I max_ = 0;
};

// ---- Frames

constexpr std::size_t kStripBytes = 12288;

struct Strip {
  alignas(64) std::uint8_t bytes[kStripBytes];
  std::uint8_t* planes[kPlanesMax];
  std::size_t pixels;

  explicit Strip(const SampleForm& form) {
    pixels = std::max<std::size_t>(kStripBytes / form.components / form.sample_bytes / 64 * 64, 64);
    for (std::uint32_t c = 0; c < form.components; ++c)
      planes[c] = bytes + c * pixels * form.sample_bytes;
  }
};
static_assert(kPlanesMax * 64 * sizeof(std::uint32_t) <= kStripBytes);

template <class T, class Sample>
HWY_NOINLINE bool load_as(const std::uint8_t* from, std::size_t row_bytes, const SampleForm& form,
                          std::uint32_t width, std::uint32_t height,
                          std::span<const Plane<T>> planes) {
  Loading<T, Sample> loading(form);
  if (form.components == 1) {
    for (std::uint32_t y = 0; y < height; ++y)
      loading.plain(from + y * row_bytes, planes[0].row(y), width);
    return loading.is_within();
  }
  Strip strip(form);
  const std::size_t pixel_bytes = std::size_t{form.components} * sizeof(Sample);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; x += strip.pixels) {
      const std::size_t pixels = std::min<std::size_t>(strip.pixels, width - x);
      split_planes(from + y * row_bytes + x * pixel_bytes, sizeof(Sample), pixels,
                   {strip.planes, form.components});
      std::uint32_t c = 0;
      if (form.transform != ComponentTransform::None) {
        T* to[3] = {planes[0].row(y) + x, planes[1].row(y) + x, planes[2].row(y) + x};
        if constexpr (std::is_same_v<T, float>)
          loading.irreversible(strip.planes, to, pixels);
        else
          loading.reversible(strip.planes, to, pixels);
        c = 3;
      }
      for (; c < form.components; ++c) loading.plain(strip.planes[c], planes[c].row(y) + x, pixels);
    }
  }
  return loading.is_within();
}

template <class T, class Sample>
HWY_NOINLINE void store_as(std::span<const Plane<const T>> planes, const SampleForm& form,
                           std::uint32_t width, std::uint32_t height, std::uint8_t* to,
                           std::size_t row_bytes) {
  Storing<T, Sample> storing(form);
  if (form.components == 1) {
    for (std::uint32_t y = 0; y < height; ++y)
      storing.plain(planes[0].row(y), to + y * row_bytes, width);
    return;
  }
  Strip strip(form);
  const std::size_t pixel_bytes = std::size_t{form.components} * sizeof(Sample);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; x += strip.pixels) {
      const std::size_t pixels = std::min<std::size_t>(strip.pixels, width - x);
      std::uint32_t c = 0;
      if (form.transform != ComponentTransform::None) {
        const T* from[3] = {planes[0].row(y) + x, planes[1].row(y) + x, planes[2].row(y) + x};
        if constexpr (std::is_same_v<T, float>)
          storing.irreversible(from, strip.planes, pixels);
        else
          storing.reversible(from, strip.planes, pixels);
        c = 3;
      }
      for (; c < form.components; ++c) storing.plain(planes[c].row(y) + x, strip.planes[c], pixels);
      const std::uint8_t* const* parts = strip.planes;
      merge_planes({parts, form.components}, sizeof(Sample), pixels,
                   to + y * row_bytes + x * pixel_bytes);
    }
  }
}

template <class T>
bool load_all(const std::uint8_t* from, std::size_t row_bytes, const SampleForm& form,
              std::uint32_t width, std::uint32_t height, std::span<const Plane<T>> planes) {
  if (form.components > kPlanesMax)
    return load_components_scalar(from, row_bytes, form, width, height, planes);
  const auto load = [&](auto sample) {
    return load_as<T, decltype(sample)>(from, row_bytes, form, width, height, planes);
  };
  if (form.sample_bytes == 1) return form.is_signed ? load(std::int8_t{}) : load(std::uint8_t{});
  if (form.sample_bytes == 2) return form.is_signed ? load(std::int16_t{}) : load(std::uint16_t{});
  return load(std::int32_t{});
}

template <class T>
void store_all(std::span<const Plane<const T>> planes, const SampleForm& form, std::uint32_t width,
               std::uint32_t height, std::uint8_t* to, std::size_t row_bytes) {
  if (form.components > kPlanesMax)
    return store_components_scalar(planes, form, width, height, to, row_bytes);
  const auto store = [&](auto sample) {
    store_as<T, decltype(sample)>(planes, form, width, height, to, row_bytes);
  };
  if (form.sample_bytes == 1) return form.is_signed ? store(std::int8_t{}) : store(std::uint8_t{});
  if (form.sample_bytes == 2)
    return form.is_signed ? store(std::int16_t{}) : store(std::uint16_t{});
  return store(std::int32_t{});
}

#endif

// HWY_EXPORT takes no templates.
#define SLIPRING_NAME(T, NAME)                                                                    \
  bool load_##NAME(const std::uint8_t* from, std::size_t row_bytes, const SampleForm& form,       \
                   std::uint32_t width, std::uint32_t height, std::span<const Plane<T>> planes) { \
    return load_all<T>(from, row_bytes, form, width, height, planes);                             \
  }                                                                                               \
  void store_##NAME(std::span<const Plane<const T>> planes, const SampleForm& form,               \
                    std::uint32_t width, std::uint32_t height, std::uint8_t* to,                  \
                    std::size_t row_bytes) {                                                      \
    store_all<T>(planes, form, width, height, to, row_bytes);                                     \
  }
SLIPRING_NAME(std::int16_t, 16)
SLIPRING_NAME(std::int32_t, 32)
SLIPRING_NAME(float, float)
#undef SLIPRING_NAME

}  // namespace HWY_NAMESPACE
}  // namespace slipring::codecs::kernels::wavelet
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace slipring::codecs::kernels::wavelet {
namespace {

template <class T>
void check(const SampleForm& form, std::size_t planes) {
  constexpr bool kIsFloat = std::is_same_v<T, float>;
  constexpr auto kOther =
      kIsFloat ? ComponentTransform::Reversible : ComponentTransform::Irreversible;
  EXPECTS(form.sample_bytes == 1 || form.sample_bytes == 2 || form.sample_bytes == 4);
  EXPECTS(form.bits_stored >= 1 && form.bits_stored <= 8 * form.sample_bytes);
  EXPECTS(form.bits_stored <= 8 * sizeof(T));
  EXPECTS(form.components >= 1 && form.components <= kComponentsMax);
  EXPECTS(planes >= form.components && form.transform != kOther);
  EXPECTS(form.transform == ComponentTransform::None || form.components >= 3);
}

}  // namespace

HWY_EXPORT(load_16);
HWY_EXPORT(load_32);
HWY_EXPORT(load_float);
HWY_EXPORT(store_16);
HWY_EXPORT(store_32);
HWY_EXPORT(store_float);

#define SLIPRING_DEFINE(T, NAME)                                                                \
  template <>                                                                                   \
  bool load_components(const std::uint8_t* from, std::size_t row_bytes, const SampleForm& form, \
                       std::uint32_t width, std::uint32_t height,                               \
                       std::span<const Plane<T>> planes) {                                      \
    check<T>(form, planes.size());                                                              \
    return HWY_DYNAMIC_DISPATCH(load_##NAME)(from, row_bytes, form, width, height, planes);     \
  }                                                                                             \
  template <>                                                                                   \
  void store_components(std::span<const Plane<const T>> planes, const SampleForm& form,         \
                        std::uint32_t width, std::uint32_t height, std::uint8_t* to,            \
                        std::size_t row_bytes) {                                                \
    check<T>(form, planes.size());                                                              \
    HWY_DYNAMIC_DISPATCH(store_##NAME)(planes, form, width, height, to, row_bytes);             \
  }
SLIPRING_DEFINE(std::int16_t, 16)
SLIPRING_DEFINE(std::int32_t, 32)
SLIPRING_DEFINE(float, float)
#undef SLIPRING_DEFINE

}  // namespace slipring::codecs::kernels::wavelet
#endif
