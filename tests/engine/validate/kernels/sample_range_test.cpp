#include "engine/validate/kernels/sample_range.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "codecs/kernels/targets.h"

namespace slipring::validate::kernels {
namespace {

template <class F>
void on_every_target(F check) {
  for (const codecs::kernels::Target& target : codecs::kernels::supported_targets()) {
    SCOPED_TRACE(target.name);
    codecs::kernels::use_target(target.bit);
    check();
  }
  codecs::kernels::use_target(0);
}

std::vector<std::uint8_t> bytes_of(const std::vector<std::uint16_t>& samples) {
  std::vector<std::uint8_t> bytes(samples.size() * 2);
  for (std::size_t i = 0; i < samples.size(); ++i) store_le(&bytes[2 * i], samples[i]);
  return bytes;
}

TEST(SampleRange, UnsignedSamplesMustHaveZerosAboveBitsStored) {
  on_every_target([] {
    const SampleRange range{16, 12, false};
    EXPECT_TRUE(all_inside(bytes_of({0, 1, 0x0FFF}), range));
    EXPECT_FALSE(all_inside(bytes_of({0, 1, 0x1000}), range));
    EXPECT_FALSE(all_inside(bytes_of({0xFFFF, 1, 0}), range));
  });
}

TEST(SampleRange, SignedSamplesMayBeSignExtendedOrZeroFilled) {
  on_every_target([] {
    const SampleRange range{16, 12, true};
    EXPECT_TRUE(all_inside(bytes_of({0x07FF, 0xF800, 0xFFFF, 0x0FFF}), range));
    EXPECT_FALSE(all_inside(bytes_of({0xF7FF}), range));
    EXPECT_FALSE(all_inside(bytes_of({0x1000}), range));
  });
}

TEST(SampleRange, OneSampleOutsideIsFoundAtEveryPlace) {
  on_every_target([] {
    for (const unsigned allocated : {8U, 16U, 32U})
      for (std::size_t size = allocated / 8; size < 200; size += allocated / 8)
        for (std::size_t at = 0; at < size; at += allocated / 8) {
          std::vector<std::uint8_t> bytes(size, 0);
          const SampleRange range{allocated, allocated - 1, false};
          ASSERT_TRUE(all_inside(bytes, range));
          bytes[at + allocated / 8 - 1] = 0x80;
          ASSERT_FALSE(all_inside(bytes, range)) << allocated << " " << size << " " << at;
          ASSERT_EQ(count_outside(bytes, range), 1U);
        }
  });
}

TEST(SampleRange, RandomSamplesGiveTheScalarAnswerOnEveryTarget) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    SampleRange range;
    range.bits_allocated = 8U << (random() % 3);
    range.bits_stored = 1 + static_cast<unsigned>(random() % range.bits_allocated);
    range.is_signed = random() % 2 == 0;
    std::vector<std::uint8_t> bytes(random() % 60);
    for (auto& byte : bytes) byte = random() % 4 == 0 ? 0xFF : 0;
    on_every_target(
        [&] { ASSERT_EQ(all_inside(bytes, range), count_outside(bytes, range) == 0) << round; });
  }
}

}  // namespace
}  // namespace slipring::validate::kernels
