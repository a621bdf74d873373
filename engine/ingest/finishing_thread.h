// FinishingThread: workers never wait for the disk's flush; where outputs are written the Finisher
// has a thread of its own behind a bounded queue. Where files are only looked at there is nothing
// to wait for, and it works in the caller, whose parcels are near. BatchPool: the batches a
// pipeline reuses.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/ingest/finisher.h"
#include "engine/ingest/parcel.h"

namespace slipring::ingest {

class FinishingThread {
 public:
  static constexpr std::size_t kWaitingMax = 512;  // parcels; each may hold an open output

  FinishingThread(Finisher& finisher, bool own_thread) : finisher_(finisher) {
    if (own_thread) thread_ = std::jthread([this] { run(); });
  }
  ~FinishingThread() {
    if (!thread_.joinable()) {
      finisher_.flush();
      return;
    }
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  FinishingThread(const FinishingThread&) = delete;
  FinishingThread& operator=(const FinishingThread&) = delete;

  void count_discovered() { ++discovered_; }
  [[nodiscard]] bool must_stop() const { return must_stop_; }

  // In discovery order, one caller at a time. Waits while the queue is full. What it leaves behind
  // is empty, and has the memory of parcels that were finished before.
  void give(Parcels& parcels) {
    if (!thread_.joinable()) return finish(parcels);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ < kWaitingMax; });
    waiting_ += parcels.size();
    queue_.push_back(parcels.take());
    if (!finished_.empty()) {
      parcels = finished_.back().take();
      finished_.pop_back();
    }
    lock.unlock();
    changed_.notify_all();
  }

 private:
  void finish(Parcels& parcels) {
    finisher_.summary().discovered = discovered_;
    finisher_.finish(parcels);
    must_stop_ = finisher_.must_stop();
  }

  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      const bool more =
          changed_.wait_for(lock, Finisher::kBatchTime, [&] { return closed_ || !queue_.empty(); });
      if (queue_.empty()) {
        const bool end = closed_;
        lock.unlock();
        finisher_.summary().discovered = discovered_;
        if (end || !more) finisher_.flush();
        if (end) return;
        continue;
      }
      drain(lock);
    }
  }

  void drain(std::unique_lock<std::mutex>& lock) {
    while (!queue_.empty()) {
      Parcels parcels = queue_.front().take();
      queue_.pop_front();
      waiting_ -= parcels.size();
      lock.unlock();
      changed_.notify_all();
      finish(parcels);
      lock.lock();
      finished_.push_back(parcels.take());
    }
  }

  Finisher& finisher_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Parcels> queue_;
  std::vector<Parcels> finished_;  // empty, for the memory they have
  std::size_t waiting_ = 0;
  bool closed_ = false;
  std::atomic<bool> must_stop_ = false;
  std::atomic<std::uint64_t> discovered_ = 0;
  std::jthread thread_;
};

class BatchPool {
 public:
  [[nodiscard]] std::shared_ptr<Batch> take() {
    const std::scoped_lock lock(mutex_);
    if (free_.empty()) return std::make_shared<Batch>();
    std::shared_ptr<Batch> batch = std::move(free_.back());
    free_.pop_back();
    return batch;
  }
  void give_back(std::shared_ptr<Batch> batch) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(batch));
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Batch>> free_;
};

}  // namespace slipring::ingest
