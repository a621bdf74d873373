#include "engine/measure/counters.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace slipring::measure {

namespace {

// perf_event_open(2): the value, then the times the event was enabled and running.
struct Reading {
  std::uint64_t value = 0;
  std::uint64_t enabled_ns = 0;
  std::uint64_t running_ns = 0;
};

}  // namespace

CycleCounter::CycleCounter() {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.size = sizeof attributes;
  attributes.config = PERF_COUNT_HW_CPU_CYCLES;
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  descriptor_ = static_cast<int>(
      ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

CycleCounter::~CycleCounter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<std::uint64_t> CycleCounter::read() const {
  Reading reading;
  if (descriptor_ < 0 || ::read(descriptor_, &reading, sizeof reading) != sizeof reading)
    return std::nullopt;
  // Shared out with other events the count is an estimate.
  if (reading.running_ns == 0 || reading.running_ns != reading.enabled_ns) return std::nullopt;
  return reading.value;
}

}  // namespace slipring::measure
