// Schedule: how many independent pieces of one object's work are run. The middle of the house has
// no threads; ingest hands it a Schedule that has (oneTBB), tests hand it SerialSchedule.
#pragma once

#include <cstddef>
#include <functional>

#include "codecs/base/buffer.h"

namespace slipring::dicom {

class Schedule {
 public:
  virtual ~Schedule() = default;
  // Calls produce(index, slot, scratch) for 0 <= index < count, possibly in parallel, and
  // consume(index, slot) in ascending order, one at a time, after its produce. `slot` names one of
  // slots() places where the caller keeps what produce hands to consume; a slot is not reused
  // before its consume has returned. Stops early, without further calls, when either returns false.
  virtual void run(
      std::size_t count,
      const std::function<bool(std::size_t index, std::size_t slot, Scratch& scratch)>& produce,
      const std::function<bool(std::size_t index, std::size_t slot)>& consume) = 0;
  [[nodiscard]] virtual std::size_t slots() const = 0;
};

class SerialSchedule final : public Schedule {
 public:
  void run(std::size_t count,
           const std::function<bool(std::size_t, std::size_t, Scratch&)>& produce,
           const std::function<bool(std::size_t, std::size_t)>& consume) override {
    for (std::size_t i = 0; i < count; ++i)
      if (!produce(i, 0, scratch_) || !consume(i, 0)) return;
  }
  [[nodiscard]] std::size_t slots() const override { return 1; }

 private:
  Scratch scratch_;
};

}  // namespace slipring::dicom
