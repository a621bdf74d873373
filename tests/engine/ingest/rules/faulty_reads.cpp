#include "tests/engine/ingest/rules/faulty_reads.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <string_view>

namespace slipring::test {

namespace {

std::string g_below;  // written before g_fault is set and after it is not
std::atomic<Fault> g_fault = Fault::None;
std::atomic<int> g_happened = 0;

std::string path_of(int descriptor) {
  char path[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path, sizeof path);
  return length < 0 ? std::string() : std::string(path, static_cast<std::size_t>(length));
}

void grow(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(file, "x", 1);
  ::close(file);
}

ssize_t read_with(Fault fault, const std::string& path, int descriptor, void* to, std::size_t size,
                  off_t offset) {
  ++g_happened;
  if (fault == Fault::Error || (fault == Fault::ErrorLater && offset >= kGoodBytes)) {
    errno = EIO;
    return -1;
  }
  if (fault == Fault::ErrorLater)
    size = std::min(size, static_cast<std::size_t>(kGoodBytes - offset));
  const ssize_t got = ::syscall(SYS_pread64, descriptor, to, size, offset);
  constexpr ssize_t kFromEnd = 9;
  if (fault == Fault::Grown) grow(path);
  if (fault == Fault::OtherBit && got >= kFromEnd)
    static_cast<std::uint8_t*>(to)[got - kFromEnd] ^= 1U;
  return got;
}

}  // namespace

FaultyReads::FaultyReads(Fault fault, const std::string& below) {
  g_below = below;
  g_happened = 0;
  g_fault = fault;
}

FaultyReads::~FaultyReads() { g_fault = Fault::None; }

int FaultyReads::happened() const { return g_happened; }

}  // namespace slipring::test

// In place of libc's, for all of this program.
extern "C" ssize_t pread(int descriptor, void* to, std::size_t size, off_t offset) {
  namespace tools = slipring::test;
  const tools::Fault fault = tools::g_fault;
  if (fault != tools::Fault::None) {
    const std::string path = tools::path_of(descriptor);
    if (path.starts_with(tools::g_below))
      return tools::read_with(fault, path, descriptor, to, size, offset);
  }
  return ::syscall(SYS_pread64, descriptor, to, size, offset);
}
