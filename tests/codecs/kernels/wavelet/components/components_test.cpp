#include "codecs/kernels/wavelet/components.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"
#include "tests/codecs/kernels/wavelet/guarded_plane.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

using test::Guard;
using test::GuardedMemory;
using test::GuardedPlane;
using Vector = std::vector<std::uint8_t>;

template <class T>
struct Planes {
  std::vector<std::vector<T>> samples;
  std::vector<Plane<T>> planes;
  std::vector<Plane<const T>> const_planes;

  Planes(std::size_t components, std::size_t count) : samples(components, std::vector<T>(count)) {
    for (auto& some : samples) planes.push_back({some.data(), count});
    const_planes.assign(planes.begin(), planes.end());
  }
};

template <class T>
std::vector<std::vector<T>> loaded(const Vector& row, const SampleForm& form) {
  const std::size_t pixels = row.size() / form.sample_bytes / form.components;
  Planes<T> to(form.components, pixels);
  EXPECT_TRUE(load_components<T>(row.data(), row.size(), form, static_cast<std::uint32_t>(pixels),
                                 1, to.planes));
  return to.samples;
}

template <class T>
Vector stored(std::vector<std::vector<T>> components, const SampleForm& form) {
  const std::size_t pixels = components[0].size();
  std::vector<Plane<const T>> planes;
  for (const auto& component : components) planes.push_back({component.data(), pixels});
  Vector row(pixels * form.components * form.sample_bytes);
  store_components<T>(planes, form, static_cast<std::uint32_t>(pixels), 1, row.data(), row.size());
  return row;
}

using Rows16 = std::vector<std::vector<std::int16_t>>;
using RowsFloat = std::vector<std::vector<float>>;
constexpr SampleForm kRgb8 = {.sample_bytes = 1, .bits_stored = 8, .components = 3};

SampleForm with(SampleForm form, ComponentTransform transform) {
  form.transform = transform;
  return form;
}

TEST(Components, UnsignedSamplesAreShiftedToTheMiddleAndSignedOnesAreNot) {
  const SampleForm form = {.sample_bytes = 2, .bits_stored = 12};
  EXPECT_EQ(loaded<std::int16_t>({0, 0, 0xFF, 0x0F}, form), (Rows16{{-2048, 2047}}));
  SampleForm is_signed = form;
  is_signed.is_signed = true;
  EXPECT_EQ(loaded<std::int16_t>({0x00, 0xF8, 0xFF, 0x07}, is_signed), (Rows16{{-2048, 2047}}));
}

TEST(Components, ColoursArePartedAndTransformedReversibly) {
  EXPECT_EQ(loaded<std::int16_t>({255, 128, 0, 10, 20, 30}, kRgb8),
            (Rows16{{127, -118}, {0, -108}, {-128, -98}}));
  // (127 + 0 - 128) / 4 rounds down to -1; blue - green; red - green.
  EXPECT_EQ(
      loaded<std::int16_t>({255, 128, 0, 10, 20, 30}, with(kRgb8, ComponentTransform::Reversible)),
      (Rows16{{-1, -108}, {-128, 10}, {127, -10}}));
}

TEST(Components, ColoursAreTransformedIrreversiblyAsTheStandardWeighsThem) {
  const auto y = loaded<float>({255, 128, 0}, with(kRgb8, ComponentTransform::Irreversible));
  EXPECT_NEAR(y[0][0], 0.299 * 127 + 0.114 * -128, 1e-4);
  EXPECT_NEAR(y[1][0], -0.16875 * 127 + 0.5 * -128, 1e-4);
  EXPECT_NEAR(y[2][0], 0.5 * 127 - 0.08131 * -128, 1e-4);
}

TEST(Components, WhatIsStoredIsLimitedToTheStoredBits) {
  SampleForm form = {.sample_bytes = 2, .bits_stored = 12};
  EXPECT_EQ(stored<std::int16_t>({{-2049, 2048, 0}}, form), (Vector{0, 0, 0xFF, 0x0F, 0, 8}));
  form.is_signed = true;
  EXPECT_EQ(stored<std::int16_t>({{-2049, 2048, -1}}, form),
            (Vector{0x00, 0xF8, 0xFF, 0x07, 0xFF, 0xFF}));
}

TEST(Components, FloatsAreRoundedToTheNearestWholeAndNotANumberIsTheMiddle) {
  const SampleForm form = {.sample_bytes = 1, .bits_stored = 8};
  const float infinity = std::numeric_limits<float>::infinity();
  test::for_every_target([&] {
    EXPECT_EQ(stored<float>(
                  {{0.5F, 1.5F, -0.5F, -0.51F, std::nanf(""), infinity, -infinity, 1e30F}}, form),
              (Vector{128, 130, 128, 127, 128, 255, 0, 255}));
  });
}

