// Carrier: one association on a thread of its own: takes objects from the queue, sends each with
// its command in one gather, reads answers, hands objects on. Several small ones go in one gather
// where several may be outstanding. It looks at the next file while the peer works on the one
// before. After a lost connection it waits, and calls again. A further
// carrier takes no object before the peer took its association: one that serves only so many at a
// time would have it wait, and an object with it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "engine/ingest/send/contexts.h"
#include "engine/ingest/send/transcoder.h"

namespace slipring::ingest::send {

// Wakes the run early.
class Bell {
 public:
  void ring() {
    {
      const std::scoped_lock lock(mutex_);
      rung_ = true;
    }
    rang_.notify_one();
  }
  // Until it is rung, at most for `time`.
  void wait(Milliseconds time) {
    std::unique_lock lock(mutex_);
    rang_.wait_for(lock, time, [&] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable rang_;
  bool rung_ = false;
};

// What all carriers share, from which the run reads how it goes.
struct Meter {
  std::atomic<std::uint64_t> objects = 0;      // answered
  std::atomic<std::uint64_t> bytes = 0;        // of them
  std::atomic<std::uint64_t> response_ns = 0;  // sum of their response times
  std::atomic<unsigned> working = 0;           // associations established
  Bell changed;  // rung by the first that is established, and by every carrier that ends
};

class SharedPlan {
 public:
  explicit SharedPlan(std::string_view target = {}) : plan_(target) {}
  std::size_t place(const std::string& sop_class, std::string_view transfer_syntax) {
    const std::scoped_lock lock(mutex_);
    return plan_.place(sop_class, transfer_syntax);
  }
  [[nodiscard]] std::vector<dimse::ContextWish> wishes(std::size_t assortment) const {
    const std::scoped_lock lock(mutex_);
    return plan_.wishes(assortment);
  }

 private:
  mutable std::mutex mutex_;
  ContextPlan plan_;
};

class SharedBandwidth {
 public:
  explicit SharedBandwidth(std::uint64_t bytes_per_second)
      : limited_(bytes_per_second != 0), bandwidth_(bytes_per_second) {}
  [[nodiscard]] bool limited() const { return limited_; }
  [[nodiscard]] Clock::time_point reserve(std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    return bandwidth_.reserve(bytes, Clock::now());
  }

 private:
  bool limited_;
  std::mutex mutex_;
  Bandwidth bandwidth_;
};

struct Road {
  const Options& options;
  Queue& queue;
  SharedPlan& plan;
  SharedBandwidth& bandwidth;
  Transcoder& transcoder;
  Recorder& recorder;
  Meter& meter;
};

class Carrier {
 public:
  // Number 0 is the first; the others are further ones.
  Carrier(const Road& road, unsigned number) : road_(road), number_(number) {}
  ~Carrier();
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void run();  // until there is nothing more to do, or the peer is given up

  void leave();   // finish what was begun, then end
  void cancel();  // end now, wherever it waits
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool was_dismissed() const { return leaving_; }
  // Whether an association was ever established; when it ended: why the peer was given up.
  [[nodiscard]] bool has_worked() const { return has_worked_; }
  [[nodiscard]] const std::optional<Error>& given_up() const { return given_up_; }
  [[nodiscard]] const ResponseTimes& responses() const { return responses_; }

 private:
  struct Outstanding {
    WorkPointer work;
    dimse::Command command;
    Clock::time_point sent;
    std::optional<Error> spoiled;  // the file changed under it
    bool gone = false;             // all of it was handed to the system
    bool noted = false;            // that it is on its way
  };
  // What is posted and held for next_, until the object before it is answered.
  struct Prepared {
    Route route;
    dimse::Command command;
  };

  bool join();
  void work_on();
  bool fill();
  void begin_some();
  const Work* next();
  [[nodiscard]] bool in_reach(const Work& work) const;
  bool reach(const Work& work);
  Result<void> associate(std::size_t assortment);
  [[nodiscard]] Route route_for(const Work& work) const;
  void begin(WorkPointer work);
  void transmit(WorkPointer work, const Route& route, Bytes data_set);
  Result<void> post(const Route& route, const dimse::Command& command, Bytes data_set);
  [[nodiscard]] Route made_route(const Work& work) const;
  void prepare_next();
  void begin_prepared(WorkPointer work);
  [[nodiscard]] dimse::Command command_of(const ledger::Delivery& delivery);
  Result<void> send_posted();
  void let_go(Work& work);
  void look_ahead();
  void settle_next();
  void note_outstanding();
  Result<void> take_answer();
  void settle(Outstanding& answered, const dimse::Command& response);
  void keep_books();
  void keep_books_in_time();
  void try_again_or_settle(WorkPointer work);
  void fail(WorkPointer work, const Error& error);
  void lose(const Error& error);
  void close();
  void wait(Milliseconds time);

  const Road road_;
  const unsigned number_;
  std::thread thread_;
  std::atomic<bool> leaving_ = false;
  std::atomic<bool> has_worked_ = false;
  std::atomic<bool> ended_ = false;
  dimse::Interrupt interrupt_;
  std::optional<Error> given_up_;
  ResponseTimes responses_;

  std::unique_ptr<dimse::Association> association_;
  std::size_t assortment_ = 0;
  std::vector<dimse::ContextWish> wishes_;  // that the association was asked for with
  std::size_t window_ = 1;
  bool lost_before_ = false;  // then one at a time: it is to be seen which object it is
  std::deque<Outstanding> outstanding_;
  std::vector<Report> answered_;  // the peer is done with them; their fate is to be told

  WorkPointer next_;  // taken, not begun
  std::optional<Prepared> prepared_;
  bool next_loaded_ = false;  // its file is open, and this is its data set
  Bytes next_data_set_;
  Loaded loaded_;
  unsigned losses_ = 0;    // in a row
  unsigned refusals_ = 0;  // "out of resources" in a row
};

}  // namespace slipring::ingest::send
