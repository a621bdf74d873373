// FrameSchedule: the frames of one object on all workers: oneTBB behind the Schedule the middle
// knows.
#pragma once

#include <cstddef>

#include "engine/dicom/schedule.h"

namespace slipring::ingest {

class FrameSchedule final : public dicom::Schedule {
 public:
  explicit FrameSchedule(std::size_t slots) : slots_(slots == 0 ? 1 : slots) {}
  void run(std::size_t count,
           const std::function<bool(std::size_t, std::size_t, Scratch&)>& produce,
           const std::function<bool(std::size_t, std::size_t)>& consume) override;
  [[nodiscard]] std::size_t slots() const override { return slots_; }

 private:
  std::size_t slots_;
};

// Codecs' scratch memory, one per worker, kept from object to object; idle workers are its crew.
[[nodiscard]] Scratch& scratch_of_this_worker();

}  // namespace slipring::ingest
