// Deliver: files made, written, synced and named, as a whole job does it. The temporary directory
// (TMPDIR) decides which disk is measured. Each run reads one file back before it is believed.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/deliver/write_file.h"

namespace {

using namespace slipring;
using deliver::Fsync;

constexpr std::size_t kBatch = 256;

std::string make_directory() {
  std::string pattern = std::filesystem::temp_directory_path().string() + "/slipring-bench-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) std::abort();
  return pattern;
}

// One batch of files of `size` bytes into directories of 32 files.
bool deliver_batch(deliver::OutputTree& tree, const std::vector<std::uint8_t>& bytes,
                   std::size_t batch) {
  std::vector<std::unique_ptr<deliver::TempFile>> files(kBatch);
  std::vector<deliver::Delivery> deliveries(kBatch);
  for (std::size_t i = 0; i < kBatch; ++i) {
    auto file = tree.create();
    if (!file || !(*file)->append(Bytes(bytes).first(1024)) ||
        !(*file)->append(Bytes(bytes).subspan(1024)) || !(*file)->finish(0))
      return false;
    files[i] = std::move(*file);
    deliveries[i].file = files[i].get();
    deliveries[i].name =
        std::to_string(batch) + "/" + std::to_string(i / 32) + "/" + std::to_string(i);
  }
  tree.deliver(deliveries);
  for (const auto& delivery : deliveries)
    if (!delivery.status) return false;
  return true;
}

bool reads_back(const std::string& path, const std::vector<std::uint8_t>& bytes) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return text == as_text(bytes);
}

void deliver_files(benchmark::State& state, Fsync fsync) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::string directory = make_directory();
  {
    auto tree = deliver::OutputTree::open(directory, fsync);
    const std::vector<std::uint8_t> bytes(size, 0x5A);
    std::size_t batch = 0;
    for (auto _ : state)
      if (!tree || !deliver_batch(**tree, bytes, batch++))
        state.SkipWithError("a file was not delivered");
    if (!reads_back(directory + "/0/7/255", bytes))
      state.SkipWithError("a file reads back otherwise");
    state.SetItemsProcessed(static_cast<std::int64_t>(batch * kBatch));
    state.SetBytesProcessed(static_cast<std::int64_t>(batch * kBatch * size));
  }
  std::filesystem::remove_all(directory);
}

BENCHMARK_CAPTURE(deliver_files, none, Fsync::None)->Arg(64 << 10)->Arg(512 << 10)->UseRealTime();
BENCHMARK_CAPTURE(deliver_files, batch, Fsync::Batch)->Arg(64 << 10)->Arg(512 << 10)->UseRealTime();
BENCHMARK_CAPTURE(deliver_files, file, Fsync::File)->Arg(64 << 10)->Arg(512 << 10)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