TEST(Components, ThirtyTwoBitsKeepTheirEnds) {
  const SampleForm form = {.sample_bytes = 4, .bits_stored = 32};
  const Vector row = {0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
  const std::vector<std::vector<std::int32_t>> ends = {{INT32_MIN, INT32_MAX}};
  test::for_every_target([&] {
    EXPECT_EQ(loaded<std::int32_t>(row, form), ends);
    EXPECT_EQ(stored<std::int32_t>(ends, form), row);
    EXPECT_EQ(stored<float>({{-3e9F, 3e9F}}, form), (Vector{0, 0, 0, 0, 0x80, 0xFF, 0xFF, 0xFF}));
  });
}

// Every kind of sample, whichever T can hold.
template <class T>
std::vector<SampleForm> every_form() {
  constexpr bool kIsFloat = std::is_same_v<T, float>;
  std::vector<SampleForm> forms;
  for (const std::uint32_t bytes : {1U, 2U, 4U})
    for (const std::uint32_t bits : {1U, 7U, 8U, 12U, 16U, 17U, 24U, 26U, 32U})
      for (const bool is_signed : {false, true})
        for (const std::uint32_t components : {1U, 2U, 3U, 4U, 5U, 25U})
          for (const bool transforms : {false, true}) {
            if (bits > 8 * bytes || bits > 8 * sizeof(T) || (transforms && components < 3))
              continue;
            const auto transform = !transforms ? ComponentTransform::None
                                   : kIsFloat  ? ComponentTransform::Irreversible
                                               : ComponentTransform::Reversible;
            forms.push_back({bytes, bits, is_signed, components, transform});
          }
  return forms;
}

std::string name_of(const SampleForm& form) {
  return std::to_string(form.bits_stored) + (form.is_signed ? " signed bits of " : " bits of ") +
         std::to_string(8 * form.sample_bytes) + ", components " + std::to_string(form.components) +
         (form.transform == ComponentTransform::None ? "" : " transformed");
}

// Any bits of the samples' width, or only such as lie within their stored bits.
Vector random_frame(std::size_t samples, const SampleForm& form, std::uint32_t seed) {
  Vector frame = test::random_bytes(samples * form.sample_bytes, seed);
  const std::uint32_t unused = 32 - form.bits_stored;
  for (std::size_t at = 0; at < frame.size(); at += form.sample_bytes) {
    std::uint32_t value = 0;
    std::memcpy(&value, &frame[at], form.sample_bytes);
    value <<= unused;
    value = form.is_signed ? static_cast<std::uint32_t>(static_cast<std::int32_t>(value) >> unused)
                           : value >> unused;
    std::memcpy(&frame[at], &value, form.sample_bytes);
  }
  return frame;
}

template <class T>
class ComponentsOf : public testing::Test {
 protected:
  static constexpr std::uint32_t kHeight = 2;
  static constexpr std::size_t kSamplesMax = 4096;
  std::vector<std::unique_ptr<GuardedPlane<T>>> guarded_;

  ComponentsOf() {
    for (std::size_t c = 0; c < 25; ++c)
      guarded_.push_back(std::make_unique<GuardedPlane<T>>(kSamplesMax));
  }

  std::vector<Plane<T>> shape(const SampleForm& form, std::uint32_t width) {
    std::vector<Plane<T>> planes;
    for (std::uint32_t c = 0; c < form.components; ++c)
      planes.push_back(
          guarded_[c]->shape(width, kHeight, c, c % 2 == 0 ? Guard::Behind : Guard::Before));
    return planes;
  }

  void check_load(const SampleForm& form, std::uint32_t width, const Vector& frame) {
    const std::size_t row_bytes = frame.size() / kHeight;
    const GuardedMemory in(frame);
    Planes<T> right(form.components, std::size_t{width} * kHeight);
    for (auto& plane : right.planes) plane.stride = width;
    const bool within =
        load_components_scalar<T>(in.bytes().data(), row_bytes, form, width, kHeight, right.planes);
    const auto planes = shape(form, width);
    ASSERT_EQ(load_components<T>(in.bytes().data(), row_bytes, form, width, kHeight, planes),
              within)
        << name_of(form) << " width " << width;
    for (std::uint32_t c = 0; c < form.components; ++c) {
      ASSERT_EQ(guarded_[c]->samples(), right.samples[c]) << name_of(form) << " width " << width;
      ASSERT_TRUE(guarded_[c]->is_untouched_between());
    }
  }

  void check_store(const SampleForm& form, std::uint32_t width) {
    const std::size_t row_bytes = std::size_t{width} * form.components * form.sample_bytes;
    const auto planes = shape(form, width);
    for (std::uint32_t c = 0; c < form.components; ++c)
      guarded_[c]->fill(test::random_samples<T>(std::size_t{width} * kHeight, c));
    const std::vector<Plane<const T>> from(planes.begin(), planes.end());
    Vector right(row_bytes * kHeight);
    store_components_scalar<T>(from, form, width, kHeight, right.data(), row_bytes);
    GuardedMemory out(right.size());
    store_components<T>(from, form, width, kHeight, out.writable().data(), row_bytes);
    ASSERT_TRUE(std::ranges::equal(out.bytes(), right)) << name_of(form) << " width " << width;
  }
};

using Lanes = testing::Types<std::int16_t, std::int32_t, float>;
TYPED_TEST_SUITE(ComponentsOf, Lanes);

TYPED_TEST(ComponentsOf, EveryTargetAgreesWithTheDefinitionForAnyKindOfSample) {
  const auto forms = every_form<TypeParam>();
  test::for_every_target([&] {
    for (const SampleForm& form : forms)
      for (const std::uint32_t width : {1U, 23U, 133U}) {
        const std::size_t samples = std::size_t{width} * form.components * this->kHeight;
        this->check_load(form, width, random_frame(samples, form, width));
        this->check_load(form, width, test::random_bytes(samples * form.sample_bytes, width));
        this->check_store(form, width);
        if (this->HasFatalFailure()) return;
      }
  });
}

TYPED_TEST(ComponentsOf, RowsLongerThanAStripAreWhole) {
  test::for_every_target([&] {
    for (SampleForm form : every_form<TypeParam>()) {
      if (form.components != 3 && form.components != 5) continue;
      if (form.bits_stored != 8 && form.bits_stored != 32) continue;
      const std::uint32_t width = 2000;
      this->check_load(form, width,
                       random_frame(std::size_t{width} * form.components * 2, form, 3));
      this->check_store(form, width);
      if (this->HasFatalFailure()) return;
    }
  });
}

TYPED_TEST(ComponentsOf, ASingleSampleOutsideItsBitsIsSeenWhereverItLies) {
  const SampleForm forms[] = {
      {2, 12, false, 1, {}}, {2, 12, true, 1, {}}, {1, 7, true, 3, {}}, {4, 11, false, 1, {}}};
  test::for_every_target([&] {
    for (const SampleForm& form : forms) {
      constexpr std::uint32_t kWidth = 67;
      Vector frame(std::size_t{kWidth} * form.components * form.sample_bytes);
      Planes<TypeParam> to(form.components, kWidth);
      const auto load = [&] {
        return load_components<TypeParam>(frame.data(), frame.size(), form, kWidth, 1, to.planes);
      };
      ASSERT_TRUE(load());
      for (std::size_t at = form.sample_bytes - 1; at < frame.size(); at += form.sample_bytes) {
        frame[at] = 0x40;  // above the sign, or one bit too many
        ASSERT_FALSE(load()) << name_of(form) << " at " << at;
        frame[at] = 0;
      }
    }
  });
}

template <class T>
void check_there_and_back(std::uint32_t plain_bits_max, std::uint32_t transformed_bits_max) {
  for (const SampleForm& form : every_form<T>()) {
    const bool transforms = form.transform != ComponentTransform::None;
    if (form.bits_stored > (transforms ? transformed_bits_max : plain_bits_max)) continue;
    const std::size_t pixels = 97;
    const Vector frame = random_frame(pixels * form.components, form, 11);
    ASSERT_EQ(stored<T>(loaded<T>(frame, form), form), frame) << name_of(form);
  }
}

// RCT needs two bits more in its sum; ICT's weights, of five digits, are no exact inverses.
TEST(Components, WhatIsLoadedComesBackWhereTheLanesHoldIt) {
  test::for_every_target([] {
    check_there_and_back<std::int16_t>(16, 13);
    check_there_and_back<std::int32_t>(32, 29);
    check_there_and_back<float>(24, 12);
  });
}

TEST(ComponentsDeathTest, AFormThatIsOurOwnDefectStopsHere) {
  std::uint8_t byte = 0;
  std::int16_t sample = 0;
  const Plane<std::int16_t> planes[] = {{&sample, 1}};
  const auto load = [&](const SampleForm& form) {
    (void)load_components<std::int16_t>(&byte, 1, form, 1, 1, planes);
  };
  EXPECT_DEATH(load({.sample_bytes = 3, .bits_stored = 8}), "broken contract");
  EXPECT_DEATH(load({.sample_bytes = 1, .bits_stored = 9}), "broken contract");
  EXPECT_DEATH(load({.sample_bytes = 4, .bits_stored = 17}), "broken contract");
  EXPECT_DEATH(load({.sample_bytes = 1, .bits_stored = 8, .components = 3}), "broken contract");
}

}  // namespace
}  // namespace slipring::codecs::kernels::wavelet
