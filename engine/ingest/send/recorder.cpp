#include "engine/ingest/send/recorder.h"

#include <unordered_map>
#include <utility>

namespace slipring::ingest::send {

namespace {

constexpr std::size_t kBatchMax = 8192;  // entries that do not wait for the interval's end
constexpr std::chrono::milliseconds kInterval{200};
constexpr std::size_t kPendingMax = 1 << 16;  // then whoever reports waits

}  // namespace

Recorder::Recorder(ledger::Deliveries* deliveries, const ledger::Job& job, Observer& observer,
                   std::function<Progress(const Summary&)> progress)
    : deliveries_(deliveries),
      job_(job),
      observer_(observer),
      progress_(std::move(progress)),
      thread_([this] { work(); }) {}

Recorder::~Recorder() { finish(); }

void Recorder::note(const ledger::Delivery& delivery) {
  if (deliveries_ == nullptr) return;
  Entry entry;
  entry.report.delivery = delivery;
  add(std::move(entry));
}

void Recorder::settle(Report report) { add({std::move(report), true}); }

void Recorder::settle(std::vector<Report>& reports) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return pending_.size() < kPendingMax; });
  for (Report& report : reports) pending_.push_back({std::move(report), true});
  wake_if_enough(lock, reports.size());
  reports.clear();
}

void Recorder::add(Entry entry) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return pending_.size() < kPendingMax; });
  pending_.push_back(std::move(entry));
  wake_if_enough(lock, 1);
}

void Recorder::wake_if_enough(std::unique_lock<std::mutex>& lock, std::size_t added) {
  if (pending_.size() < kBatchMax || pending_.size() - added >= kBatchMax) return;
  lock.unlock();
  changed_.notify_all();
}

void Recorder::finish() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool Recorder::failed() const {
  const std::scoped_lock lock(mutex_);
  return failed_;
}

void Recorder::work() {
  std::vector<Entry> entries;
  for (bool is_last = false; !is_last;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kInterval, [&] { return finished_ || pending_.size() >= kBatchMax; });
      entries.swap(pending_);
      is_last = finished_ && entries.empty();
    }
    changed_.notify_all();
    write(entries);
    for (Entry& entry : entries)
      if (entry.settled) tell(entry.report);
    if (!is_last) observer_.progress(progress_(summary_));
    entries.clear();
  }
}

// What has its fate from a run before has its row, too; what is no object gets none.
void Recorder::write(std::vector<Entry>& entries) {
  if (deliveries_ == nullptr || failed_) return;
  std::vector<const ledger::Delivery*> rows;
  std::unordered_map<std::uint64_t, std::size_t> places;
  for (const Entry& entry : entries) {
    const Report::Fate fate = entry.report.fate;
    if (fate == Report::Fate::Before || fate == Report::Fate::Skipped) continue;
    const auto [place, is_new] = places.emplace(entry.report.delivery.sequence, rows.size());
    if (is_new)
      rows.push_back(&entry.report.delivery);
    else
      rows[place->second] = &entry.report.delivery;
  }
  const auto written = deliveries_->record(job_, rows);
  if (written) return;
  summary_.ledger = written.error();
  const std::scoped_lock lock(mutex_);
  failed_ = true;
}

void Recorder::tell(Report& report) {
  if (report.fate == Report::Fate::Before && deliveries_ != nullptr) {
    if (auto row = deliveries_->find(report.delivery.path); row && *row)
      report.delivery = **std::move(row);
  }
  summary_.count(report);
  observer_.object(report);
}

}  // namespace slipring::ingest::send
