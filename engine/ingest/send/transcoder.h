// Transcoder: objects that the peer does not take as they are, made anew by the workers (oneTBB),
// so that no carrier waits for a codec. What is made goes back to the queue.
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <atomic>

#include "engine/ingest/send/object.h"
#include "engine/ingest/send/recorder.h"

namespace slipring::ingest::send {

class Transcoder {
 public:
  Transcoder(unsigned threads, const TranscodeLimits& limits, Queue& queue, Recorder& recorder);
  ~Transcoder();  // when all work is done
  Transcoder(const Transcoder&) = delete;
  Transcoder& operator=(const Transcoder&) = delete;

  // Takes over; comes back at once. What cannot be made anew in the syntax that was asked for comes
  // back to the queue as it is, with the reason.
  void submit(WorkPointer work, const dicom::TransferSyntax& target);

 private:
  void make(WorkPointer work, const dicom::TransferSyntax& target);

  TranscodeLimits limits_;
  unsigned threads_;
  Queue& queue_;
  Recorder& recorder_;
  oneapi::tbb::global_control workers_;
  oneapi::tbb::task_arena arena_;
  oneapi::tbb::task_group group_;
  std::atomic<bool> has_worked_ = false;  // else oneTBB was never woken, and need not be to end
};

}  // namespace slipring::ingest::send
