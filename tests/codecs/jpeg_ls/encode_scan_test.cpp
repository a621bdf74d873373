// The fast encoder against the one that is written after the standard: the same bytes, on every
// instruction set.
#include "codecs/jpeg_ls/encode/encode_scan.h"

#include <gtest/gtest.h>

#include "codecs/jpeg_ls/encode/bit_writer.h"
#include "codecs/jpeg_ls/encode/encode_group.h"
#include "codecs/jpeg_ls/encode/stuffing.h"
#include "codecs/jpeg_ls/jpeg_ls_codec.h"
#include "tests/codecs/frames.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg_ls/mixed_frame.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs::jpeg_ls {
namespace {

using namespace codecs::fixture;

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

// Two to four frames at once, each against the reference.
void expect_same_bytes_together(const pixel::Layout& l, const std::vector<Pixels>& frames,
                                bool by_sample) {
  std::vector<ScanSource> sources;
  for (const Pixels& frame : frames) sources.push_back(source_of(l, frame, by_sample));
  if (!suits_group(sources[0])) return;
  Scratch scratch;
  std::vector<Buffer> buffers(frames.size());
  std::vector<Buffer*> outs;
  for (Buffer& buffer : buffers) outs.push_back(&buffer);
  encode_group(sources, outs, scratch);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    Buffer plain;
    encode_scan_scalar(sources[i], plain, scratch);
    ASSERT_TRUE(std::ranges::equal(buffers[i].bytes(), plain.bytes()))
        << text(l) << " frame " << i << " of " << frames.size() << ": " << buffers[i].size()
        << " bytes, not " << plain.size();
  }
}

TEST(EncodeGroup, EveryTargetGivesTheBytesOfTheStandardForEveryPrecisionAndPattern) {
  test::for_every_target([] {
    for (std::uint16_t precision = 2; precision <= 16; ++precision)
      for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}, std::uint16_t{4}})
        for (const bool by_sample : {false, true}) {
          if (by_sample && samples == 1) continue;
          const std::uint16_t allocated = precision <= 8 ? 8 : 16;
          const pixel::Layout l = layout(23, 41, samples, allocated, precision);
          std::vector<Pixels> frames;
          for (const Pattern pattern : kPatterns) frames.push_back(make_frame(l, pattern));
          for (const unsigned amplitude : {0U, 1U, 5U, 300U})
            frames.push_back(mixed_frame(l, amplitude, precision));
          for (std::size_t begin = 0; begin + 1 < frames.size(); begin += 3) {
            const std::size_t count = std::min(2 + begin / 3 * 2 % 7, frames.size() - begin);
            const auto first = frames.begin() + static_cast<std::ptrdiff_t>(begin);
            const std::size_t most = std::min(count, kGroupFramesMax);
            expect_same_bytes_together(l, {first, first + static_cast<std::ptrdiff_t>(most)},
                                       by_sample);
          }
        }
  });
}

TEST(EncodeGroup, EveryTargetGivesTheBytesOfTheStandardForEverySize) {
  test::for_every_target([] {
    for (const std::uint16_t samples : kGreyAndColour)
      for (std::uint32_t columns = 1; columns <= 70; ++columns)
        for (const std::uint32_t rows : {1U, 5U}) {
          const pixel::Layout l = layout(rows, columns, samples, 8, 8);
          std::vector<Pixels> frames;
          const unsigned count = columns % 2 == 0 ? 4 : 7;
          for (unsigned i = 0; i < count; ++i) frames.push_back(mixed_frame(l, 4 * i, columns + i));
          expect_same_bytes_together(l, frames, false);
          if (samples == 3) expect_same_bytes_together(l, frames, true);
        }
  });
}

TEST(EncodeGroup, ABatchOfSeveralLayoutsIsEncodedFrameByFrameAlike) {
  std::vector<pixel::Layout> layouts;
  for (unsigned i = 0; i < 23; ++i)
    layouts.push_back(i % 7 < 5   ? layout(9, 21, 1, 16, 12)
                      : i % 7 < 6 ? layout(9, 21, 3, 8, 8)
                                  : layout(9, 21, 1, 16, 16));
  std::vector<Pixels> frames;
  for (unsigned i = 0; i < layouts.size(); ++i) frames.push_back(mixed_frame(layouts[i], i % 4, i));
  std::vector<Buffer> together(frames.size());
  std::vector<EncodeJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i)
    jobs.push_back({.pixels = frames[i], .layout = layouts[i], .out = &together[i]});
  jobs[6].parameters.near = 1;
  jobs[8].layout.bits_allocated = 1;  // not one of ours, between two that are
  Scratch scratch;
  jpeg_ls_row().encode_batch(jobs, scratch);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    Buffer alone;
    EncodeJob job = jobs[i];
    job.out = &alone;
    jpeg_ls_row().encode_batch({&job, 1}, scratch);
    ASSERT_EQ(jobs[i].status.has_value(), job.status.has_value()) << i;
    ASSERT_EQ(jobs[i].status.has_value(), i != 8);
    if (!job.status) continue;
    ASSERT_TRUE(std::ranges::equal(together[i].bytes(), alone.bytes())) << i;
  }
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
