#include "engine/ingest/send/transcoder.h"

#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "engine/dicom/record.h"
#include "engine/ingest/frame_schedule.h"

namespace slipring::ingest::send {

Transcoder::Transcoder(unsigned threads, const TranscodeLimits& limits, Queue& queue,
                       Recorder& recorder)
    : limits_(limits),
      threads_(threads),
      queue_(queue),
      recorder_(recorder),
      workers_(oneapi::tbb::global_control::max_allowed_parallelism, std::size_t{threads} + 1),
      arena_(static_cast<int>(threads), 0) {}

Transcoder::~Transcoder() {
  if (has_worked_) arena_.execute([&] { group_.wait(); });
}

void Transcoder::submit(WorkPointer work, const dicom::TransferSyntax& target) {
  has_worked_ = true;
  queue_.begin_transcoding();
  arena_.enqueue(
      group_.defer([this, raw = work.release(), &target] { make(WorkPointer(raw), target); }));
}

void Transcoder::make(WorkPointer work, const dicom::TransferSyntax& target) {
  Result<Transcoded> made;
  std::string kept;
  try {
    Loaded loaded;
    FrameSchedule schedule(threads_);
    made = transcode(*work, target, limits_, schedule, loaded, kept);
  } catch (const std::bad_alloc&) {
    made = fail(ErrorCode::NoMemory, kNoOffset, "out of memory");
  } catch (const std::exception&) {  // at the object's wall it ends
    made = fail(ErrorCode::Internal, kNoOffset, "a library failed unexpectedly");
  }
  if (made) {
    if (work->read) queue_.give_back(std::move(work->read));
    if (!made->sop_instance.empty())
      work->source_instance =
          std::exchange(work->delivery.sop_instance, std::move(made->sop_instance));
    work->transcoded = std::make_unique<Transcoded>(*std::move(made));
    return queue_.ready(std::move(work));
  }
  const bool was_asked_for = &target == limits_.target && work->kept.empty();
  if (was_asked_for && made.error().code == ErrorCode::Unsupported) {
    work->kept = kept.empty() ? std::string(made.error().what) : std::move(kept);
    return queue_.ready(std::move(work));
  }
  if (work->read) queue_.give_back(std::move(work->read));
  Report report;
  report.delivery = std::move(work->delivery);
  report.delivery.state = ledger::DeliveryState::Failed;
  report.delivery.reason = dicom::reason_of(made.error());
  report.error = made.error();
  recorder_.settle(std::move(report));
  queue_.fail_transcoding();
}

}  // namespace slipring::ingest::send
