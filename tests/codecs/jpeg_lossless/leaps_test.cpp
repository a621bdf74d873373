// Several symbols to one look-up, in one frame and in two at once: always what the decoder by the
// book gives.
#include "codecs/jpeg_lossless/decode/entropy.h"
#include "codecs/jpeg_lossless/encode/encoder.h"
#include "codecs/jpeg_lossless/encode/optimal_table.h"
#include "tests/codecs/guarded_memory.h"
#include "tests/codecs/jpeg_lossless/decoded.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;
using namespace codecs::jpeg_lossless;
using test::for_every_target;
using test::GuardedMemory;

Histogram histogram_of(std::initializer_list<std::uint64_t> counts) {
  Histogram histogram = {};
  std::ranges::copy(counts, histogram.begin());
  return histogram;
}

// What the bits of an index say, symbol by symbol.
void expect_leap(const HuffmanSpec& spec, const FastTable& table, std::uint32_t index) {
  const HuffmanCodes codes(spec);
  const std::uint32_t step = table.leap_steps[index];
  const std::uint32_t bits = step & kLeapBitsMask;
  const std::uint32_t count = step >> kLeapCountShift;
  ASSERT_LE(bits, kIndexBits);
  ASSERT_LE(count, kLeapSymbolsMax);
  ASSERT_EQ(count == 0, (step & kLeapStop) != 0);
  std::uint32_t taken = 0;
  for (std::uint32_t k = 0; k < count; ++k) {
    const auto code = codes.decode(index << (16 - kIndexBits) << taken & 0xFFFF);
    ASSERT_NE(code.bits, 0U);
    taken += code.bits;
    const std::uint32_t further = index << taken & ((1U << kIndexBits) - 1);
    const std::uint16_t expected = extend(further >> (kIndexBits - code.value), code.value);
    taken += code.value;
    EXPECT_EQ(static_cast<std::int8_t>(table.leap_differences[index] >> 8 * k),
              static_cast<std::int16_t>(expected));
  }
  EXPECT_EQ(taken, bits);
}

TEST(LosslessLeaps, SayWhatTheirBitsSaySymbolBySymbol) {
  const auto table = std::make_unique<FastTable>();
  for (const Histogram& histogram :
       {histogram_of({100}), histogram_of({9, 1}), histogram_of({500, 90, 80, 70, 20, 10, 6, 4, 2}),
        histogram_of({5, 9, 20, 9, 2}), histogram_of({90, 8, 4, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1}),
        histogram_of({0, 0, 50, 1, 1})}) {
    const HuffmanSpec spec = optimal_table(histogram);
    build_fast_table(spec, 0, *table);
    leap_fast_table(spec, *table);
    ASSERT_TRUE(table->leaps);
    for (std::uint32_t index = 0; index < 1U << kIndexBits; ++index)
      expect_leap(spec, *table, index);
  }
}

TEST(LosslessLeaps, AreLeftOutWhereSymbolsAreLong) {
  const auto table = std::make_unique<FastTable>();
  const HuffmanSpec spec = optimal_table(histogram_of({1, 1, 2, 4, 9, 20, 30, 20, 5}));
  build_fast_table(spec, 0, *table);
  leap_fast_table(spec, *table);
  EXPECT_FALSE(table->leaps);
}

// Small steps, and now and then a large one: of so many samples one.
Pixels smooth_frame(const pixel::Layout& l, std::uint32_t seed, std::uint32_t rare) {
  std::mt19937 random(seed);
  Pixels pixels(l.frame_bytes().value());
  std::uint8_t last = 100;
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const auto drawn = static_cast<std::uint32_t>(random());
    if (i / 997 % 3 == 0) last = static_cast<std::uint8_t>(last + drawn % 5 - 2);
    if (drawn / 8 % rare == 0) last = static_cast<std::uint8_t>(random());
    pixels[i] = l.bits_allocated == 16 && i % 2 == 1 ? std::uint8_t{2} : last;
  }
  return pixels;
}

Buffer encoded(const pixel::Layout& l, const Pixels& pixels, std::uint32_t selection_value = 1) {
  Buffer out;
  EncodeJob job{.pixels = pixels, .layout = l, .out = &out};
  Scratch scratch;
  EXPECT_TRUE(encode_frame(job, {selection_value}, scratch));
  return out;
}

