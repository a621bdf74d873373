// Clock: the time of day, the time that passes, and waiting. Handed to a job so that tests can have
// their own; nothing that is written about a file depends on it.
#pragma once

#include <cstdint>

namespace slipring::ingest {

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::int64_t wall_ms() const = 0;  // since 1970, UTC
  [[nodiscard]] virtual double seconds() const = 0;        // since some beginning; never goes back
  virtual void sleep(double seconds) = 0;
};

// The machine's.
[[nodiscard]] Clock& system_clock();

}  // namespace slipring::ingest
