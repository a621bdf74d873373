// Receiver: the Storage SCP (PS3.4 Annex B) with Verification: a server whose associations hand
// what they receive to one Intake, and answer when its verdict is there. With an asynchronous
// window objects are received while those before them are being made durable. Commitment (Annex J)
// is answered from what the intake keeps.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/dimse/service/server.h"
#include "engine/receive/commitment_answers.h"
#include "engine/receive/intake.h"
#include "engine/receive/negotiation.h"

namespace slipring::receive {

struct ReceiverOptions {
  dimse::ServerOptions server;
  AcceptOptions accept;
  CommitmentOptions commitment;  // used where accept.commitment says so and objects are kept
};

// What an association brought, for a log.
struct AssociationTally {
  std::uint64_t stored = 0;  // apart ones too; where nothing is kept, those counted
  std::uint64_t duplicates = 0;
  std::uint64_t failed = 0;
  std::uint64_t bytes = 0;
  double seconds = 0;
};

class Receiver {
 public:
  // Called on the association's thread when it is over.
  using Ended = std::function<void(const dimse::Ended& ended, const AssociationTally& tally)>;

  // Listens at once. The intake outlives the receiver. Errors: Io (the port).
  [[nodiscard]] static Result<std::unique_ptr<Receiver>> start(const ReceiverOptions& options,
                                                               Intake& intake, Ended ended);
  ~Receiver() = default;
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  // Objects answered, of all associations, and associations at this moment.
  [[nodiscard]] std::uint64_t answered() const { return answered_; }
  [[nodiscard]] std::size_t associations() const { return server_->associations(); }

  // Takes no more calls; each association ends when the object it is receiving is answered, or
  // after `grace`.
  void stop(dimse::Milliseconds grace);

 private:
  Receiver(const ReceiverOptions& options, Intake& intake, Ended ended);

  class Session;
  Result<void> serve(dimse::Association& association);
  void tell_end(const dimse::Ended& ended);

  ReceiverOptions options_;
  Intake& intake_;
  Ended ended_;
  std::atomic<bool> draining_ = false;
  std::atomic<std::size_t> busy_ = 0;  // sessions between an object's command and its answer
  std::atomic<std::uint64_t> answered_ = 0;
  std::mutex mutex_;
  std::map<std::string, AssociationTally> tallies_;  // by peer, from session to end
  std::unique_ptr<CommitmentAnswers> answers_;       // null: no commitment
  std::unique_ptr<dimse::Server> server_;            // last: its threads use what is above
};

}  // namespace slipring::receive
