// The fast encoder against the one that is written after the standard: the same bytes, on every
// instruction set.
#include "codecs/jpeg_ls/encode/encode_scan.h"

#include <gtest/gtest.h>

#include "codecs/jpeg_ls/encode/bit_writer.h"
#include "codecs/jpeg_ls/encode/stuffing.h"
#include "tests/codecs/frames.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg_ls/mixed_frame.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::jpeg_ls {
namespace {

using namespace codecs::testing;

Parameters parameters_of(std::uint16_t precision, std::uint8_t near = 0) {
  return *make_parameters(static_cast<std::uint8_t>(precision), near, {}, Thresholds::Standard);
}

ScanSource source_of(const pixel::Layout& l, Bytes pixels, bool by_sample) {
  return {.samples = pixels.data(),
          .rows = l.rows,
          .columns = l.columns,
          .frame_components = l.samples_per_pixel,
          .sample_bytes = l.bytes_per_sample(),
          .components = l.samples_per_pixel,
          .by_sample = by_sample,
          .parameters = parameters_of(l.bits_stored)};
}

void expect_same_bytes(const ScanSource& source, const std::string& what) {
  Scratch scratch;
  Buffer plain;
  Buffer fast;
  encode_scan_scalar(source, plain, scratch);
  encode_scan(source, fast, scratch);
  ASSERT_TRUE(std::ranges::equal(fast.bytes(), plain.bytes()))
      << what << ": " << fast.size() << " bytes, not " << plain.size();
}

TEST(EncodeScan, EveryTargetGivesTheBytesOfTheStandardForEveryPrecisionAndPattern) {
  test::for_every_target([] {
    for (std::uint16_t precision = 2; precision <= 16; ++precision)
      for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}, std::uint16_t{4}})
        for (const bool by_sample : {false, true}) {
          if (by_sample && samples == 1) continue;
          const std::uint16_t allocated = precision <= 8 ? 8 : 16;
          const pixel::Layout l = layout(23, 41, samples, allocated, precision);
          for (const Pattern pattern : kPatterns) {
            const Pixels pixels = make_frame(l, pattern);
            expect_same_bytes(source_of(l, pixels, by_sample), text(l));
          }
          for (const unsigned amplitude : {0U, 1U, 5U, 300U}) {
            const Pixels pixels = mixed_frame(l, amplitude, precision);
            expect_same_bytes(source_of(l, pixels, by_sample), text(l) + " mixed");
          }
        }
  });
}

TEST(EncodeScan, EveryTargetGivesTheBytesOfTheStandardForEverySize) {
  test::for_every_target([] {
    for (const std::uint16_t samples : kGreyAndColour)
      for (std::uint32_t columns = 1; columns <= 70; ++columns)
        for (const std::uint32_t rows : {1U, 5U}) {
          const pixel::Layout l = layout(rows, columns, samples, 16, 12);
          const Pixels pixels = mixed_frame(l, 3, columns);
          const test::GuardedMemory guarded(pixels);
          expect_same_bytes(source_of(l, guarded.bytes(), false), text(l));
          if (samples == 3) expect_same_bytes(source_of(l, guarded.bytes(), true), text(l));
        }
  });
}

TEST(EncodeScan, OneComponentOfManyIsAScanOfItsOwn) {
  const pixel::Layout l = layout(30, 33, 3, 8, 8);
  const Pixels pixels = mixed_frame(l, 9, 5);
  for (std::size_t component = 0; component < 3; ++component) {
    ScanSource source = source_of(l, pixels, false);
    source.samples += component;
    source.components = 1;
    expect_same_bytes(source, "component");
  }
}

TEST(EncodeScan, LongRunsReachTheLastOrderOfRunLengths) {
  const pixel::Layout l = layout(3, 65535, 1, 8, 8);
  Pixels pixels(l.samples_per_frame(), 7);
  pixels[65535 + 40000] = 9;
  pixels[2 * 65535 + 65534] = 1;
  expect_same_bytes(source_of(l, pixels, false), "long runs");
}

TEST(Stuffer, GivesTheBitsOfTheStandardWhereverAnFfStands) {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    Pixels plain(random() % 40);
    for (auto& byte : plain) byte = random() % 3 == 0 ? 0xFF : static_cast<std::uint8_t>(random());
    const int last_bits = static_cast<int>(random() % 8);
    const std::uint64_t last =
        last_bits == 0 ? 0 : std::uint64_t{random()} << 32 >> (64 - last_bits) << (64 - last_bits);
    Buffer wanted;
    BitWriter bits(wanted);
    for (const std::uint8_t byte : plain) bits.put(byte, 8);
    if (last_bits != 0) bits.put(static_cast<std::uint32_t>(last >> (64 - last_bits)), last_bits);
    bits.finish();
    Buffer out;
    Stuffer stuffer(out);
    const std::size_t cut = plain.empty() ? 0 : random() % plain.size();
    stuffer.append(Bytes(plain).first(cut));
    stuffer.append(Bytes(plain).subspan(cut));
    stuffer.finish(last, last_bits);
    ASSERT_TRUE(std::ranges::equal(out.bytes(), wanted.bytes())) << round;
  }
}

}  // namespace
}  // namespace slipring::codecs::jpeg_ls
