#include "codecs/kernels/wavelet/pyramid.h"

#include <gtest/gtest.h>

#include "codecs/kernels/wavelet/irreversible.h"
#include "codecs/kernels/wavelet/reversible.h"
#include "tests/codecs/kernels/every_target.h"
#include "tests/codecs/kernels/wavelet/guarded_plane.h"

namespace slipring::codecs::kernels::wavelet {
namespace {

TEST(Pyramid, BandsFollowTheOrderOfResolutions) {
  const Pyramid pyramid({0, 0, 17, 9}, 2);
  const std::vector<Band>& bands = pyramid.bands();
  ASSERT_EQ(bands.size(), 7U);
  EXPECT_EQ(bands[0].orientation, Orientation::LL);
  EXPECT_EQ(bands[1].orientation, Orientation::HL);
  EXPECT_EQ(bands[3].orientation, Orientation::HH);
  EXPECT_EQ(bands[1].level, 2U);
  EXPECT_EQ(bands[4].level, 1U);
  EXPECT_EQ(bands[0].rectangle, (Rectangle{0, 0, 5, 3}));
  EXPECT_EQ(bands[1].rectangle, (Rectangle{0, 0, 4, 3}));
  EXPECT_EQ(bands[2].rectangle, (Rectangle{0, 0, 5, 2}));
  EXPECT_EQ(bands[4].rectangle, (Rectangle{0, 0, 8, 5}));
  EXPECT_EQ(bands[6].rectangle, (Rectangle{0, 0, 8, 4}));
  EXPECT_EQ(pyramid.resolution(1), (Rectangle{0, 0, 9, 5}));
  EXPECT_EQ(pyramid.resolution(2), (Rectangle{0, 0, 17, 9}));
}

TEST(Pyramid, BandsOfAnyRectangleHaveTheSizesOfTheirLevel) {
  for (std::uint32_t x0 = 0; x0 < 9; ++x0)
    for (std::uint32_t x1 = x0; x1 < 30; ++x1) {
      const Pyramid pyramid({x0, 3, x1, 20}, 4);
      for (std::uint32_t r = 1; r <= 4; ++r) {
        const Region whole = pyramid.resolution(r).region();
        const Rectangle& ll = pyramid.resolution(r - 1);
        const Band& hh = pyramid.bands()[3 * std::size_t{r}];
        ASSERT_EQ(ll.width(), low_count(whole.width, whole.odd_x)) << x0 << " " << x1;
        ASSERT_EQ(ll.height(), low_count(whole.height, whole.odd_y));
        ASSERT_EQ(hh.rectangle.width(), high_count(whole.width, whole.odd_x));
        ASSERT_EQ(hh.rectangle.height(), high_count(whole.height, whole.odd_y));
      }
    }
}

TEST(Pyramid, AsManyLevelsAsTheStandardKnowsFitTheLargestRectangle) {
  const Pyramid pyramid({4294967294U, 0, 4294967295U, 3}, kLevelsMax);
  EXPECT_EQ(pyramid.bands().size(), 3 * kLevelsMax + 1U);
  EXPECT_EQ(pyramid.bands()[0].rectangle, (Rectangle{1, 0, 1, 1}));
  EXPECT_EQ(pyramid.resolution(kLevelsMax).width(), 1U);
}

// All levels by the definition, in the order of the bands.
template <class T>
std::vector<T> by_definition(const Pyramid& pyramid, std::vector<T> ll) {
  std::vector<std::vector<T>> finest_last;
  for (std::uint32_t r = pyramid.levels(); r > 0; --r) {
    const Region region = pyramid.resolution(r).region();
    test::GuardedBands<T> bands(ll.size());
    const Plane<const T> from{ll.data(), region.width};
    if constexpr (std::is_same_v<T, float>)
      forward_irreversible_scalar(from, region, bands.shape(region, 0, test::Guard::Behind));
    else
      forward_reversible_scalar<T>(from, region, bands.shape(region, 0, test::Guard::Behind));
    std::vector<T> all = bands.samples();
    const std::size_t low =
        std::size_t{pyramid.resolution(r - 1).width()} * pyramid.resolution(r - 1).height();
    finest_last.insert(finest_last.begin(),
                       {all.begin() + static_cast<std::ptrdiff_t>(low), all.end()});
    ll.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(low));
  }
  for (const auto& bands : finest_last) ll.insert(ll.end(), bands.begin(), bands.end());
  return ll;
}

template <class T>
std::vector<T> samples_of(const Pyramid& pyramid, const std::vector<T>& memory) {
  std::vector<T> all;
  for (const Band& band : pyramid.bands())
    for (std::uint32_t y = 0; y < band.rectangle.height(); ++y)
      for (std::uint32_t x = 0; x < band.rectangle.width(); ++x)
        all.push_back(memory[band.offset + y * band.stride + x]);
  return all;
}

template <class T>
class PyramidOf : public testing::Test {
 protected:
  static constexpr double kRounding = std::is_same_v<T, float> ? 1.0 / 32 : 0;

