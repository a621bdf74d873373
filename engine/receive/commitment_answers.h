// Commitment answers: the SCP of Storage Commitment (PS3.4 Annex J) over what a receiver holds
// durable: an N-ACTION is answered, and its N-EVENT-REPORT sent, on the same association, or to the
// address that was configured for the requestor, by an association of our own with reversed roles.
// A report that cannot be delivered there is tried a few times; who asked asks again.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "engine/commitment/reports.h"
#include "engine/dimse/service/peer.h"
#include "engine/receive/store.h"

namespace slipring::receive {

struct CommitmentOptions {
  std::string ae_title = "SLIPRING";             // ours, when we call
  std::map<std::string, dimse::Peer> report_to;  // by AE title of the requestor
  dimse::Timeouts timeouts;
};

class CommitmentAnswers {
 public:
  static constexpr unsigned kAttempts = 3;
  static constexpr std::size_t kReportsMax = 1000;  // waiting for their requestor

  CommitmentAnswers(Store& store, CommitmentOptions options);
  ~CommitmentAnswers();  // reports not delivered yet are dropped
  CommitmentAnswers(const CommitmentAnswers&) = delete;
  CommitmentAnswers& operator=(const CommitmentAnswers&) = delete;

  // Answers an N-ACTION-RQ; thread safe. Errors: those of the association.
  Result<void> answer(dimse::Association& association, const dimse::Incoming& incoming);

  // Why an instance is not kept; nullopt when it is: in the ledger, and its file is there.
  [[nodiscard]] std::optional<std::uint16_t> why_not(const commitment::Instance& instance) const;

 private:
  struct Report {
    std::string requestor;
    dimse::Peer peer;
    commitment::DataSet data_set;
  };
  void run();
  Result<void> deliver(const Report& report);

  Store& store_;
  const CommitmentOptions options_;
  const dimse::Interrupt stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Report> reports_;
  bool closed_ = false;
  std::jthread thread_;
};

}  // namespace slipring::receive
