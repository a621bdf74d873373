#include "engine/receive/receiver.h"

#include <chrono>
#include <deque>
#include <thread>
#include <utility>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/serve.h"
#include "engine/dimse/service/verification.h"

namespace slipring::receive {

using dimse::Association;
using dimse::CommandField;
using dimse::Incoming;

namespace {

constexpr std::chrono::milliseconds kDrainPoll{10};
constexpr std::size_t kAnswersTogether = 4;  // in one write, to a peer that need not wait for each

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace

// One association: objects received, and those whose answer is still owed, in order of arrival.
class Receiver::Session {
 public:
  Session(Receiver& receiver, Association& association)
      : receiver_(receiver), association_(association) {}
  ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Result<void> run();
  // When the association is over: what it still owed is known here, if not to the peer.
  [[nodiscard]] const AssociationTally& close();

 private:
  struct Owed {
    std::uint8_t context_id = 0;
    dimse::Command request;
    std::shared_ptr<Receipt> receipt;
    std::uint64_t bytes = 0;
  };

  Result<void> take(const Incoming& incoming);
  Result<void> store(const Incoming& incoming);
  Result<void> commit(const Incoming& incoming);
  Result<void> answer_oldest();
  Result<void> answer_ready();
  [[nodiscard]] std::size_t answers_together() const;
  void be_busy(bool busy);
  void count(const Verdict& verdict, std::uint64_t bytes);

