// Recorder: the books of a send. Takes what happens to objects from all threads; a thread of its
// own writes it to the ledger, several objects a transaction, and then tells the observer. Of
// several states of one object within a transaction only the last is written.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/ingest/send/send.h"

namespace slipring::ingest::send {

class Recorder {
 public:
  // `deliveries` may be null: no ledger is kept.
  Recorder(ledger::Deliveries* deliveries, const ledger::Job& job, Observer& observer,
           std::function<Progress(const Summary&)> progress);
  ~Recorder();  // as finish()
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void note(const ledger::Delivery& delivery);  // on its way: Queued, Attempt, waiting for another
  void settle(Report report);                   // its fate
  void settle(std::vector<Report>& reports);    // all of them, and empties it
  // The books are complete when it returns.
  void finish();

  [[nodiscard]] bool failed() const;                     // the ledger does not take more
  [[nodiscard]] Summary& summary() { return summary_; }  // after finish()

 private:
  struct Entry {
    Report report;
    bool settled = false;
  };
  void add(Entry entry);
  void wake_if_enough(std::unique_lock<std::mutex>& lock, std::size_t added);
  void work();
  void write(std::vector<Entry>& entries);
  void tell(Report& report);

  ledger::Deliveries* deliveries_;
  const ledger::Job& job_;
  Observer& observer_;
  std::function<Progress(const Summary&)> progress_;
  Summary summary_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Entry> pending_;
  bool finished_ = false;
  bool failed_ = false;
  std::thread thread_;
};

}  // namespace slipring::ingest::send
