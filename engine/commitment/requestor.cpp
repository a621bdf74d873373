#include "engine/commitment/requestor.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "engine/commitment/reports.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/service/verification.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::commitment {

using dimse::Association;
using dimse::CommandField;
using dimse::Incoming;
using ledger::Commitment;
using ledger::CommitmentNews;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPoll{20};
constexpr std::uint16_t kInvalidArgument = 0x0115;  // PS3.7 C.5.9: a transaction of nobody's

// Reports that came by associations of the peer's own wait here for the one thread that writes the
// ledger; their sender is answered when they are written down.
class Mailbox {
 public:
  // The status to answer.
  std::uint16_t put(DataSet report) {
    Letter letter{std::move(report), {}};
    std::future<std::uint16_t> answer = letter.answer.get_future();
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return dimse::statuses::kProcessingFailure;
      letters_.push_back(std::move(letter));
    }
    return answer.get();
  }

  // What `read` makes of each is its answer.
  template <class Read>
  void empty(const Read& read) {
    std::deque<Letter> letters;
    {
      const std::lock_guard lock(mutex_);
      letters.swap(letters_);
    }
    for (Letter& letter : letters) letter.answer.set_value(read(letter.report));
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    empty([](const DataSet&) { return dimse::statuses::kProcessingFailure; });
  }

 private:
  struct Letter {
    DataSet report;
    std::promise<std::uint16_t> answer;
  };
  std::mutex mutex_;
  std::deque<Letter> letters_;
  bool closed_ = false;
};

class Requestor {
 public:
  Requestor(ledger::Deliveries& deliveries, const ledger::Job& job, const RequestOptions& options,
            const std::atomic<int>& stop, const RequestListener& told)
      : deliveries_(deliveries), job_(job), options_(options), stop_(stop), told_(told) {}
  ~Requestor() { mailbox_.close(); }  // before the listener, whose threads wait for answers
  Requestor(const Requestor&) = delete;
  Requestor& operator=(const Requestor&) = delete;

  Result<RequestSummary> run();

 private:
  Result<void> load();
  Result<void> listen();
  Result<void> ask_for_all();
  Result<bool> ask_for(std::span<const Instance> instances);
  Result<bool> await_response(std::uint16_t message_id);
  Result<void> await_reports();
  Result<void> take_report(const Incoming& incoming);
  Result<void> look_at_association();
  std::uint16_t write_down(const DataSet& report);
  Result<void> queue_refused(std::span<const CommitmentNews> news);
  void forget_asked(std::span<const Instance> instances);
  Result<void> broken(const Error& error);

  ledger::Deliveries& deliveries_;
  const ledger::Job& job_;
  const RequestOptions& options_;
  const std::atomic<int>& stop_;
  const RequestListener& told_;
  RequestSummary summary_;
  std::vector<Instance> open_;                // to be asked for
  std::map<std::string, std::string> paths_;  // of those: instance -> path
  std::set<std::string> transactions_;        // ours: of this run, and of runs before
  std::map<std::string, std::string> asked_;  // instance -> transaction, without an answer yet
  std::optional<Error> ledger_error_;
  std::unique_ptr<Association> association_;
  Mailbox mailbox_;
  std::unique_ptr<dimse::Server> listener_;
};

Result<void> Requestor::load() {
  return deliveries_.each([&](const ledger::Delivery& delivery) {
    if (!delivery.transaction.empty()) transactions_.insert(delivery.transaction);
    const bool is_stored = delivery.state == ledger::DeliveryState::Stored ||
                           delivery.state == ledger::DeliveryState::Warning;
    if (delivery.commitment == Commitment::Committed) ++summary_.before;
    if (!is_stored || delivery.commitment == Commitment::Committed ||
        delivery.commitment == Commitment::Refused)
      return;
    if (paths_.try_emplace(delivery.sop_instance, delivery.path).second)
      open_.push_back({delivery.sop_class, delivery.sop_instance, {}});
  });
}

