// Pace: how long to wait before trying again, how many bytes a second, how many associations. Pure:
// time comes in as a value.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace slipring::ingest::send {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

// Exponential back-off with jitter: before the nth try again a wait between half and all of
// first * 2^(n-1), at most `longest`.
struct Backoff {
  Milliseconds first{250};
  Milliseconds longest{30'000};

  // `n` counts from 1; `random` is any number.
  [[nodiscard]] Milliseconds before(unsigned n, std::uint64_t random) const {
    const unsigned shift = std::min(n == 0 ? 0 : n - 1, 20U);
    const std::int64_t whole = std::min(longest.count(), first.count() << shift);
    if (whole <= 1) return Milliseconds(whole);
    const auto half = static_cast<std::uint64_t>(whole / 2);
    return Milliseconds(static_cast<std::int64_t>(half + random % (half + 1)));
  }
};

// A debt of bytes that time pays off: who is to send waits until there is none, and then owes what
// it sends.
class Bandwidth {
 public:
  explicit Bandwidth(std::uint64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  // When `bytes` may go out; they are owed from then on.
  [[nodiscard]] Clock::time_point reserve(std::uint64_t bytes, Clock::time_point now) {
    if (bytes_per_second_ == 0) return now;
    const Clock::time_point begin = std::max(now, paid_);
    const double seconds = static_cast<double>(bytes) / static_cast<double>(bytes_per_second_);
    paid_ =
        begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    return begin;
  }

 private:
  std::uint64_t bytes_per_second_;
  Clock::time_point paid_{};
};

// What an interval of sending came to.
struct Interval {
  double goodput = 0;     // bytes a second, of objects answered
  double response_s = 0;  // mean time from the last byte of an object to its answer
  unsigned working = 0;   // associations established
};

// How many associations there should be: more while that moves more, one less where it only makes
// answers later. A step that paid in full is followed by one of twice as many: where the way is
// long, each association is as good as the first.
class Growth {
 public:
  Growth(unsigned least, unsigned most)
      : least_(least), most_(std::max(least, most)), now_(least) {}

  [[nodiscard]] unsigned wanted() const { return now_; }
  // After each interval. Gives how many there should be from now on.
  unsigned observe(const Interval& interval);
  // The peer does not take as many as were asked for.
  void refused(unsigned working);

 private:
  static constexpr double kGain = 1.08;  // of goodput, that pays for another association
  static constexpr double kFull = 0.75;  // of what as many more would bring in proportion
  static constexpr double kLate = 2.0;   // times the best response, that says a peer is overrun
  static constexpr int kHold = 12;       // intervals before another try after one that did not pay

  unsigned least_;
  unsigned most_;
  unsigned now_;
  double before_ = 0;   // goodput before the last step up
  unsigned step_ = 1;   // the last one up, and then the next
  bool tried_ = false;  // the last step was up, and is to be judged
  int hold_ = 0;        // intervals still to wait
  double best_s_ = 0;   // the best mean response so far
};

}  // namespace slipring::ingest::send
