// read_loop LIST THREADS BYTES [REPEAT]: what reading the heads of many files costs at least. Opens
// each file of the list (one path a line), reads its first BYTES (0: all of it) and closes it, on
// so many threads; the list is read before the clock starts. Prints one line of JSON. Exits 1 when
// a file fails.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kBufferBytes = 1 << 20;
constexpr std::size_t kPathsAtOnce = 16;

struct Work {
  std::vector<std::string> paths;
  std::uint64_t bytes = 0;
  std::size_t repeat = 1;
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> bytes_read{0};
  std::atomic<std::uint64_t> failed{0};
};

std::uint64_t number_or(std::string_view text, std::uint64_t otherwise) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : otherwise;
}

// Bytes read of one file, or -1.
std::int64_t read_one(const char* path, std::uint64_t bytes, std::vector<char>& buffer) {
  const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  std::int64_t total = 0;
  ssize_t got = 0;
  do {
    const std::uint64_t wanted = bytes == 0 ? buffer.size() : bytes;
    got = ::read(descriptor, buffer.data(), std::min<std::uint64_t>(wanted, buffer.size()));
    if (got > 0) total += got;
  } while (got > 0 && bytes == 0);
  ::close(descriptor);
  return got < 0 ? -1 : total;
}

void run(Work& work) {
  std::vector<char> buffer(kBufferBytes);
  std::uint64_t bytes_read = 0;
  std::uint64_t failed = 0;
  const std::size_t end = work.paths.size() * work.repeat;
  while (true) {
    const std::size_t first = work.next.fetch_add(kPathsAtOnce);
    if (first >= end) break;
    for (std::size_t i = first; i < std::min(first + kPathsAtOnce, end); ++i) {
      const std::int64_t got =
          read_one(work.paths[i % work.paths.size()].c_str(), work.bytes, buffer);
      if (got < 0)
        ++failed;
      else
        bytes_read += static_cast<std::uint64_t>(got);
    }
  }
  work.bytes_read += bytes_read;
  work.failed += failed;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "read_loop LIST THREADS BYTES [REPEAT]\n");
    return 2;
  }
  Work work;
  std::ifstream list(argv[1], std::ios::binary);
  for (std::string path; std::getline(list, path);) work.paths.push_back(path);
  const std::uint64_t threads = number_or(argv[2], 1);
  work.bytes = number_or(argv[3], 4096);
  work.repeat = argc > 4 ? number_or(argv[4], 1) : 1;
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> others;
    for (std::uint64_t i = 1; i < threads; ++i) others.emplace_back([&work] { run(work); });
    run(work);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("{\"files\": %zu, \"bytes\": %llu, \"failed\": %llu, \"seconds\": %.6f}\n",
              work.paths.size() * work.repeat,
              static_cast<unsigned long long>(work.bytes_read.load()),
              static_cast<unsigned long long>(work.failed.load()), took.count());
  return work.failed == 0 ? 0 : 1;
}
