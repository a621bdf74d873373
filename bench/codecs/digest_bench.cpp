// The two digests over sizes of a header, a CT frame and an object, and 512 KiB frame by frame.
// Known answers are checked first (FIPS 180-4's "abc"; XXH3-128 of nothing, by xxHash's own test
// values).
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/codecs/context.h"
#include "engine/dicom/digest.h"

namespace slipring::bench {
namespace {

bool answers_are_right() {
  return dicom::to_hex(dicom::sha256(as_bytes("abc")).bytes) ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" &&
         dicom::to_hex(dicom::xxh128({}).bytes) == "99aa06d3014798d86001c324468d497f";
}

std::vector<std::uint8_t> bytes_to_hash(benchmark::State& state) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(state.range(0)));
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
  return bytes;
}

template <class Hash>
void in_one_piece(benchmark::State& state) {
  const auto bytes = bytes_to_hash(state);
  Hash hash;
  for (auto _ : state) {
    hash.update(bytes);
    benchmark::DoNotOptimize(hash.finish());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// As pixel digests are made: rows of frames come in pieces.
template <class Hash>
void in_pieces_of_1_kib(benchmark::State& state) {
  const auto bytes = bytes_to_hash(state);
  Hash hash;
  for (auto _ : state) {
    for (std::size_t at = 0; at < bytes.size(); at += 1024)
      hash.update(Bytes(bytes).subspan(at, 1024));
    benchmark::DoNotOptimize(hash.finish());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK_TEMPLATE(in_one_piece, dicom::Sha256)
    ->Name("digest/sha256")
    ->Arg(4 << 10)
    ->Arg(512 << 10)
    ->Arg(32 << 20);
BENCHMARK_TEMPLATE(in_one_piece, dicom::Xxh128)
    ->Name("digest/xxh3_128")
    ->Arg(4 << 10)
    ->Arg(512 << 10)
    ->Arg(32 << 20);
BENCHMARK_TEMPLATE(in_pieces_of_1_kib, dicom::Sha256)
    ->Name("digest/sha256_by_1_kib")
    ->Arg(512 << 10);
BENCHMARK_TEMPLATE(in_pieces_of_1_kib, dicom::Xxh128)
    ->Name("digest/xxh3_128_by_1_kib")
    ->Arg(512 << 10);

}  // namespace
}  // namespace slipring::bench

int main(int argc, char** argv) {
  using namespace slipring::bench;
  if (!answers_are_right()) {
    std::fputs("a digest of a known text is wrong\n", stderr);
    return 1;
  }
  add_context();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
