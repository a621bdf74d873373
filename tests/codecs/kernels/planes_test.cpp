#include "codecs/kernels/planes.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::kernels {
namespace {

// Each plane and the interleaved units end at a guard page of their own.
struct Case {
  Case(std::size_t planes_count, std::uint32_t unit_bytes, std::size_t count)
      : interleaved(planes_count * unit_bytes * count) {
    for (std::size_t k = 0; k < planes_count; ++k) {
      const auto random =
          test::random_bytes(unit_bytes * count, static_cast<std::uint32_t>(k + count));
      planes.push_back(std::make_unique<test::GuardedMemory>(random));
      from.push_back(planes.back()->bytes().data());
      to.push_back(planes.back()->writable().data());
    }
  }
  std::vector<std::unique_ptr<test::GuardedMemory>> planes;
  std::vector<const std::uint8_t*> from;
  std::vector<std::uint8_t*> to;
  test::GuardedMemory interleaved;
};

void check(std::size_t planes_count, std::uint32_t unit_bytes, std::size_t count) {
  Case c(planes_count, unit_bytes, count);
  std::vector<std::uint8_t> right(c.interleaved.bytes().size());
  merge_planes_scalar(c.from, unit_bytes, count, right.data());
  merge_planes(c.from, unit_bytes, count, c.interleaved.writable().data());
  ASSERT_TRUE(std::ranges::equal(c.interleaved.bytes(), right))
      << "merge of " << planes_count << " planes of " << count << " x " << unit_bytes;
  std::vector<std::vector<std::uint8_t>> before;
  for (const auto& plane : c.planes) {
    before.emplace_back(plane->bytes().begin(), plane->bytes().end());
    std::ranges::fill(plane->writable(), std::uint8_t{0xAA});
  }
  split_planes(right.data(), unit_bytes, count, c.to);
  for (std::size_t k = 0; k < planes_count; ++k)
    ASSERT_TRUE(std::ranges::equal(c.planes[k]->bytes(), before[k]))
        << "split of " << planes_count << " planes of " << count << " x " << unit_bytes;
}

TEST(Planes, TheScalarLoopTakesOneUnitOfEachPlaneInTurn) {
  const std::uint8_t red[] = {1, 2}, green[] = {3, 4}, blue[] = {5, 6};
  const std::uint8_t* planes[] = {red, green, blue};
  std::vector<std::uint8_t> pixels(6);
  merge_planes_scalar(planes, 1, 2, pixels.data());
  EXPECT_EQ(pixels, (std::vector<std::uint8_t>{1, 3, 5, 2, 4, 6}));
  merge_planes_scalar(planes, 2, 1, pixels.data());
  EXPECT_EQ(pixels, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Planes, EveryTargetAgreesWithTheScalarLoopAtEveryTail) {
  test::for_every_target([] {
    for (const std::size_t planes : {2U, 3U, 4U, 6U})
      for (const std::uint32_t unit : {1U, 2U, 4U, 8U})
        for (std::size_t count = 0; count <= 200; ++count) check(planes, unit, count);
  });
}

TEST(Planes, EveryTargetAgreesForEveryNumberOfPlanes) {
  test::for_every_target([] {
    for (std::size_t planes = 1; planes <= kPlanesMax; ++planes)
      for (const std::uint32_t unit : {1U, 2U, 4U, 8U})
        for (const std::size_t count : {1U, 63U, 64U, 257U, 1300U}) check(planes, unit, count);
  });
}

TEST(Planes, UnalignedStartsAreAsGoodAsAlignedOnes) {
  test::for_every_target([] {
    const auto bytes = test::random_bytes(4000, 9);
    for (std::size_t start = 0; start < 9; ++start) {
      const std::uint8_t* planes[] = {&bytes[start], &bytes[1001 + start], &bytes[2003]};
      std::vector<std::uint8_t> right(1516), got(1516);
      merge_planes_scalar(planes, 2, 250, &right[start]);
      merge_planes(planes, 2, 250, &got[start]);
      ASSERT_EQ(got, right);
    }
  });
}

// Planes whose lines of the cache begin at other units each, around the sizes from which on that
// matters; nothing beside them is touched.
void check_apart(std::size_t planes_count, std::uint32_t unit_bytes, std::size_t count,
                 std::size_t apart) {
  const std::size_t plane_bytes = count * unit_bytes;
  const auto pixels = test::random_bytes(planes_count * plane_bytes, 7);
  std::vector<std::uint8_t> got(planes_count * (plane_bytes + apart) + apart, 0xAA), right = got;
  std::vector<std::uint8_t*> to, to_right;
  for (std::size_t k = 0; k < planes_count; ++k) {
    to.push_back(&got[apart + k * (plane_bytes + apart)]);
    to_right.push_back(&right[apart + k * (plane_bytes + apart)]);
  }
  split_planes_scalar(pixels.data(), unit_bytes, count, to_right);
  split_planes(pixels.data(), unit_bytes, count, to);
  ASSERT_EQ(got, right) << planes_count << " planes of " << count << " x " << unit_bytes << ", "
                        << apart << " bytes apart";
}

TEST(Planes, PlanesMayBeginAnywhereOnALine) {
  test::for_every_target([] {
    for (const std::size_t planes : {2U, 3U, 4U, 6U})
      for (const std::uint32_t unit : {1U, 2U, 4U, 8U})
        for (const std::size_t bytes : {448U, 504U, 512U, 520U, 576U, 1000U, 1024U, 5000U})
          for (const std::size_t apart : {0U, 1U, 8U, 63U, 64U, 72U})
            check_apart(planes, unit, bytes / unit, apart);
  });
}

// Past the caches, from aligned and unaligned starts, planes alike and not.
void check_beyond_caches(std::size_t planes_count, std::size_t shift) {
  const std::size_t count = (std::size_t{135} << 20) / planes_count + 37;
  const std::size_t plane_bytes = (count + 63) / 64 * 64;
  std::vector<std::uint8_t> pixels(planes_count * count + 1), back(pixels.size());
  std::vector<std::uint8_t> planar(planes_count * (plane_bytes + shift) + shift);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>(i * 2654435761U >> 23);
  std::vector<std::uint8_t*> to;
  for (std::size_t k = 0; k < planes_count; ++k)
    to.push_back(&planar[shift + k * (plane_bytes + shift)]);
  split_planes(&pixels[shift], 1, count, to);
  bool same = true;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < planes_count; ++k)
      same = same && to[k][i] == pixels[shift + planes_count * i + k];
  ASSERT_TRUE(same);
  const std::vector<const std::uint8_t*> from(to.begin(), to.end());
  merge_planes(from, 1, count, &back[shift]);
  EXPECT_TRUE(std::equal(&back[shift], &back[shift] + planes_count * count, &pixels[shift]));
}

TEST(Planes, MoreThanACacheHoldsIsNoOtherCase) {
  for (const std::size_t planes : {2U, 3U, 4U, 6U})
    for (const std::size_t shift : {0U, 1U}) check_beyond_caches(planes, shift);
}

TEST(Planes, PlanarToInterleavedAndBackIsTheIdentity) {
  const auto planar = test::random_bytes(6000, 1);
  std::vector<std::uint8_t> interleaved(planar.size()), back(planar.size());
  interleave_samples(planar, interleaved, 3, 2);
  EXPECT_EQ(interleaved[0], planar[0]);
  EXPECT_EQ(interleaved[1], planar[1]);
  EXPECT_EQ(interleaved[2], planar[2000]);
  EXPECT_EQ(interleaved[4], planar[4000]);
  separate_samples(interleaved, back, 3, 2);
  EXPECT_EQ(back, planar);
}

TEST(Planes, AnyNumberOfSamplesOfAnyWidthIsInterleavedAndBack) {
  for (const std::uint32_t samples : {1U, 3U, 24U, 25U, 100U, 65535U}) {
    for (const std::uint32_t bytes : {1U, 2U, 3U, 5U, 8U}) {
      const auto planar = test::random_bytes(std::size_t{samples} * bytes * 3, samples);
      std::vector<std::uint8_t> interleaved(planar.size()), back(planar.size());
      interleave_samples(planar, interleaved, samples, bytes);
      ASSERT_EQ(interleaved[std::size_t{samples} * bytes], planar[bytes]);
      separate_samples(interleaved, back, samples, bytes);
      ASSERT_EQ(back, planar) << samples << " x " << bytes;
    }
  }
}

}  // namespace
}  // namespace slipring::codecs::kernels