Result<void> Requestor::listen() {
  if (!options_.listener) return {};
  dimse::AcceptRules rules;
  rules.classes = {dimse::accepts_verification(), accepted_class()};
  dimse::Server::Work work;
  work.policy = [rules](const dimse::AssociateRequest& request) {
    return dimse::answer_by_rules(request, rules);
  };
  work.session = [this](Association& association) {
    return dimse::serve(association, [this](Association& one, const Incoming& incoming) {
      if (incoming.command.field != CommandField::NEventReportRq)
        return dimse::answer_status(one, incoming, dimse::statuses::kUnrecognizedOperation);
      auto report = take_data_set(one, incoming);
      if (!report) return Result<void>(std::unexpected(report.error()));
      const std::uint16_t status = *report ? mailbox_.put(std::move(**report)) : kInvalidArgument;
      return one.send(incoming.context_id, dimse::response_to(incoming.command, status));
    });
  };
  TRY_ASSIGN(listener_, dimse::Server::start(*options_.listener, std::move(work)));
  return {};
}

// Of the transactions that are ours. A refusal under an older transaction says nothing while a
// newer one is open. An instance that is not open (answered before, or never asked
// for) is passed over, so that a report may come twice.
std::uint16_t Requestor::write_down(const DataSet& report) {
  if (!transactions_.contains(report.transaction)) return kInvalidArgument;
  std::vector<CommitmentNews> news;
  for (const Instance& instance : report.instances) {
    if (!paths_.contains(instance.sop_instance)) continue;
    const auto asked = asked_.find(instance.sop_instance);
    const bool is_newest = asked == asked_.end() || asked->second == report.transaction;
    if (instance.failure && !is_newest) continue;
    news.push_back({instance.sop_instance,
                    instance.failure ? Commitment::Refused : Commitment::Committed,
                    report.transaction, instance.failure});
  }
  auto written = deliveries_.commit(news);
  if (written) written = queue_refused(news);
  if (!written) {
    ledger_error_ = written.error();
    return dimse::statuses::kProcessingFailure;
  }
  for (const CommitmentNews& one : news) {
    asked_.erase(one.sop_instance);
    paths_.erase(one.sop_instance);
    if (one.reason) ++summary_.reasons[*one.reason];
    ++(one.reason ? summary_.refused : summary_.committed);
    if (told_.answered) told_.answered(one);
  }
  return dimse::statuses::kSuccess;
}

// What the peer does not keep is to be sent again.
Result<void> Requestor::queue_refused(std::span<const CommitmentNews> news) {
  std::vector<ledger::Delivery> refused;
  for (const CommitmentNews& one : news) {
    if (!one.reason) continue;
    const auto path = paths_.find(one.sop_instance);
    if (path == paths_.end()) continue;
    TRY_ASSIGN(const std::optional<ledger::Delivery> delivery, deliveries_.find(path->second));
    if (!delivery) continue;
    refused.push_back(*delivery);
    refused.back().state = ledger::DeliveryState::Queued;
    refused.back().reason = "the peer does not keep it";
  }
  std::vector<const ledger::Delivery*> rows;
  rows.reserve(refused.size());
  for (const ledger::Delivery& delivery : refused) rows.push_back(&delivery);
  return rows.empty() ? Result<void>{} : deliveries_.record(job_, rows);
}

Result<void> Requestor::take_report(const Incoming& incoming) {
  TRY_ASSIGN(const Result<DataSet> report, take_data_set(*association_, incoming));
  const std::uint16_t status = report ? write_down(*report) : kInvalidArgument;
  return association_->send(incoming.context_id, dimse::response_to(incoming.command, status));
}

// The association is over: what was asked by it may still be answered by another.
Result<void> Requestor::broken(const Error& error) {
  summary_.error = error;
  association_.reset();
  return {};
}

// True: the peer took the request. A report may come before the response.
Result<bool> Requestor::await_response(std::uint16_t message_id) {
  for (;;) {
    TRY_ASSIGN(const std::optional<Incoming> incoming,
               association_->receive(options_.timeouts.response));
    if (!incoming) return dimse::closed("the peer released the association instead of answering");
    if (incoming->command.field == CommandField::NEventReportRq) {
      TRY(take_report(*incoming));
      continue;
    }
    if (incoming->command.field != CommandField::NActionRsp ||
        incoming->command.message_id != message_id)
      return fail(ErrorCode::Mismatch, kNoOffset, "an answer to another request");
    if (incoming->command.has_data_set)
      TRY(association_->receive_data(*incoming, [](Bytes) { return Result<void>{}; }));
    return incoming->command.status == dimse::statuses::kSuccess;
  }
}

