#include "codecs/kernels/colour/ybr.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::kernels {
namespace {

using Vector = std::vector<std::uint8_t>;

TEST(Ybr, KnownColoursComeBack) {
  // Black, white, and the primaries as PS3.3 C.7.6.3.1.2's forward equations give them.
  const Vector ybr = {0, 128, 128, 255, 128, 128, 76, 85, 255, 150, 44, 21, 29, 255, 107};
  Vector rgb(ybr.size());
  ybr_full_to_rgb(ybr, rgb);
  const Vector expected = {0, 0, 0, 255, 255, 255, 254, 0, 0, 0, 255, 1, 0, 0, 254};
  for (std::size_t i = 0; i < rgb.size(); ++i) EXPECT_NEAR(rgb[i], expected[i], 1) << i;
}

TEST(Ybr, EveryTripleIsWithinOneOfTheExactValue) {
  for (int y = 0; y < 256; y += 5) {
    for (int cb = 0; cb < 256; cb += 3) {
      for (int cr = 0; cr < 256; cr += 3) {
        const Vector ybr = {static_cast<std::uint8_t>(y), static_cast<std::uint8_t>(cb),
                            static_cast<std::uint8_t>(cr)};
        Vector rgb(3);
        ybr_full_to_rgb_scalar(ybr, rgb);
        const double exact[] = {y + 1.402 * (cr - 128),
                                y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
                                y + 1.772 * (cb - 128)};
        for (std::size_t i = 0; i < 3; ++i)
          ASSERT_NEAR(rgb[i], std::clamp(exact[i], 0.0, 255.0), 0.53)
              << y << " " << cb << " " << cr;
      }
    }
  }
}

TEST(Ybr, EveryTargetAgreesWithTheScalarLoopAtEveryLengthUpToAGuardPage) {
  test::for_every_target([] {
    for (std::size_t pixels = 0; pixels <= 200; ++pixels) {
      const auto seed = static_cast<std::uint32_t>(pixels);
      const test::GuardedMemory full(test::random_bytes(3 * pixels, seed));
      test::GuardedMemory out(3 * pixels);
      Vector right(3 * pixels);
      ybr_full_to_rgb_scalar(full.bytes(), right);
      ybr_full_to_rgb(full.bytes(), out.writable());
      ASSERT_TRUE(std::ranges::equal(out.bytes(), right)) << pixels;
      const test::GuardedMemory pairs(test::random_bytes(4 * pixels, seed));
      test::GuardedMemory out_of_pairs(6 * pixels);
      right.resize(6 * pixels);
      ybr_full_422_to_rgb_scalar(pairs.bytes(), right);
      ybr_full_422_to_rgb(pairs.bytes(), out_of_pairs.writable());
      ASSERT_TRUE(std::ranges::equal(out_of_pairs.bytes(), right)) << pixels;
    }
  });
}

TEST(Ybr, EveryChrominanceAgreesOnEveryTargetAndInPlace) {
  Vector ybr;
  for (unsigned cb = 0; cb < 256; ++cb)
    for (unsigned cr = 0; cr < 256; ++cr)
      ybr.insert(ybr.end(), {static_cast<std::uint8_t>(cb * 7 + cr * 31),
                             static_cast<std::uint8_t>(cb), static_cast<std::uint8_t>(cr)});
  Vector right(ybr.size());
  ybr_full_to_rgb_scalar(ybr, right);
  test::for_every_target([&] {
    Vector here = ybr;
    ybr_full_to_rgb(here, here);
    EXPECT_EQ(here, right);
  });
}

}  // namespace
}  // namespace slipring::codecs::kernels
