// What a fuzz target is without libFuzzer: an ordinary test. Replays each file of the directories
// (or the files) given, and every truncation of the small ones. A target without a seed is a
// defect.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kTruncatedSizeMax = 2048;  // of larger seeds only the whole is replayed

// In a block of exactly `size` bytes, so that a sanitizer sees the first byte read behind it.
void replay(const std::vector<std::uint8_t>& input, std::size_t size) {
  const auto exact = std::make_unique<std::uint8_t[]>(size);
  std::copy_n(input.data(), size, exact.get());
  LLVMFuzzerTestOneInput(exact.get(), size);
}

std::size_t replay_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<std::uint8_t> input{std::istreambuf_iterator<char>(file), {}};
  replay(input, input.size());
  if (input.size() > kTruncatedSizeMax) return 1;
  for (std::size_t size = 0; size < input.size(); ++size) replay(input, size);
  return input.size() + 1;
}

std::vector<std::filesystem::path> seeds_of(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> seeds;
  if (!std::filesystem::is_directory(root)) return {root};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (entry.is_regular_file()) seeds.push_back(entry.path());
  std::sort(seeds.begin(), seeds.end());
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t files = 0;
  std::size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::exists(argv[i])) {
      std::fprintf(stderr, "%s: there is no such seed or directory of seeds\n", argv[i]);
      return 1;
    }
    for (const auto& seed : seeds_of(argv[i])) {
      inputs += replay_file(seed);
      ++files;
    }
  }
  std::printf("replayed %zu seeds, %zu inputs with their truncations\n", files, inputs);
  return files == 0 ? 1 : 0;
}
