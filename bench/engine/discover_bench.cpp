// Enumerating a tree: 200 directories of 500 names, made in $TMPDIR for the run. Each iteration is
// one whole pass; an item is one name. The peer is a loop of getdents64 on one thread that keeps
// nothing, not even an order: what the file system alone costs. The count is checked before
// anything is timed.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/discover/discover.h"

namespace slipring::discover {
namespace {

constexpr int kDirectories = 200;
constexpr int kNames = 500;
constexpr std::size_t kAll = std::size_t{kDirectories} * kNames;

class Tree {
 public:
  Tree() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "discover-bench-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
    for (int d = 0; d < kDirectories; ++d) {
      directories_.push_back(path_ + "/ST" + std::to_string(d));
      std::filesystem::create_directory(directories_.back());
      for (int n = 0; n < kNames; ++n) {
        const std::string name = directories_.back() + "/IM" + std::to_string(n * 7919 % 100000);
        ::close(::open(name.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
      }
    }
  }
  ~Tree() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }
  const std::vector<std::string>& directories() const { return directories_; }

 private:
  std::string path_;
  std::vector<std::string> directories_;
};

const Tree& tree() {
  static const Tree made;
  return made;
}

std::size_t discover_all(unsigned threads) {
  Discovery discovery({.roots = {tree().path()}, .threads = threads});
  std::size_t count = 0;
  while (auto found = discovery.next()) {
    benchmark::DoNotOptimize(found->file.path.data());
    ++count;
  }
  return count;
}

std::size_t list_one(const std::string& path, std::vector<char>& buffer) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  std::size_t count = 0;
  long got = 0;
  while ((got = ::syscall(SYS_getdents64, descriptor, buffer.data(), buffer.size())) > 0) {
    for (long at = 0; at < got; ++count) {
      std::uint16_t length = 0;  // d_reclen of struct linux_dirent64
      std::memcpy(&length, buffer.data() + at + 16, sizeof length);
      at += length;
    }
  }
  ::close(descriptor);
  return count - 2;  // "." and ".."
}

void discover_tree(benchmark::State& state) {
  const auto threads = static_cast<unsigned>(state.range(0));
  if (discover_all(threads) != kAll) state.SkipWithError("wrong count");
  for (auto _ : state) benchmark::DoNotOptimize(discover_all(threads));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kAll));
}
BENCHMARK(discover_tree)->ArgName("threads")->DenseRange(0, 2)->UseRealTime();

void bare_getdents(benchmark::State& state) {
  std::vector<char> buffer(256 << 10);
  for (auto _ : state) {
    std::size_t count = 0;
    for (const std::string& path : tree().directories()) count += list_one(path, buffer);
    if (count != kAll) state.SkipWithError("wrong count");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kAll));
}
BENCHMARK(bare_getdents)->UseRealTime();

}  // namespace
}  // namespace slipring::discover

BENCHMARK_MAIN();
