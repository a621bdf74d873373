// How a file's bytes best reach a worker: read into a reused buffer, mapped, or mapped with its
// pages put in beforehand, over sizes from 16 KiB to 64 MiB; and what a head costs. Each row opens,
// takes, sums and closes one file an iteration, in turn from a set larger than the processor's
// caches. The files are made in $TMPDIR for the run; they are read once before each timed run, so
// that the page cache is warm. Choices made by it: Policy::read_max_bytes and Policy::head_bytes in
// engine/map/map.h.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/map/map.h"

namespace slipring::map {
namespace {

constexpr std::uint64_t kSetBytes = std::uint64_t{256} << 20;
constexpr std::uint64_t kFilesMin = 4;
constexpr std::uint64_t kFilesMax = 2048;
constexpr Policy kReadAlways{.read_max_bytes = std::uint64_t{1} << 40};
constexpr Policy kMapAlways{.read_max_bytes = 0};

std::uint64_t sum(Bytes bytes) {
  std::uint64_t total = 0;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) total += load_le<std::uint64_t>(bytes.data() + at);
  for (; at < bytes.size(); ++at) total += bytes[at];
  return total;
}

// Files of one size, all with the same bytes, so that one sum is right for each.
struct FileSet {
  std::vector<std::string> paths;
  std::uint64_t right_sum = 0;
};

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "map-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }

  const FileSet& of_size(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    auto [at, is_new] = sets_.try_emplace(bytes);
    if (is_new) make(at->second, bytes);
    return at->second;
  }

 private:
  void make(FileSet& set, std::uint64_t bytes) const {
    std::vector<char> content(bytes);
    std::uint64_t state = bytes;
    for (char& byte : content) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<char>(state >> 56);
    }
    set.right_sum = sum(as_bytes({content.data(), content.size()}));
    const std::uint64_t count = std::clamp(kSetBytes / bytes, kFilesMin, kFilesMax);
    for (std::uint64_t i = 0; i < count; ++i) {
      set.paths.push_back(path_ + "/" + std::to_string(bytes) + "-" + std::to_string(i));
      std::ofstream(set.paths.back(), std::ios::binary)
          .write(content.data(), static_cast<std::streamsize>(content.size()));
    }
  }

  std::string path_;
  std::mutex mutex_;
  std::map<std::uint64_t, FileSet> sets_;
};

Folder& folder() {
  static Folder made;
  return made;
}

// The peer of MappedFile: a map whose pages are all put in by the call that makes it.
std::uint64_t sum_of_populated_map(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status;
  ::fstat(descriptor, &status);
  const auto length = static_cast<std::size_t>(status.st_size);
  void* at = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
  const std::uint64_t total = sum({static_cast<const std::uint8_t*>(at), length});
  ::munmap(at, length);
  ::close(descriptor);
  return total;
}

// Before timing: every file of the set is read, which warms the page cache and checks the answer.
template <class SumOf>
bool warm_and_right(benchmark::State& state, const FileSet& set, SumOf sum_of) {
  for (const std::string& path : set.paths) {
    if (sum_of(path) != set.right_sum) {
      state.SkipWithError("wrong bytes");
      return false;
    }
  }
  return true;
}

template <class SumOf>
void time_whole_files(benchmark::State& state, SumOf sum_of) {
  const auto bytes = static_cast<std::uint64_t>(state.range(0));
  const FileSet& set = folder().of_size(bytes);
  if (!warm_and_right(state, set, sum_of)) return;
  std::size_t next = set.paths.size() / static_cast<std::size_t>(state.threads()) *
                     static_cast<std::size_t>(state.thread_index());
  for (auto _ : state) {
    benchmark::DoNotOptimize(sum_of(set.paths[next]));
    next = (next + 1) % set.paths.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

void whole_file(benchmark::State& state, const Policy& policy) {
  MappedFile file;
  time_whole_files(state, [&](const std::string& path) -> std::uint64_t {
    if (!file.open(path, policy)) return 0;
    const std::uint64_t total = sum(file.bytes());
    return file.check() ? total : 0;
  });
}

void read_whole(benchmark::State& state) { whole_file(state, kReadAlways); }
void map_whole(benchmark::State& state) { whole_file(state, kMapAlways); }
void map_populated(benchmark::State& state) { time_whole_files(state, sum_of_populated_map); }

void sizes(benchmark::internal::Benchmark* bench) {
  for (std::int64_t bytes = 16 << 10; bytes <= 64 << 20; bytes *= 4) bench->Arg(bytes);
  bench->Arg(512 << 10)->Arg(2 << 20)->Arg(8 << 20)->Arg(32 << 20);
  bench->ThreadRange(1, 2)->UseRealTime();
}
BENCHMARK(read_whole)->Apply(sizes);
BENCHMARK(map_whole)->Apply(sizes);
BENCHMARK(map_populated)->Apply(sizes);

// The first bytes of half-megabyte files: range(0) bytes wanted by what reads the header, of which
// the first range(1) are asked for at once.
void read_head(benchmark::State& state) {
  constexpr std::uint64_t kFileBytes = 512 << 10;
  const FileSet& set = folder().of_size(kFileBytes);
  MappedFile file;
  const auto sum_all = [&](const std::string& path) -> std::uint64_t {
    return file.open(path, kReadAlways) ? sum(file.bytes()) : 0;
  };
  if (!warm_and_right(state, set, sum_all)) return;
  const auto wanted = static_cast<std::uint64_t>(state.range(0));
  const Policy policy{.read_max_bytes = kReadAlways.read_max_bytes,
                      .head_bytes = static_cast<std::uint64_t>(state.range(1))};
  std::size_t next = set.paths.size() / 2 * static_cast<std::size_t>(state.thread_index());
  for (auto _ : state) {
    if (!file.open_head(set.paths[next], policy) || !file.extend(wanted, policy)) {
      state.SkipWithError("cannot read");
      break;
    }
    benchmark::DoNotOptimize(sum(file.bytes().first(wanted)));
    next = (next + 1) % set.paths.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(read_head)
    ->ArgNames({"wanted", "head"})
    ->ArgsProduct({{3 << 10, 6 << 10, 12 << 10}, {4 << 10, 8 << 10, 16 << 10, 32 << 10}})
    ->ThreadRange(1, 2)
    ->UseRealTime();

// The same head through a map, for the record.
void map_head(benchmark::State& state) {
  const FileSet& set = folder().of_size(512 << 10);
  MappedFile file;
  std::size_t next = set.paths.size() / 2 * static_cast<std::size_t>(state.thread_index());
  for (auto _ : state) {
    if (!file.open(set.paths[next], kMapAlways)) {
      state.SkipWithError("cannot map");
      break;
    }
    benchmark::DoNotOptimize(sum(file.bytes().first(4096)));
    next = (next + 1) % set.paths.size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(map_head)->ThreadRange(1, 2)->UseRealTime();

}  // namespace
}  // namespace slipring::map

BENCHMARK_MAIN();
