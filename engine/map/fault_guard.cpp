#include "engine/map/fault_guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "codecs/base/contract.h"

namespace slipring::map {
namespace {

constexpr std::uintptr_t kFree = 0;
constexpr std::uintptr_t kTaken = 1;  // being filled in: not a range yet
constexpr std::uintptr_t kNoFault = ~std::uintptr_t{0};

// Only lock-free atomics: the handler may interrupt anything.
struct Guard {
  std::atomic<std::uintptr_t> begin{kFree};
  std::atomic<std::uintptr_t> end{0};
  std::atomic<std::uintptr_t> fault{kNoFault};  // lowest faulting page's address
};
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);

std::array<Guard, kGuardedRangesMax> guards;
std::atomic<int> search_from{0};
struct sigaction action_before;
std::uintptr_t page_bytes = 0;

// The guard whose range holds the address. `begin` is read twice: a guard that changed hands
// between the two reads is not the faulting thread's, whose own guard cannot change under it.
Guard* guard_of(std::uintptr_t address) {
  for (Guard& guard : guards) {
    const std::uintptr_t begin = guard.begin.load(std::memory_order_acquire);
    if (begin <= kTaken || address < begin) continue;
    const std::uintptr_t end = guard.end.load(std::memory_order_acquire);
    if (address < end && guard.begin.load(std::memory_order_acquire) == begin) return &guard;
  }
  return nullptr;
}

void remember_fault(Guard& guard, std::uintptr_t page) {
  std::uintptr_t known = guard.fault.load();
  while (page < known && !guard.fault.compare_exchange_weak(known, page)) {
  }
}

// Everything from the page to the end of the range becomes zero pages. The rest of the file is
// given up with the page, so that a map cut at its start costs one signal and not one for each of
// its pages.
bool put_zero_pages(Guard& guard, std::uintptr_t page) {
  const std::uintptr_t end = guard.end.load(std::memory_order_acquire);
  const long result = syscall(SYS_mmap, page, end - page, PROT_READ,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
  return result == static_cast<long>(page);
}

extern "C" void on_bus_error(int signal_number, siginfo_t* info, void*) {
  const int errno_before = errno;
  // si_code > 0: raised by the kernel for an access, so that si_addr is an address.
  if (info->si_code > 0) {
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    const std::uintptr_t page = address / page_bytes * page_bytes;
    if (Guard* guard = guard_of(address)) {
      remember_fault(*guard, page);
      if (put_zero_pages(*guard, page)) {
        errno = errno_before;
        return;
      }
    }
  }
  // Not ours. The access is repeated on return and meets the action of before; a signal that
  // somebody sent is not repeated by itself.
  sigaction(signal_number, &action_before, nullptr);
  if (info->si_code <= 0) raise(signal_number);
  errno = errno_before;
}

bool install_handler() {
  page_bytes = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  struct sigaction action = {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGBUS, &action, &action_before) == 0;
}

}  // namespace

int guard_range(const void* begin, std::size_t length_bytes) {
  static const bool installed = install_handler();
  EXPECTS(installed);
  const auto first = reinterpret_cast<std::uintptr_t>(begin);
  EXPECTS(first % page_bytes == 0 && length_bytes != 0);
  const int start = search_from.load(std::memory_order_relaxed);
  for (int tried = 0; tried < kGuardedRangesMax; ++tried) {
    const int index = (start + tried) % kGuardedRangesMax;
    Guard& guard = guards[static_cast<std::size_t>(index)];
    std::uintptr_t free = kFree;
    if (!guard.begin.compare_exchange_strong(free, kTaken)) continue;
    guard.fault.store(kNoFault);
    guard.end.store((first + length_bytes + page_bytes - 1) / page_bytes * page_bytes);
    guard.begin.store(first, std::memory_order_release);
    search_from.store((index + 1) % kGuardedRangesMax, std::memory_order_relaxed);
    return index;
  }
  return -1;
}

void release_guard(int guard) {
  EXPECTS(guard >= 0 && guard < kGuardedRangesMax);
  guards[static_cast<std::size_t>(guard)].begin.store(kFree, std::memory_order_release);
}

std::optional<std::uint64_t> first_fault(int guard) {
  EXPECTS(guard >= 0 && guard < kGuardedRangesMax);
  const Guard& of = guards[static_cast<std::size_t>(guard)];
  const std::uintptr_t fault = of.fault.load();
  if (fault == kNoFault) return std::nullopt;
  return fault - of.begin.load();
}

}  // namespace slipring::map
