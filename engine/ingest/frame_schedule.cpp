#include "engine/ingest/frame_schedule.h"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>

namespace slipring::ingest {

namespace {

// Idle workers, for the blocks of a large frame. Isolated as frames are, below.
class IdleWorkers final : public Crew {
 public:
  [[nodiscard]] std::size_t hands() const override {
    return static_cast<std::size_t>(oneapi::tbb::this_task_arena::max_concurrency());
  }
  void each(std::size_t parts, const std::function<void(std::size_t, std::size_t)>& work) override {
    namespace tbb = oneapi::tbb;
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(std::size_t{0}, parts, [&](std::size_t part) {
        work(part, static_cast<std::size_t>(tbb::this_task_arena::current_thread_index()));
      });
    });
  }
};

struct Frame {
  std::size_t index = 0;
  std::size_t slot = 0;
  bool produced = false;
};

}  // namespace

Scratch& scratch_of_this_worker() {
  static IdleWorkers idle;
  static oneapi::tbb::enumerable_thread_specific<Scratch> scratches([] {
    Scratch scratch;
    scratch.lend(&idle);
    return scratch;
  });
  return scratches.local();
}

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
