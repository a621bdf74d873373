// CycleCounter: user-space cycles of the calling thread, from the processor's own counter. Where
// the system gives none (a virtual machine without them, perf_event_paranoid) it says so: a cycle
// is never computed from a clock and a nominal frequency.
#pragma once

#include <cstdint>
#include <optional>

namespace slipring::measure {

class CycleCounter {
 public:
  CycleCounter();
  ~CycleCounter();
  CycleCounter(const CycleCounter&) = delete;
  CycleCounter& operator=(const CycleCounter&) = delete;

  // Since the counter was made; nullopt where there is none or it was not running all the time.
  [[nodiscard]] std::optional<std::uint64_t> read() const;

 private:
  int descriptor_ = -1;
};

}  // namespace slipring::measure
