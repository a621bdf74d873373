#include "engine/ingest/send/work.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace slipring::ingest::send {

bool Queue::put(WorkPointer work) {
  std::unique_lock lock(mutex_);
  if (is_full()) room_.wait(lock, [&] { return stopped_ || has_room(); });
  ++waiting_;
  count_read(*work);
  fresh_[work->assortment].push_back(std::move(work));
  if (stopped_) return false;
  const bool is_enough = waiting_ == enough_ || (waiting_ < enough_ && is_full());
  lock.unlock();
  changed_.notify_all();
  if (is_enough) stocked_.notify_all();
  return true;
}

void Queue::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  stocked_.notify_all();
}

void Queue::wait_for(std::size_t waiting, Milliseconds time) {
  std::unique_lock lock(mutex_);
  enough_ = waiting;
  stocked_.wait_for(lock, time,
                    [&] { return stopped_ || closed_ || waiting_ >= waiting || is_full(); });
}

// What is transcoded goes first: it holds memory. While the workers have all they may, nothing
// else goes, as it might be for them too.
WorkPointer Queue::next_due(std::size_t assortment, Clock::time_point now) {
  WorkPointer next;
  if (!ready_.empty()) {
    next = std::move(ready_.front());
    ready_.pop_front();
    --transcoding_;
  } else if (transcoding_ >= transcoding_max_) {
    return nullptr;
  } else if (!later_.empty() && later_.begin()->first <= now) {
    next = std::move(later_.begin()->second);
    later_.erase(later_.begin());
  } else {
    auto found = fresh_.find(assortment);
    if (found == fresh_.end()) found = fresh_.begin();
    if (found == fresh_.end()) return nullptr;
    next = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) fresh_.erase(found);
  }
  --waiting_;
  ++in_hand_;
  if (next->read) read_bytes_ -= next->read->bytes.capacity();
  return next;
}

WorkPointer Queue::take(std::size_t assortment, Milliseconds wait,
                        const std::atomic<bool>& leaving) {
  const Clock::time_point until = Clock::now() + wait;
  std::unique_lock lock(mutex_);
  while (!stopped_ && !leaving) {
    const Clock::time_point now = Clock::now();
    const bool was_full = transcoding_ >= transcoding_max_;
    if (WorkPointer next = next_due(assortment, now)) {
      const bool is_roomy = has_room();
      lock.unlock();
      if (is_roomy) room_.notify_all();
      if (was_full) changed_.notify_all();  // it was one of those that kept all others back
      return next;
    }
    if (now >= until || over()) return nullptr;
    changed_.wait_until(lock, later_.empty() ? until : std::min(until, later_.begin()->first));
  }
  return nullptr;
}

std::optional<std::size_t> Queue::peek(const std::atomic<bool>& leaving) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || leaving || waiting_ != 0 || over(); });
  if (stopped_ || leaving || waiting_ == 0) return std::nullopt;
  if (!ready_.empty()) return ready_.front()->assortment;
  return fresh_.empty() ? later_.begin()->second->assortment : fresh_.begin()->first;
}

void Queue::finish(std::size_t number) {
  bool is_over = false;
  {
    const std::scoped_lock lock(mutex_);
    in_hand_ -= number;
    is_over = over();
  }
  if (is_over) changed_.notify_all();
}

void Queue::put_back(WorkPointer work, Clock::time_point not_before) {
  {
    const std::scoped_lock lock(mutex_);
    --in_hand_;
    ++waiting_;
    count_read(*work);
    later_.emplace(not_before, std::move(work));
  }
  changed_.notify_all();
}

void Queue::begin_transcoding() {
  const std::scoped_lock lock(mutex_);
  ++transcoding_;
}

void Queue::ready(WorkPointer work) {
  {
    const std::scoped_lock lock(mutex_);
    --in_hand_;
    ++waiting_;
    count_read(*work);
    ready_.push_back(std::move(work));
  }
  changed_.notify_all();
}

void Queue::fail_transcoding() {
  {
    const std::scoped_lock lock(mutex_);
    --in_hand_;
    --transcoding_;
  }
  changed_.notify_all();
}

std::unique_ptr<ReadFile> Queue::spare() {
  {
    const std::scoped_lock lock(mutex_);
    if (!spare_.empty()) {
      auto read = std::move(spare_.back());
      spare_.pop_back();
      return read;
    }
  }
  return std::make_unique<ReadFile>();
}

void Queue::give_back(std::unique_ptr<ReadFile> read) {
  const std::scoped_lock lock(mutex_);
  spare_.push_back(std::move(read));
}

void Queue::wait(Milliseconds time, const std::atomic<bool>& leaving) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return stopped_ || leaving; });
}

void Queue::wake() {
  {
    const std::scoped_lock lock(mutex_);
  }
  changed_.notify_all();
}

void Queue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  room_.notify_all();
  stocked_.notify_all();
}

bool Queue::stopped() const {
  const std::scoped_lock lock(mutex_);
  return stopped_;
}

bool Queue::exhausted() const {
  const std::scoped_lock lock(mutex_);
  return over();
}

std::vector<WorkPointer> Queue::drain() {
  const std::scoped_lock lock(mutex_);
  std::vector<WorkPointer> all;
  all.reserve(waiting_);
  std::ranges::move(ready_, std::back_inserter(all));
  for (auto& [assortment, works] : fresh_) std::ranges::move(works, std::back_inserter(all));
  for (auto& [when, work] : later_) all.push_back(std::move(work));
  ready_.clear();
  fresh_.clear();
  later_.clear();
  waiting_ = 0;
  read_bytes_ = 0;
  return all;
}

}  // namespace slipring::ingest::send
