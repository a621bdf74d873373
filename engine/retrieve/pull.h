// Pull: START HERE. Studies out of an archive that is to be left: each is listed (C-FIND down to
// its instances), fetched (C-GET, or C-MOVE to a receiver of our own), and the listing held against
// what the intake's store has; what is missing is asked for again by itself, and what stays missing
// becomes a row of the ledger. A study that is all there is not fetched: the same command again
// resumes. Several studies at a time, a thread and a Visit each.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/retrieve/missing.h"
#include "engine/retrieve/visit.h"

namespace slipring::retrieve {

struct PullOptions {
  VisitOptions visit;
  unsigned associations = 2;           // studies at a time, 1 to 64
  unsigned attempts = 3;               // to fetch what is missing of a study, 1 or more
  std::uint64_t bytes_per_second = 0;  // of all together; 0: without limit
  std::string series;                  // only this one; "": all
  std::string instance;                // only this one; "": all
};

// How a study ended.
struct StudyOutcome {
  std::string study;
  std::uint64_t listed = 0;   // by the peer
  std::uint64_t before = 0;   // of these held when it began
  std::uint64_t held = 0;     // of these held when it ended
  std::uint64_t missing = 0;  // listed less held
  std::uint16_t status = 0;   // of the last C-GET or C-MOVE
  std::optional<Error> error;
};

struct PullTotals {
  std::uint64_t studies = 0;     // that ended
  std::uint64_t incomplete = 0;  // with something missing, an error, or nothing listed
  std::uint64_t listed = 0;
  std::uint64_t before = 0;
  std::uint64_t missing = 0;
  bool peer_failed = false;    // it could not be reached any more, or asked at all
  bool ledger_failed = false;  // a row of what is missing could not be written
};

class Pull {
 public:
  // Told of each study at its end, one at a time. The intake keeps what it takes, and outlives
  // this.
  using Told = std::function<void(const StudyOutcome& outcome)>;
  // Errors: the ledger's. Requires intake.store().
  [[nodiscard]] static Result<std::unique_ptr<Pull>> open(const PullOptions& options,
                                                          receive::Intake& intake, Told told);

  // Studies at the peer that match. Errors: those of query::find_studies and associate().
  [[nodiscard]] Result<std::vector<std::string>> find(std::span<const query::Key> keys);

  // Until all have ended, the peer has failed for good, or stop() was called: studies not begun
  // then have no outcome.
  [[nodiscard]] PullTotals run(std::span<const std::string> studies);

  // From any thread: studies begun are ended after the object on its way.
  void stop() { stop_ = true; }

 private:
  Pull(const PullOptions& options, receive::Intake& intake, Told told)
      : options_(options),
        intake_(intake),
        told_(std::move(told)),
        throttle_(options.bytes_per_second) {}

  void work(std::span<const std::string> studies);
  void pull(Visit& visit, StudyOutcome& outcome);
  Result<void> complete(Visit& visit, StudyOutcome& outcome,
                        std::span<const query::Instance> listed);
  [[nodiscard]] Result<std::vector<query::Instance>> list(Visit& visit, const std::string& study);
  [[nodiscard]] std::vector<query::Instance> not_held(
      std::span<const query::Instance> listed) const;
  void settle(StudyOutcome& outcome, std::span<const query::Instance> listed);
  void end(const StudyOutcome& outcome);

  const PullOptions options_;
  receive::Intake& intake_;
  Told told_;
  Throttle throttle_;
  std::unique_ptr<Missing> missing_;
  const dimse::Interrupt interrupt_;
  std::atomic<bool> stop_ = false;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;  // of totals and telling
  PullTotals totals_;
};

}  // namespace slipring::retrieve
