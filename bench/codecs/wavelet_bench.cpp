// The wavelet and component kernels: each checked against its definition, then timed. Transforms of
// all levels of a plane, from the plane to its bands and back; rows of a frame to planes and back.
// `memcpy` of the same bytes, timed alternately, is the measure: ratio_memcpy is its time by ours.
// cycles_at_3_7: a sample's, of a clock of 3.7 GHz.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "bench/codecs/context.h"
#include "bench/codecs/timing.h"
#include "codecs/kernels/wavelet/components.h"
#include "codecs/kernels/wavelet/irreversible.h"
#include "codecs/kernels/wavelet/pyramid.h"
#include "codecs/kernels/wavelet/reversible.h"

namespace slipring::bench {
namespace {

using namespace codecs::kernels::wavelet;

constexpr std::uint32_t kLevels = 5;
bool g_failed = false;

struct Size {
  const char* name;
  std::uint32_t width, height;
};
constexpr Size kSizes[] = {{"512x512", 512, 512},
                           {"500x500", 500, 500},
                           {"2048x2500", 2048, 2500},
                           {"4096x5120", 4096, 5120}};

// Smooth, with 12 bits of noise on it.
template <class T>
std::vector<T> image_of(const Size& size) {
  std::vector<T> image(std::size_t{size.width} * size.height);
  for (std::uint32_t y = 0; y < size.height; ++y)
    for (std::uint32_t x = 0; x < size.width; ++x)
      image[std::size_t{y} * size.width + x] =
          static_cast<T>(static_cast<std::int32_t>(
                             (x * 3 + y * 2 + ((x * 2654435761U + y * 40503U) >> 26)) % 4096) -
                         2048);
  return image;
}

// All levels by the definition, each band compared.
template <class T>
bool is_right(const Pyramid& pyramid, std::vector<T> ll, const std::vector<T>& memory) {
  std::vector<T> smaller(ll.size()), hl(ll.size()), lh(ll.size()), hh(ll.size());
  for (std::uint32_t level = 1; level <= pyramid.levels(); ++level) {
    const Rectangle& whole = pyramid.resolution(pyramid.levels() - level + 1);
    const std::size_t lows = low_count(whole.width(), whole.region().odd_x);
    const std::size_t highs = whole.width() - lows;
    const Bands<T> bands{
        {smaller.data(), lows}, {hl.data(), highs}, {lh.data(), lows}, {hh.data(), highs}};
    const Plane<const T> from{ll.data(), whole.width()};
    if constexpr (std::is_same_v<T, float>)
      forward_irreversible_scalar(from, whole.region(), bands);
    else
      forward_reversible_scalar<T>(from, whole.region(), bands);
    const Plane<T> parts[] = {bands.hl, bands.lh, bands.hh, bands.ll};
    const std::size_t first = 1 + 3 * std::size_t{pyramid.levels() - level};
    for (std::size_t k = 0; k < 4; ++k) {
      if (k == 3 && level != pyramid.levels()) continue;
      const Band& band = pyramid.bands()[k == 3 ? 0 : first + k];
      for (std::uint32_t y = 0; y < band.rectangle.height(); ++y)
        if (std::memcmp(parts[k].row(y), &memory[band.offset + y * band.stride],
                        band.rectangle.width() * sizeof(T)) != 0)
          return false;
    }
    std::swap(ll, smaller);
  }
  return true;
}

void report(benchmark::State& state, double each, double copy, double samples) {
  state.counters["Msamples"] = samples / each / 1e6;
  state.counters["cycles_at_3_7"] = each * 3.7e9 / samples;
  state.counters["ratio_memcpy"] = copy / each;
}

template <class T>
void pyramid_row(benchmark::State& state, const Size& size, bool is_forward) {
  const Pyramid pyramid({0, 0, size.width, size.height}, kLevels);
  const std::vector<T> image = image_of<T>(size);
  std::vector<T> memory(pyramid.samples()), scratch(pyramid.scratch_samples());
  std::vector<T> back(image.size());
  const Plane<const T> from{image.data(), size.width};
  const Plane<T> to{back.data(), size.width};
  pyramid.forward<T>(from, memory.data(), scratch.data());
  pyramid.inverse<T>(memory.data(), kLevels, to, scratch.data());
  const bool is_back = std::is_same_v<T, float> || back == image;
  if (!is_back || (size.width <= 512 && !is_right(pyramid, image, memory))) {
    g_failed = true;
    return state.SkipWithError("the kernel and its definition disagree");
  }
  const auto samples = static_cast<double>(image.size());
  const std::size_t repeats = std::max<std::size_t>(1, (std::size_t{4} << 20) / image.size());
  std::vector<double> ours, copies;
  for (auto _ : state) {
    copies.push_back(seconds([&] {
      for (std::size_t i = 0; i < repeats; ++i) {
        std::memcpy(back.data(), image.data(), image.size() * sizeof(T));
        benchmark::ClobberMemory();
      }
    }));
    ours.push_back(seconds([&] {
      for (std::size_t i = 0; i < repeats; ++i) {
        if (is_forward)
          pyramid.forward<T>(from, memory.data(), scratch.data());
        else
          pyramid.inverse<T>(memory.data(), kLevels, to, scratch.data());
      }
    }));
    state.SetIterationTime(ours.back());
  }
  const auto times = static_cast<double>(repeats);
  report(state, median(ours) / times, median(copies) / times, samples);
}

template <class T>
void register_pyramid(const char* name) {
  for (const Size& size : kSizes)
    for (const bool is_forward : {true, false})
      benchmark::RegisterBenchmark(
          (std::string("wavelet/") + name + (is_forward ? "/forward/" : "/inverse/") + size.name)
              .c_str(),
          [&size, is_forward](benchmark::State& state) { pyramid_row<T>(state, size, is_forward); })
          ->UseManualTime();
}

struct Frame {
  const char* name;
  SampleForm form;
};

template <class T>
void components_row(benchmark::State& state, const SampleForm& form, bool is_load) {
  constexpr std::uint32_t kSide = 512;
  const std::size_t row_bytes = std::size_t{kSide} * form.components * form.sample_bytes;
  std::vector<std::uint8_t> frame(row_bytes * kSide), back(frame.size());
  for (std::size_t i = 0; i < frame.size(); ++i)
    frame[i] =
        static_cast<std::uint8_t>(i % form.sample_bytes == 0 ? i * 2654435761U >> 20 : i % 16);
  std::vector<std::vector<T>> memory(form.components, std::vector<T>(kSide * kSide + 288));
  std::vector<Plane<T>> planes;
  std::vector<Plane<const T>> const_planes;
  for (auto& plane : memory) planes.push_back({plane.data(), kSide});
  const_planes.assign(planes.begin(), planes.end());
  bool within = load_components_scalar<T>(frame.data(), row_bytes, form, kSide, kSide, planes);
  const auto right = memory;
  within &= load_components<T>(frame.data(), row_bytes, form, kSide, kSide, planes);
  store_components<T>(const_planes, form, kSide, kSide, back.data(), row_bytes);
  if (!within || memory != right || back != frame) {
    g_failed = true;
    return state.SkipWithError("the kernel and its definition disagree");
  }
  std::vector<double> ours, copies;
  for (auto _ : state) {
    copies.push_back(seconds([&] { std::memcpy(back.data(), frame.data(), frame.size()); }));
    benchmark::ClobberMemory();
    ours.push_back(seconds([&] {
      if (is_load)
        benchmark::DoNotOptimize(
            load_components<T>(frame.data(), row_bytes, form, kSide, kSide, planes));
      else
        store_components<T>(const_planes, form, kSide, kSide, back.data(), row_bytes);
    }));
    state.SetIterationTime(ours.back());
  }
  report(state, median(ours), median(copies), double{kSide} * kSide * form.components);
}

template <class T>
void register_components(const char* name, const SampleForm& form) {
  for (const bool is_load : {true, false})
    benchmark::RegisterBenchmark(
        (std::string("components/") + name + (is_load ? "/load" : "/store")).c_str(),
        [form, is_load](benchmark::State& state) { components_row<T>(state, form, is_load); })
        ->UseManualTime();
}

void register_all() {
  register_pyramid<std::int16_t>("reversible_16");
  register_pyramid<std::int32_t>("reversible_32");
  register_pyramid<float>("irreversible");
  using enum ComponentTransform;
  register_components<std::int16_t>("u16_to_16", {.sample_bytes = 2, .bits_stored = 12});
  register_components<std::int32_t>("u16_to_32", {.sample_bytes = 2, .bits_stored = 12});
  register_components<float>("u16_to_float", {.sample_bytes = 2, .bits_stored = 12});
  register_components<std::int16_t>("u8_to_16", {.sample_bytes = 1, .bits_stored = 8});
  register_components<std::int16_t>(
      "rgb8_to_16_rct",
      {.sample_bytes = 1, .bits_stored = 8, .components = 3, .transform = Reversible});
  register_components<float>(
      "rgb8_to_float_ict",
      {.sample_bytes = 1, .bits_stored = 8, .components = 3, .transform = Irreversible});
}

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  using namespace slipring::bench;
  add_context();
  register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return g_failed ? 1 : 0;
}
