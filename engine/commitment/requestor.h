// Requestor: the SCU of Storage Commitment (PS3.4 Annex J): asks a peer to keep what a ledger says
// it stored, at most so many instances a transaction, and writes down what it answers, whenever and
// by whichever association the answer comes. A transaction is in the ledger before it is asked for,
// so that a report which comes after a restart is known. What stays without an answer is asked for
// again under a new transaction; what is refused has its reason in the ledger and is Queued there,
// so that it is sent again.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "engine/dimse/service/peer.h"
#include "engine/dimse/service/server.h"
#include "engine/ledger/deliveries.h"

namespace slipring::commitment {

struct RequestOptions {
  dimse::Peer peer;
  dimse::Proposal proposal;  // titles and maximum PDU; its contexts are made here
  dimse::Timeouts timeouts;
  std::optional<dimse::ServerOptions> listener;  // for reports by associations of the peer's own
  dimse::Milliseconds report_wait{60'000};       // from a request to its report
  unsigned attempts = 2;                         // transactions for one instance, at most
  std::size_t instances_per_request = 1000;
};

struct RequestSummary {
  std::uint64_t asked = 0;  // instances
  std::uint64_t committed = 0;
  std::uint64_t refused = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t before = 0;                        // committed already
  std::map<std::uint16_t, std::uint64_t> reasons;  // of those refused
  std::optional<Error> error;                      // the last of the peer's, where some stayed open
};

// Who is told how it goes, by the thread that asks; each may be empty.
struct RequestListener {
  std::function<void(std::uint64_t instances)> asking;  // how many will be asked for, once
  // What a report says of an instance, as it is written down.
  std::function<void(const ledger::CommitmentNews& news)> answered;
};

// Asks for everything stored and not committed yet. Errors: the ledger's, and Io of the listener's
// port; the peer's are in the summary. `stop`, once not 0, ends the waiting.
[[nodiscard]] Result<RequestSummary> request_commitment(ledger::Deliveries& deliveries,
                                                        const ledger::Job& job,
                                                        const RequestOptions& options,
                                                        const std::atomic<int>& stop,
                                                        const RequestListener& listener);

}  // namespace slipring::commitment