void expect_book(Bytes stream, const pixel::Layout& l) {
  const GuardedMemory in(stream);
  GuardedMemory out(l.frame_bytes().value());
  const Bytes fragment = in.bytes();
  DecodeJob job{{&fragment, 1}, l, out.writable(), {}, {}};
  Scratch scratch;
  jpeg_lossless_row().decode_batch({&job, 1}, scratch);
  const Bytes pixels = out.bytes();
  expect_same({job.status, job.quirks, Pixels(pixels.begin(), pixels.end())},
              decode_by_the_book({fragment}, l));
}

TEST(LosslessLeaps, ReadSmoothFramesOfEveryKind) {
  for_every_target([] {
    for (const std::uint16_t samples : std::vector<std::uint16_t>{1, 3}) {
      for (const std::uint16_t allocated : std::vector<std::uint16_t>{8, 16}) {
        for (const std::uint32_t rare : {7U, 100U, 5000U}) {
          const pixel::Layout l = layout(41, 307, samples, allocated, allocated);
          const Pixels pixels = smooth_frame(l, rare + samples, rare);
          const Buffer stream = encoded(l, pixels, 1 + rare % 7);
          const Decoded decoded = decode_lossless(stream.bytes(), l);
          ASSERT_TRUE(decoded.status);
          EXPECT_TRUE(decoded.pixels == pixels);
        }
      }
    }
  });
}

TEST(LosslessLeaps, OfDamagedFramesGiveTheScalarDecodersAnswer) {
  const pixel::Layout l = layout(29, 310, 1, 8, 8);
  const Buffer good = encoded(l, smooth_frame(l, 5, 60));
  for_every_target([&] {
    std::mt19937 random(11);
    for (int round = 0; round < 40; ++round) {
      Pixels stream(good.bytes().begin(), good.bytes().end());
      stream[60 + random() % (stream.size() - 60)] ^= static_cast<std::uint8_t>(1 + random() % 255);
      expect_book(stream, l);
    }
    for (std::size_t size = good.size(); size > 100; size -= 1 + size / 50)
      expect_book(good.bytes().first(size), l);
    for (std::size_t size = good.size(); size > good.size() - 20; --size)
      expect_book(good.bytes().first(size), l);
  });
}

// The bits of a line that end early are not read on into whatever lies behind.
TEST(LosslessLeaps, OfAWideLineThatEndsEarlyStopThere) {
  const pixel::Layout l = layout(2, 60000, 1, 8, 8);
  const Buffer good = encoded(l, Pixels(l.frame_bytes().value(), 7));
  for_every_target([&] {
    for (const std::size_t bytes : {1U, 9U, 5000U})
      expect_book(good.bytes().first(good.size() - bytes), l);
    for (const std::size_t at : {200U, 3000U, 7000U, 14000U}) {
      Pixels stream(good.bytes().begin(), good.bytes().end());
      stream[at] = 0xFF;  // a marker
      stream[at + 1] = 0xD9;
      expect_book(stream, l);
    }
  });
}

// Frames that leap and frames that do not, good ones and a damaged one, in pairs of every kind.
TEST(LosslessLeaps, OfTwoFramesAtOnceGiveWhatEachGivesAlone) {
  std::vector<pixel::Layout> layouts;
  std::vector<Pixels> streams;
  for (std::uint32_t i = 0; i < 6; ++i) {
    layouts.push_back(layout(static_cast<std::uint16_t>(40 + i % 3), 307, 1, 8, 8));
    const Buffer stream = encoded(layouts[i], smooth_frame(layouts[i], i, i == 4 ? 1 : 3 + 60 * i));
    streams.emplace_back(stream.bytes().begin(), stream.bytes().end());
  }
  streams[5].resize(streams[5].size() / 2);
  for_every_target([&] {
    for (std::size_t a = 0; a < streams.size(); ++a) {
      for (std::size_t b = 0; b < streams.size(); ++b) {
        const Bytes views[] = {streams[a], streams[b]};
        Pixels outs[] = {Pixels(layouts[a].frame_bytes().value()),
                         Pixels(layouts[b].frame_bytes().value())};
        std::vector<DecodeJob> jobs = {{{&views[0], 1}, layouts[a], outs[0], {}, {}},
                                       {{&views[1], 1}, layouts[b], outs[1], {}, {}}};
        Scratch scratch;
        jpeg_lossless_row().decode_batch(jobs, scratch);
        expect_same({jobs[0].status, jobs[0].quirks, outs[0]},
                    decode_by_the_book({views[0]}, layouts[a]));
        expect_same({jobs[1].status, jobs[1].quirks, outs[1]},
                    decode_by_the_book({views[1]}, layouts[b]));
      }
    }
  });
}

}  // namespace
}  // namespace slipring::codecs
