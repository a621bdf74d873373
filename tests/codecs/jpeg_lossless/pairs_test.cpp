// Two symbols to a lookup, in one frame and in two at once: always what the decoder by the book
// gives.
#include "codecs/jpeg_lossless/decode/entropy.h"
#include "codecs/jpeg_lossless/encode/encoder.h"
#include "codecs/jpeg_lossless/encode/optimal_table.h"
#include "codecs/jpeg_lossless/stream.h"
#include "tests/codecs/jpeg_lossless/decoded.h"
#include "tests/codecs/kernels/every_target.h"

namespace slipring::codecs {
namespace {

using namespace codecs::fixture;
using namespace codecs::jpeg_lossless;
using test::for_every_target;

// Category of the symbol that lies at `taken` of a pair's index, and where it ends.
struct Symbol {
  std::uint32_t category = 0;
  std::uint32_t code_bits = 0;
  std::uint32_t end = 0;
};
Symbol symbol_at(const HuffmanCodes& codes, std::uint32_t index, std::uint32_t taken) {
  const auto code = codes.decode(index << (16 - kPairIndexBits) << taken & 0xFFFF);
  return {code.value, code.bits, taken + code.bits + code.value};
}

TEST(LosslessPairs, SayWhatTheirBitsSay) {
  const auto table = std::make_unique<FastTable>();
  for (const Histogram& histogram :
       {Histogram{1, 2, 4, 9, 20, 40, 20, 9, 2}, Histogram{0, 0, 0, 90, 90, 30, 4, 1, 1, 1, 1, 1},
        Histogram{900, 800, 700, 500, 300, 200, 90, 50, 9, 5, 3, 2, 1, 1, 1, 1, 1}}) {
    const HuffmanSpec spec = optimal_table(histogram);
    build_fast_table(spec, 0, *table);
    pair_fast_table(spec, *table);
    ASSERT_TRUE(table->paired);
    const HuffmanCodes codes(spec);
    std::uint32_t seconds = 0;
    for (std::uint32_t index = 0; index < 1U << kPairIndexBits; ++index) {
      const std::uint32_t entry = table->pairs[index];
      if ((entry & kExceptional) != 0) continue;
      const std::uint32_t second = entry >> kSecondShift;
      const Symbol one = symbol_at(codes, index, 0);
      ASSERT_LE(one.code_bits, kPairIndexBits);
      EXPECT_EQ(entry >> kCategoryShift & 31, one.category);
      EXPECT_EQ(second & 63, one.end);
      if ((second & kHasSecond) == 0) {
        EXPECT_EQ(entry & 63, one.end);
        continue;
      }
      ++seconds;
      const Symbol two = symbol_at(codes, index, one.end);
      ASSERT_LE(one.end + two.code_bits, kPairIndexBits);
      EXPECT_EQ(second >> kCategoryShift, two.category);
      EXPECT_EQ(entry & 63, two.end);
    }
    EXPECT_GT(seconds, 0U);
  }
}

// Samples about the middle, so far from it at most; now and then one that is anything, or half of
// all values away from the one before (category 16).
Pixels noisy_frame(const pixel::Layout& l, std::uint32_t seed, std::uint32_t far) {
  std::mt19937 random(seed);
  Pixels frame;
  std::uint32_t sample = 0;
  for (std::uint64_t i = 0; i < l.samples_per_frame(); ++i) {
    const std::uint32_t before = sample;
    sample = 20000 + static_cast<std::uint32_t>(random() % far);
    if (random() % 700 == 0) sample = static_cast<std::uint32_t>(random() & 0xFFFF);
    if (random() % 900 == 0) sample = (before + 32768) & 0xFFFF;
    frame.push_back(static_cast<std::uint8_t>(sample));
    frame.push_back(static_cast<std::uint8_t>(sample >> 8));
  }
  return frame;
}

Pixels stream_of(const pixel::Layout& l, const Pixels& pixels) {
  Scratch scratch;
  Buffer out;
  EncodeJob job{.pixels = pixels, .layout = l, .out = &out};
  EXPECT_TRUE(encode_frame(job, {}, scratch));
  return {out.bytes().begin(), out.bytes().end()};
}

bool is_paired(const Pixels& stream) {
  StreamReader reader(stream);
  if (!reader.open()) return false;
  const auto table = std::make_unique<FastTable>();
  const HuffmanSpec& spec = reader.table(reader.scan().table[0]);
  build_fast_table(spec, 0, *table);
  leap_fast_table(spec, *table);
  pair_fast_table(spec, *table);
  return table->paired && !table->leaps;
}

void expect_both_as_by_the_book(const Pixels& a, const Pixels& b, const pixel::Layout& l) {
  const Bytes views[] = {a, b};
  Pixels outs[] = {Pixels(l.frame_bytes().value()), Pixels(l.frame_bytes().value())};
  std::vector<DecodeJob> jobs = {{{&views[0], 1}, l, outs[0], {}, {}},
                                 {{&views[1], 1}, l, outs[1], {}, {}}};
  Scratch scratch;
  jpeg_lossless_row().decode_batch(jobs, scratch);
  for (std::size_t i = 0; i < 2; ++i)
    expect_same({jobs[i].status, jobs[i].quirks, outs[i]}, decode_by_the_book({views[i]}, l));
}

// One frame has twice as many symbols to a lookup as the other.
TEST(LosslessPairs, OfTwoFramesAtOnceGiveWhatEachGivesAlone) {
  for (const std::uint16_t columns : std::vector<std::uint16_t>{301, 512, 1030}) {
    const pixel::Layout l = layout(30, columns, 1, 16, 16);
    std::vector<Pixels> frames, streams;
    for (const std::uint32_t far : {30U, 90U, 250U}) {
      frames.push_back(noisy_frame(l, far + columns, far));
      streams.push_back(stream_of(l, frames.back()));
      ASSERT_TRUE(is_paired(streams.back())) << far;
    }
    for_every_target([&] {
      for (std::size_t i = 0; i < streams.size(); ++i) {
        EXPECT_TRUE(decode_lossless(streams[i], l).pixels == frames[i]);
        for (const Pixels& other : streams) expect_both_as_by_the_book(streams[i], other, l);
      }
    });
  }
}

TEST(LosslessPairs, OfDamagedFramesGiveTheScalarDecodersAnswer) {
  const pixel::Layout l = layout(24, 360, 1, 16, 16);
  const Pixels good = stream_of(l, noisy_frame(l, 5, 60));
  const Pixels other = stream_of(l, noisy_frame(l, 6, 120));
  for_every_target([&] {
    std::mt19937 random(11);
    for (int round = 0; round < 30; ++round) {
      Pixels damaged = good;
      damaged[100 + random() % (damaged.size() - 100)] ^=
          static_cast<std::uint8_t>(1 + random() % 255);
      (void)decode_lossless(damaged, l);
      expect_both_as_by_the_book(damaged, other, l);
      damaged = good;
      damaged.resize(good.size() - 1 - random() % (round % 2 == 0 ? 20 : 4000));
      (void)decode_lossless(damaged, l);
      expect_both_as_by_the_book(other, damaged, l);
    }
  });
}

}  // namespace
}  // namespace slipring::codecs