  static void check(const Rectangle& rectangle, std::uint32_t levels) {
    const Pyramid pyramid(rectangle, levels);
    const std::size_t width = rectangle.width();
    auto image = test::random_samples<T>(width * rectangle.height(), 3);
    for (T& sample : image) sample /= 16;  // a row by itself at an odd coordinate is doubled
    const std::vector<T> right = by_definition(pyramid, image);
    test::for_every_target([&] {
      std::vector<T> memory(pyramid.samples()), scratch(pyramid.scratch_samples());
      pyramid.forward<T>({image.data(), width}, memory.data(), scratch.data());
      ASSERT_EQ(samples_of(pyramid, memory), right);
      std::vector<T> back(image.size());
      pyramid.inverse<T>(memory.data(), levels, {back.data(), width}, scratch.data());
      ASSERT_EQ(samples_of(pyramid, memory), right) << "bands were changed";
      for (std::size_t i = 0; i < image.size(); ++i) ASSERT_NEAR(back[i], image[i], kRounding);
      check_resolutions(pyramid, image);
    });
  }

  // A resolution is what the transform of fewer levels has as its LL.
  static void check_resolutions(const Pyramid& pyramid, const std::vector<T>& image) {
    const Rectangle& rectangle = pyramid.resolution(pyramid.levels());
    std::vector<T> memory(pyramid.samples()), scratch(pyramid.scratch_samples());
    pyramid.forward<T>({image.data(), rectangle.width()}, memory.data(), scratch.data());
    for (std::uint32_t r = 0; r < pyramid.levels(); ++r) {
      const Pyramid fewer(rectangle, pyramid.levels() - r);
      std::vector<T> less(fewer.samples());
      fewer.forward<T>({image.data(), rectangle.width()}, less.data(), scratch.data());
      const Rectangle& size = pyramid.resolution(r);
      std::vector<T> small(std::size_t{size.width()} * size.height());
      pyramid.inverse<T>(memory.data(), r, {small.data(), size.width()}, scratch.data());
      const Band& ll = fewer.bands()[0];
      for (std::uint32_t y = 0; y < size.height(); ++y)
        for (std::uint32_t x = 0; x < size.width(); ++x)
          ASSERT_NEAR(small[std::size_t{y} * size.width() + x], less[ll.offset + y * ll.stride + x],
                      0);
    }
  }
};

template <>
void PyramidOf<float>::check_resolutions(const Pyramid&, const std::vector<float>&) {}

using Lanes = testing::Types<std::int16_t, std::int32_t, float>;
TYPED_TEST_SUITE(PyramidOf, Lanes);

TYPED_TEST(PyramidOf, AllLevelsAreAsDefinedAndComeBack) {
  for (const Rectangle& rectangle :
       {Rectangle{0, 0, 64, 64}, Rectangle{0, 0, 129, 65}, Rectangle{0, 0, 512, 40},
        Rectangle{3, 5, 200, 90}, Rectangle{2, 1, 71, 72}, Rectangle{0, 0, 1, 50},
        Rectangle{4, 4, 36, 5}})
    for (const std::uint32_t levels : {0U, 1U, 2U, 5U}) this->check(rectangle, levels);
}

TYPED_TEST(PyramidOf, ARectangleWithoutSamplesIsNoWork) {
  this->check({5, 5, 5, 9}, 3);
  this->check({5, 5, 9, 5}, 3);
}

}  // namespace
}  // namespace slipring::codecs::kernels::wavelet
