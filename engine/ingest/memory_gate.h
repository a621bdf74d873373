// MemoryGate: bounds the bytes in flight. A worker takes what one object needs before it starts and
// gives it back when done, all within one call of one pipeline filter: whoever holds memory is
// running, so a waiter always gets its turn. A single request larger than the whole is granted when
// nobody else holds any.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace slipring::ingest {

class MemoryGate {
 public:
  explicit MemoryGate(std::uint64_t bytes) : total_(bytes) {}

  class Grant {
   public:
    Grant(MemoryGate& gate, std::uint64_t bytes) : gate_(gate), bytes_(bytes) {
      gate_.take(bytes_);
    }
    ~Grant() { gate_.give(bytes_); }
    Grant(const Grant&) = delete;
    Grant& operator=(const Grant&) = delete;

   private:
    MemoryGate& gate_;
    std::uint64_t bytes_;
  };

  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  void take(std::uint64_t bytes) {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] { return held_ == 0 || held_ + bytes <= total_; });
    held_ += bytes;
  }
  void give(std::uint64_t bytes) {
    {
      const std::scoped_lock lock(mutex_);
      held_ -= bytes;
    }
    freed_.notify_all();
  }

  const std::uint64_t total_;
  std::uint64_t held_ = 0;
  std::mutex mutex_;
  std::condition_variable freed_;
};

}  // namespace slipring::ingest
