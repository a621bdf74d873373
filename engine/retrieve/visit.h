// Visit: one thread's conversation with the peer: an association to ask by, and one to fetch by,
// kept from study to study as long as they hold and their contexts fit.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/dimse/service/peer.h"
#include "engine/query/ask.h"
#include "engine/receive/intake.h"
#include "engine/retrieve/throttle.h"

namespace slipring::retrieve {

struct VisitOptions {
  dimse::Peer peer;
  dimse::Proposal proposal;  // titles, maximum PDU; contexts and roles are made here
  dimse::Timeouts timeouts;
  std::string move_destination;  // C-MOVE to this AE title; "": C-GET
};

class Visit {
 public:
  Visit(const VisitOptions& options, receive::Intake& intake, Throttle& throttle,
        const std::atomic<bool>& stop, const dimse::Interrupt& interrupt)
      : options_(options),
        intake_(intake),
        throttle_(throttle),
        stop_(stop),
        interrupt_(interrupt) {}

  // The association to ask by. Errors: those of associate().
  [[nodiscard]] Result<dimse::Association*> asking();

  // Fetches the study, or of it `wanted` only, where that is not all. Gives the final status. What
  // came is in the intake's store, its rows done. Errors: those of dimse::get and dimse::move.
  [[nodiscard]] Result<std::uint16_t> fetch(const std::string& study,
                                            std::span<const query::Instance> wanted, bool all);

  // After an error: both associations are given up.
  void part();
  // Both are released.
  void leave();

 private:
  [[nodiscard]] Result<dimse::Association*> fetching(std::span<const query::Instance> wanted);
  [[nodiscard]] Result<std::uint16_t> fetch_one(dimse::Association& association,
                                                std::span<const query::Key> keys);
  Result<void> store(dimse::Association& association, const dimse::Incoming& incoming);

  const VisitOptions& options_;
  receive::Intake& intake_;
  Throttle& throttle_;
  const std::atomic<bool>& stop_;
  const dimse::Interrupt& interrupt_;
  std::unique_ptr<dimse::Association> asking_;
  std::unique_ptr<dimse::Association> fetching_;
  std::vector<std::string> classes_;  // that fetching_ was proposed for
};

}  // namespace slipring::retrieve