  Receiver& receiver_;
  Association& association_;
  std::deque<Owed> owed_;
  AssociationTally tally_;
  bool is_busy_ = false;  // between an object's command and its answer
};

// Answers before it waits: a peer without a window sends nothing more before it has its answer.
// With one, what it sent already is taken first, and several answers leave together.
Result<void> Receiver::Session::run() {
  for (;;) {
    TRY(answer_ready());
    while (!owed_.empty() && !association_.has_incoming()) TRY(answer_oldest());
    TRY(association_.flush_before_waiting());
    if (receiver_.draining_ && owed_.empty()) {
      TRY(association_.flush());
      association_.abort();
      return {};
    }
    if (owed_.empty() && association_.posted() == 0) be_busy(false);
    TRY_ASSIGN(const std::optional<Incoming> incoming,
               association_.receive(association_.timeouts().idle));
    if (!incoming) return {};
    TRY(take(*incoming));
  }
}

const AssociationTally& Receiver::Session::close() {
  be_busy(false);
  for (const Owed& owed : owed_) count(owed.receipt->wait(), owed.bytes);
  owed_.clear();
  return tally_;
}

Result<void> Receiver::Session::take(const Incoming& incoming) {
  switch (incoming.command.field) {
    case CommandField::CStoreRq:
      return store(incoming);
    case CommandField::CEchoRq:
      return dimse::answer_echo(association_, incoming);
    case CommandField::NActionRq:
      return commit(incoming);
    case CommandField::NEventReportRsp:  // of a report sent between other messages
      if (!incoming.command.has_data_set) return {};
      return association_.receive_data(incoming, [](Bytes) { return Result<void>{}; });
    case CommandField::CCancelRq:  // nothing here can be cancelled
      return {};
    default:
      return dimse::answer_status(association_, incoming, dimse::statuses::kUnrecognizedOperation);
  }
}

// What this association sent before is answered first: it is asked for, as likely as not.
Result<void> Receiver::Session::commit(const Incoming& incoming) {
  const dimse::Context* const context =
      association_.negotiated().context_by_id(incoming.context_id);
  if (receiver_.answers_ == nullptr || context->sop_class != commitment::kPushModelClass)
    return dimse::answer_status(association_, incoming, dimse::statuses::kUnrecognizedOperation);
  while (!owed_.empty()) TRY(answer_oldest());
  return receiver_.answers_->answer(association_, incoming);
}

Result<void> Receiver::Session::store(const Incoming& incoming) {
  const dimse::Context* const context =
      association_.negotiated().context_by_id(incoming.context_id);
  if (!incoming.command.has_data_set)
    return dimse::answer_status(association_, incoming, dimse::statuses::kCannotUnderstand);
  // A window that is exceeded is the peer's mistake; what it costs here stays bounded.
  while (owed_.size() >= receiver_.options_.accept.operations_max) TRY(answer_oldest());
  be_busy(true);
  auto object = receiver_.intake_.begin(
      {incoming.command.sop_class, incoming.command.sop_instance, context->transfer_syntax,
       association_.negotiated().calling_ae, association_.peer()});
  if (context->sop_class != incoming.command.sop_class)
    object->refuse({dimse::statuses::kSopClassNotSupported, "not the context's SOP class", {}});
  const auto received = association_.receive_data(incoming, [&](Bytes fragment) -> Result<void> {
    object->append(fragment);
    return {};
  });
  if (!received) return received;  // half an object: its bytes go with it
  const std::uint64_t bytes = object->data_set_bytes();
  owed_.push_back(
      {incoming.context_id, incoming.command, receiver_.intake_.finish(std::move(object)), bytes});
  return {};
}

Result<void> Receiver::Session::answer_ready() {
  while (!owed_.empty() && owed_.front().receipt->ready()) TRY(answer_oldest());
  return {};
}

Result<void> Receiver::Session::answer_oldest() {
  const Owed owed = std::move(owed_.front());
  owed_.pop_front();
  if (!owed.receipt->ready()) TRY(association_.flush());
  const Verdict& verdict = owed.receipt->wait();
  count(verdict, owed.bytes);
  dimse::Command response = dimse::response_to(owed.request, verdict.status);
  response.error_comment = verdict.comment;
  auto sent = association_.post(owed.context_id, response);
  if (sent && association_.posted() >= answers_together()) sent = association_.flush();
  ++receiver_.answered_;
  return sent;
}

std::size_t Receiver::Session::answers_together() const {
  return association_.negotiated().async_window.invoked == 1 ? 1 : kAnswersTogether;
}

void Receiver::Session::be_busy(bool busy) {
  if (std::exchange(is_busy_, busy) == busy) return;
  if (busy)
    ++receiver_.busy_;
  else
    --receiver_.busy_;
}

void Receiver::Session::count(const Verdict& verdict, std::uint64_t bytes) {
  tally_.bytes += bytes;
  switch (verdict.fate) {
    case Fate::Stored:
    case Fate::Apart:
    case Fate::Counted:
      ++tally_.stored;
      break;
    case Fate::Duplicate:
      ++tally_.duplicates;
      break;
    case Fate::Refused:
    case Fate::Unfortunate:
      ++tally_.failed;
      break;
  }
}

Receiver::Receiver(const ReceiverOptions& options, Intake& intake, Ended ended)
    : options_(options), intake_(intake), ended_(std::move(ended)) {
  options_.accept.commitment = options.accept.commitment && intake.store() != nullptr;
  if (options_.accept.commitment)
    answers_ = std::make_unique<CommitmentAnswers>(*intake.store(), options.commitment);
}

Result<std::unique_ptr<Receiver>> Receiver::start(const ReceiverOptions& options, Intake& intake,
                                                  Ended ended) {
  std::unique_ptr<Receiver> receiver(new Receiver(options, intake, std::move(ended)));
  Receiver* const raw = receiver.get();
  dimse::Server::Work work;
  work.policy = [raw](const dimse::AssociateRequest& request) {
    return answer(request, raw->options_.accept);
  };
  work.session = [raw](Association& association) { return raw->serve(association); };
  work.ended = [raw](const dimse::Ended& over) { raw->tell_end(over); };
  TRY_ASSIGN(receiver->server_, dimse::Server::start(options.server, std::move(work)));
  return receiver;
}

Result<void> Receiver::serve(Association& association) {
  const auto begun = std::chrono::steady_clock::now();
  Session session(*this, association);
  const Result<void> outcome = session.run();
  AssociationTally tally = session.close();
  tally.seconds = seconds_since(begun);
  const std::lock_guard lock(mutex_);
  tallies_[association.peer()] = tally;
  return outcome;
}

void Receiver::tell_end(const dimse::Ended& ended) {
  AssociationTally tally;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = tallies_.find(ended.peer); found != tallies_.end()) {
      tally = found->second;
      tallies_.erase(found);
    }
  }
  if (ended_) ended_(ended, tally);
}

void Receiver::stop(dimse::Milliseconds grace) {
  draining_ = true;
  const auto until = std::chrono::steady_clock::now() + grace;
  while (busy_ != 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(kDrainPoll);
  server_->stop();
}

}  // namespace slipring::receive
