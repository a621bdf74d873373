// The pixel kernels: each checked against its scalar definition, then timed over a size that stays
// in L2 with its copy (192 KiB), one that stays in the last cache (4 MiB) and one that does not
// (384 MiB), all touched before. `memcpy` of the same bytes is the measure: ratio_memcpy is its
// time by the kernel's, timed alternately. A row's time is that of 4 MiB, or of one pass.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "bench/codecs/context.h"
#include "bench/codecs/timing.h"
#include "codecs/kernels/byte_swap.h"
#include "codecs/kernels/planes.h"
#include "codecs/kernels/range.h"
#include "codecs/kernels/row/samples.h"

namespace slipring::bench {
namespace {

namespace kernels = codecs::kernels;
using ByteVector = std::vector<std::uint8_t>;

bool g_failed = false;

struct Kernel {
  const char* name;
  void (*fast)(Bytes from, MutableBytes to);
  void (*scalar)(Bytes from, MutableBytes to);
};

template <std::uint32_t Width>
void swap_fast(Bytes from, MutableBytes to) {
  kernels::byte_swap(from, to, Width);
}
template <std::uint32_t Width>
void swap_scalar(Bytes from, MutableBytes to) {
  kernels::byte_swap_scalar(from, to, Width);
}

template <std::size_t Planes, std::uint32_t Unit>
void merge_fast(Bytes from, MutableBytes to) {
  kernels::interleave_samples(from, to, Planes, Unit);
}
template <std::size_t Planes, std::uint32_t Unit>
void merge_scalar(Bytes from, MutableBytes to) {
  const std::uint8_t* planes[Planes];
  for (std::size_t k = 0; k < Planes; ++k) planes[k] = from.data() + k * (from.size() / Planes);
  kernels::merge_planes_scalar(planes, Unit, from.size() / Planes / Unit, to.data());
}
template <std::size_t Planes, std::uint32_t Unit>
void split_fast(Bytes from, MutableBytes to) {
  kernels::separate_samples(from, to, Planes, Unit);
}
template <std::size_t Planes, std::uint32_t Unit>
void split_scalar(Bytes from, MutableBytes to) {
  std::uint8_t* planes[Planes];
  for (std::size_t k = 0; k < Planes; ++k) planes[k] = to.data() + k * (to.size() / Planes);
  kernels::split_planes_scalar(from.data(), Unit, from.size() / Planes / Unit, planes);
}

// 12 bits of 16, as they are stored in most images.
constexpr kernels::SampleMove kSign{.sign = true, .bits = 12};
constexpr kernels::SampleMove kMask{.bits = 12};
constexpr kernels::SampleMove kDown{.bits = 12, .right = 4};
template <const kernels::SampleMove& Move>
void move_fast(Bytes from, MutableBytes to) {
  kernels::move_samples(from, to, Move);
}
template <const kernels::SampleMove& Move>
void move_scalar(Bytes from, MutableBytes to) {
  kernels::move_samples_scalar(from.data(), to.data(), from.size() / 2, Move);
}

template <bool Fast>
void range_16(Bytes from, MutableBytes to) {
  const kernels::Range found =
      Fast ? kernels::range(from, 2, true) : kernels::range_scalar(from, 2, true);
  std::memcpy(to.data(), &found, sizeof found);
  benchmark::DoNotOptimize(to.data());
}

constexpr Kernel kKernels[] = {
    {"byte_swap_16", swap_fast<2>, swap_scalar<2>},
    {"byte_swap_32", swap_fast<4>, swap_scalar<4>},
    {"interleave_rgb_8", merge_fast<3, 1>, merge_scalar<3, 1>},
    {"separate_rgb_8", split_fast<3, 1>, split_scalar<3, 1>},
    {"interleave_rgb_16", merge_fast<3, 2>, merge_scalar<3, 2>},
    {"separate_rgb_16", split_fast<3, 2>, split_scalar<3, 2>},
    {"merge_byte_planes_16", merge_fast<2, 1>, merge_scalar<2, 1>},
    {"split_byte_planes_16", split_fast<2, 1>, split_scalar<2, 1>},
    {"merge_byte_planes_32", merge_fast<4, 1>, merge_scalar<4, 1>},
    {"split_byte_planes_32", split_fast<4, 1>, split_scalar<4, 1>},
    {"merge_byte_planes_rgb_16", merge_fast<6, 1>, merge_scalar<6, 1>},
    {"split_byte_planes_rgb_16", split_fast<6, 1>, split_scalar<6, 1>},
    {"sign_16", move_fast<kSign>, move_scalar<kSign>},
    {"mask_16", move_fast<kMask>, move_scalar<kMask>},
    {"from_high_bit_16", move_fast<kDown>, move_scalar<kDown>},
    {"range_16", range_16<true>, range_16<false>},
};

void kernel_row(benchmark::State& state, const Kernel& kernel) {
  const auto size = static_cast<std::size_t>(state.range(0)) / 48 * 48;  // whole pixels of any kind
  ByteVector from(size), to(size), right(size);
  for (std::size_t i = 0; i < size; ++i) from[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
  kernel.fast(from, to);
  kernel.scalar(from, right);
  if (to != right) {
    g_failed = true;
    return state.SkipWithError("the kernel and its scalar definition disagree");
  }
  const std::size_t repeats = std::max<std::size_t>(1, (std::size_t{4} << 20) / size);
  std::vector<double> ours, copies, scalar;
  for (auto _ : state) {
    copies.push_back(seconds([&] {
      for (std::size_t i = 0; i < repeats; ++i) {
        std::memcpy(to.data(), from.data(), size);
        benchmark::ClobberMemory();
      }
    }));
    ours.push_back(seconds([&] {
      for (std::size_t i = 0; i < repeats; ++i) kernel.fast(from, to);
    }));
    if (scalar.size() < 16) scalar.push_back(seconds([&] { kernel.scalar(from, to); }));
    state.SetIterationTime(ours.back());  // of all repeats: 4 MiB or one pass
  }
  const double bytes = static_cast<double>(size);
  const double each = median(ours) / static_cast<double>(repeats);
  state.counters["GBps"] = bytes / each / 1e9;
  state.counters["memcpy_GBps"] = bytes * static_cast<double>(repeats) / median(copies) / 1e9;
  state.counters["ratio_memcpy"] = median(copies) / median(ours);
  state.counters["ratio_scalar"] = median(scalar) / each;
}

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  using namespace slipring::bench;
  add_context();
  for (const Kernel& kernel : kKernels)
    benchmark::RegisterBenchmark((std::string("kernel/") + kernel.name).c_str(),
                                 [&kernel](benchmark::State& state) { kernel_row(state, kernel); })
        ->UseManualTime()
        ->Arg(192 << 10)
        ->Arg(4 << 20)
        ->Arg(384 << 20);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return g_failed ? 1 : 0;
}
