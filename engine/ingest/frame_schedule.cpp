#include "engine/ingest/frame_schedule.h"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>

namespace slipring::ingest {

namespace {

// Decoders' scratch memory, one per worker, kept from object to object.
Scratch& scratch_of_this_worker() {
  static oneapi::tbb::enumerable_thread_specific<Scratch> scratches;
  return scratches.local();
}

struct Frame {
  std::size_t index = 0;
  std::size_t slot = 0;
  bool produced = false;
};

}  // namespace

void FrameSchedule::run(std::size_t count,
                        const std::function<bool(std::size_t, std::size_t, Scratch&)>& produce,
                        const std::function<bool(std::size_t, std::size_t)>& consume) {
  if (count <= 1 || slots_ == 1) {
    for (std::size_t i = 0; i < count; ++i)
      if (!produce(i, 0, scratch_of_this_worker()) || !consume(i, 0)) return;
    return;
  }
  namespace tbb = oneapi::tbb;
  std::size_t next = 0;
  bool stopped = false;               // in the ordered end: the first frame that failed decides
  std::atomic<bool> no_more = false;  // hint to the other filters
  const auto take = [&](tbb::flow_control& flow) {
    if (next == count || no_more) {
      flow.stop();
      return Frame{};
    }
    const std::size_t index = next++;
    return Frame{index, index % slots_, false};
  };
  const auto work = [&](Frame frame) {
    frame.produced = produce(frame.index, frame.slot, scratch_of_this_worker());
    if (!frame.produced) no_more = true;
    return frame;
  };
  const auto finish = [&](Frame frame) {
    if (!stopped && (!frame.produced || !consume(frame.index, frame.slot)))
      stopped = no_more = true;
  };
  // At most slots_ frames are in flight and they finish in order, so slot = index modulo slots_ is
  // free. Isolated: a worker that waits here must not start another object's work on top of this
  // one.
  tbb::this_task_arena::isolate([&] {
    using tbb::filter_mode;
    tbb::parallel_pipeline(slots_,
                           tbb::make_filter<void, Frame>(filter_mode::serial_in_order, take) &
                               tbb::make_filter<Frame, Frame>(filter_mode::parallel, work) &
                               tbb::make_filter<Frame, void>(filter_mode::serial_in_order, finish));
  });
}

}  // namespace slipring::ingest
