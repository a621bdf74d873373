// Feeder: looks at every file that was named, says what is sent and what is not, and queues the
// objects. Threads of its own, ahead of the carriers as far as the queue lets them.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/discover/discover.h"
#include "engine/ingest/send/carrier.h"

namespace slipring::ingest::send {

// What the ledger knows of each path from runs before: 24 bytes a file.
class KnownDeliveries {
 public:
  // Those whose fate is final; failed ones only when they are not to be tried again.
  [[nodiscard]] Result<void> load(ledger::Deliveries& deliveries, bool retry_failed);
  // The state in which a run before left the same file.
  [[nodiscard]] std::optional<ledger::DeliveryState> find(const ledger::Delivery& delivery) const;

 private:
  struct Known {
    std::uint64_t path = 0;  // hash
    std::uint64_t identity = 0;
    ledger::DeliveryState state = ledger::DeliveryState::Stored;
  };
  std::vector<Known> files_;  // by path
};

// The names to look at, one after the other: what discovery finds; of an output tree of convert,
// what its ledger says was written there, of which the numbers of the rows are held.
class Names {
 public:
  // Errors: a ledger of an output tree that cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<Names>> open(const Options& options);

  [[nodiscard]] bool next(discover::Discovered& found);  // any thread
  [[nodiscard]] std::uint64_t found() const;
  [[nodiscard]] bool finished_finding() const;

 private:
  struct Tree {
    std::string root;
    std::unique_ptr<ledger::Ledger> ledger;
    std::vector<std::int64_t> rows;
    std::size_t next = 0;
  };
  [[nodiscard]] Result<bool> add_tree(const std::string& root);
  [[nodiscard]] bool next_output(discover::Discovered& found);

  std::mutex mutex_;
  std::unique_ptr<discover::Discovery> discovery_;  // null: outputs are all
  std::deque<Tree> trees_;                          // with outputs that were not given
  std::uint64_t outputs_ = 0;                       // of all trees
  std::uint64_t sequence_ = 0;
};

class Feeder {
 public:
  Feeder(Names& names, const KnownDeliveries& known, SharedPlan& plan, Queue& queue,
         Recorder& recorder, unsigned threads);
  ~Feeder();  // when its threads have ended: the names are through, or the queue was stopped
  Feeder(const Feeder&) = delete;
  Feeder& operator=(const Feeder&) = delete;

 private:
  void work();
  [[nodiscard]] bool take(const discover::Discovered& found, Loaded& loaded);
  [[nodiscard]] Result<void> look_at(Work& work, Loaded& loaded);
  void turn_away(Report report, const Error& error);

  Names& names_;
  const KnownDeliveries& known_;
  SharedPlan& plan_;
  Queue& queue_;
  Recorder& recorder_;
  std::atomic<unsigned> working_;
  std::vector<std::thread> threads_;
};

}  // namespace slipring::ingest::send