// False: not asked, or not taken; the instances stay open.
Result<bool> Requestor::ask_for(std::span<const Instance> instances) {
  const DataSet request{new_transaction(), {instances.begin(), instances.end()}};
  std::vector<CommitmentNews> news;
  for (const Instance& instance : instances)
    news.push_back({instance.sop_instance, Commitment::Requested, request.transaction, {}});
  TRY(deliveries_.commit(news));  // before it is asked: the answer may outrun us
  transactions_.insert(request.transaction);
  for (const Instance& instance : instances) asked_[instance.sop_instance] = request.transaction;
  if (association_ == nullptr || !association_->established()) {
    dimse::Proposal proposal = options_.proposal;
    proposal.contexts = {proposed_context(1)};
    auto made = dimse::associate(options_.peer, proposal, options_.timeouts);
    if (!made) {
      forget_asked(instances);
      TRY(broken(made.error()));
      return false;
    }
    association_ = std::move(*made);
  }
  const auto sent = send_request(*association_, request);
  if (!sent) {
    forget_asked(instances);
    TRY(broken(sent.error()));
    return false;
  }
  const auto taken = await_response(*sent);
  if (!taken) {  // it may have been taken all the same
    TRY(broken(taken.error()));
    return false;
  }
  if (!*taken) {
    forget_asked(instances);
    summary_.error =
        Error{ErrorCode::Unsupported, kNoOffset, "the peer refused the commitment request"};
  }
  return *taken;
}

// Nobody will answer.
void Requestor::forget_asked(std::span<const Instance> instances) {
  for (const Instance& instance : instances) asked_.erase(instance.sop_instance);
}

Result<void> Requestor::look_at_association() {
  if (association_ == nullptr || !association_->has_incoming()) return {};
  const auto incoming = association_->receive(options_.timeouts.response);
  if (!incoming) return broken(incoming.error());
  if (!*incoming) {  // released: its reports come by an association of its own, or not at all
    association_.reset();
    return {};
  }
  const Incoming& message = **incoming;
  const auto taken =
      message.command.field == CommandField::NEventReportRq
          ? take_report(message)
          : dimse::answer_status(*association_, message, dimse::statuses::kUnrecognizedOperation);
  return taken ? Result<void>{} : broken(taken.error());
}

// Until everything asked for is answered, or the time is over, or nobody is left to answer.
Result<void> Requestor::await_reports() {
  const auto until = Clock::now() + options_.report_wait;
  while (!asked_.empty() && stop_ == 0 && Clock::now() < until) {
    TRY(look_at_association());
    mailbox_.empty([&](const DataSet& report) { return write_down(report); });
    if (ledger_error_) return std::unexpected(*ledger_error_);
    if (association_ == nullptr && listener_ == nullptr) return {};
    if (!asked_.empty()) std::this_thread::sleep_for(kPoll);
  }
  return {};
}

Result<void> Requestor::ask_for_all() {
  const std::size_t step = std::max<std::size_t>(options_.instances_per_request, 1);
  for (std::size_t at = 0; at < open_.size() && stop_ == 0; at += step) {
    const std::size_t count = std::min(step, open_.size() - at);
    TRY_ASSIGN(const bool taken, ask_for(std::span(open_).subspan(at, count)));
    if (!taken && association_ == nullptr) break;  // the others fare no better just now
    mailbox_.empty([&](const DataSet& report) { return write_down(report); });
  }
  return {};
}

Result<RequestSummary> Requestor::run() {
  TRY(load());
  TRY(listen());
  summary_.asked = open_.size();
  if (told_.asking) told_.asking(summary_.asked);
  for (unsigned attempt = 0; attempt < options_.attempts && !open_.empty() && stop_ == 0;
       ++attempt) {
    TRY(ask_for_all());
    TRY(await_reports());
    std::erase_if(open_, [&](const Instance& one) { return !paths_.contains(one.sop_instance); });
  }
  if (ledger_error_) return std::unexpected(*ledger_error_);
  summary_.unanswered = summary_.asked - summary_.committed - summary_.refused;
  if (association_ == nullptr) return summary_;
  if (const auto released = association_->release(); !released)
    association_->abort();  // everything was said: no reason to fail
  return summary_;
}

}  // namespace

Result<RequestSummary> request_commitment(ledger::Deliveries& deliveries, const ledger::Job& job,
                                          const RequestOptions& options,
                                          const std::atomic<int>& stop,
                                          const RequestListener& listener) {
  return Requestor(deliveries, job, options, stop, listener).run();
}

}  // namespace slipring::commitment
