// The HT block coder alone: blocks of 64 x 64 from a synthetic CT frame after five levels of the
// 5/3 wavelet, as whole encoders hand them over. Every block is encoded, decoded and compared
// before anything is timed. Rows are htj2k_block_{encode,decode}/{int16,int32}; counters: samples a
// second and bits a sample. Its peers have no block coder that can be called; whole codecs are
// compared elsewhere.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/codecs/context.h"
#include "bench/codecs/frames.h"
#include "codecs/htj2k/block/decode.h"
#include "codecs/htj2k/block/encode.h"

namespace slipring::bench {
namespace {

using namespace codecs::htj2k;

constexpr std::uint32_t kSide = 512;
constexpr std::uint32_t kBlockSide = 64;
constexpr int kLevels = 5;
constexpr std::uint8_t kPlanes = 16;

bool g_failed = false;  // a wrong answer ends the program with an error

// One line of `count` samples `step` apart by the reversible filter (T.800 F.4.8.1), low half
// first.
void lift(std::int32_t* line, int count, std::size_t step) {
  std::vector<std::int32_t> x(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = line[i * step];
  const auto at = [&](int i) -> std::int32_t& {
    const int mirrored = i < 0 ? -i : i;
    return x[static_cast<std::size_t>(mirrored < count ? mirrored : 2 * (count - 1) - mirrored)];
  };
  for (int i = 1; i < count; i += 2) at(i) -= (at(i - 1) + at(i + 1)) >> 1;
  for (int i = 0; i < count; i += 2) at(i) += (at(i - 1) + at(i + 1) + 2) >> 2;
  const std::size_t low = (x.size() + 1) / 2;
  for (std::size_t i = 0; i < x.size(); ++i) line[(i % 2 * low + i / 2) * step] = x[i];
}

std::vector<std::int32_t> coefficients() {
  const Frame frame = synthetic_ct(kSide, kSide);
  std::vector<std::int32_t> plane(std::size_t{kSide} * kSide);
  for (std::size_t i = 0; i < plane.size(); ++i)
    plane[i] = load_le<std::uint16_t>(frame.pixels.data() + 2 * i) - 2048;
  std::uint32_t side = kSide;
  for (int level = 0; level < kLevels; ++level, side /= 2) {
    for (std::uint32_t x = 0; x < side; ++x) lift(plane.data() + x, static_cast<int>(side), kSide);
    for (std::uint32_t y = 0; y < side; ++y)
      lift(plane.data() + std::size_t{y} * kSide, static_cast<int>(side), 1);
  }
  return plane;
}

template <class T>
struct Blocks {
  std::vector<T> plane;
  std::vector<T> back;
  std::vector<BlockToEncode<T>> to_encode;
  std::vector<BlockJob<T>> to_decode;
  Buffer bytes;
  BlockScratch scratch;

  void add(std::uint32_t x, std::uint32_t y, std::uint32_t side) {
    for (std::uint32_t dy = 0; dy < side; dy += kBlockSide) {
      for (std::uint32_t dx = 0; dx < side; dx += kBlockSide) {
        const std::size_t at = std::size_t{y + dy} * kSide + x + dx;
        const std::uint32_t edge = std::min(kBlockSide, side);
        BlockToEncode<T> block;
        block.source = {plane.data() + at, kSide, edge, edge};
        block.bit_planes = kPlanes;
        to_encode.push_back(block);
        BlockJob<T> job;
        job.samples = {back.data() + at, kSide, edge, edge};
        to_decode.push_back(job);
      }
    }
  }

  void encode() {
    bytes.clear();
    encode_blocks(std::span<BlockToEncode<T>>(to_encode), bytes);
  }
  void decode() { decode_blocks(to_decode, scratch); }

  // False: a wrong answer.
  bool prepare() {
    const auto values = coefficients();
    plane.assign(values.begin(), values.end());
    back.resize(plane.size());
    std::uint32_t side = kSide / 2;
    for (int level = 0; level < kLevels; ++level, side /= 2) {
      add(side, 0, side);
      add(0, side, side);
      add(side, side, side);
    }
    add(0, 0, 2 * side);
    encode();
    for (std::size_t i = 0; i < to_encode.size(); ++i) {
      if (!to_encode[i].status) return false;
      const EncodedBlock& encoded = to_encode[i].encoded;
      CodedBlock& coded = to_decode[i].coded;
      coded.bytes = bytes.data() + encoded.at;
      coded.cleanup_bytes = encoded.cleanup_bytes;
      coded.passes = encoded.cleanup_bytes != 0 ? 1 : 0;
      coded.zero_bit_planes = encoded.zero_bit_planes;
      coded.bit_planes = kPlanes;
    }
    decode();
    return back == plane;
  }
};

template <class T, class Work>
void time_blocks(benchmark::State& state, Work work) {
  Blocks<T> blocks;
  if (!blocks.prepare()) {
    g_failed = true;
    return state.SkipWithError("the blocks decode to other samples");
  }
  for (auto step : state) {
    (void)step;
    work(blocks);
  }
  const auto samples = static_cast<double>(blocks.plane.size());
  state.counters["samples"] = benchmark::Counter(samples * static_cast<double>(state.iterations()),
                                                 benchmark::Counter::kIsRate);
  state.counters["bits_a_sample"] = 8 * static_cast<double>(blocks.bytes.size()) / samples;
}

template <class T>
void add_rows(const char* type) {
  const auto row = [&](const char* what, auto work) {
    benchmark::RegisterBenchmark((std::string("htj2k_block_") + what + "/" + type).c_str(),
                                 [work](benchmark::State& state) { time_blocks<T>(state, work); });
  };
  row("encode", [](Blocks<T>& blocks) { blocks.encode(); });
  row("decode", [](Blocks<T>& blocks) { blocks.decode(); });
}

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  slipring::bench::add_context();
  slipring::bench::add_rows<std::int16_t>("int16");
  slipring::bench::add_rows<std::int32_t>("int32");
  benchmark::RunSpecifiedBenchmarks();
  return slipring::bench::g_failed ? 1 : 0;
}
