// Objects of one frame each, whole in memory and scanned, and threads that take them one after
// another: for loops that time codecs and nothing else.
#pragma once

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/pixels/pixels.h"
#include "engine/scan/scan.h"

namespace slipring::loops {

struct Opened {
  std::vector<std::uint8_t> bytes;
  dicom::Scanned scanned;
  pixels::Object object;
};
using Files = std::vector<std::unique_ptr<Opened>>;

// Of the paths in `list`, one a line. Errors: those of pixels::open_object; Unsupported (not an
// object of one frame).
inline Result<Files> open_all(const char* list) {
  Files files;
  std::ifstream paths(list, std::ios::binary);
  for (std::string path; std::getline(paths, path);) {
    auto& file = *files.emplace_back(std::make_unique<Opened>());
    std::ifstream stream(path, std::ios::binary | std::ios::ate);
    file.bytes.resize(stream ? static_cast<std::size_t>(stream.tellg()) : 0);
    stream.seekg(0).read(reinterpret_cast<char*>(file.bytes.data()),
                         static_cast<std::streamsize>(file.bytes.size()));
    scan::scan(file.bytes, file.bytes.size(), {}, file.scanned);
    TRY_ASSIGN(auto object, pixels::open_object(file.scanned));
    if (!object || object->table.frames() != 1)
      return fail(ErrorCode::Unsupported, kNoOffset, "not an object of one frame");
    file.object = std::move(*object);
  }
  return files;
}

inline unsigned threads_of(std::string_view text) {
  unsigned threads = 1;
  std::from_chars(text.data(), text.data() + text.size(), threads);
  return threads;
}

inline double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

struct Took {
  double seconds = 0;
  double cpu_seconds = 0;
  bool failed = false;
};

// `work(next, failed)` on so many threads, the caller's among them: each takes its next objects by
// adding to `next`, and stops once `failed`.
template <class Work>
Took in_threads(unsigned threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  const double cpu_began = cpu_seconds();
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back([&] { work(next, failed); });
    work(next, failed);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return {took.count(), cpu_seconds() - cpu_began, failed};
}

}  // namespace slipring::loops
