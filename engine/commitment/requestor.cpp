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
  // An instance to be asked for: 16 bytes, for ledgers of tens of millions. The rest is read when
  // it is needed.
  struct Open {
    std::int64_t number = 0;  // of its delivery
    std::uint32_t asked = 0;  // place in asked_ from 1 on, while there is no answer; 0: not asked
    bool answered = false;
  };
  Result<void> load();
  Result<void> listen();
  Result<void> ask_for_all();
  Result<bool> ask_for(std::span<Open> some);
  Result<std::vector<Instance>> instances_of(std::span<const Open> some);
  Result<bool> await_response(std::uint16_t message_id);
  Result<void> await_reports();
  Result<void> take_report(const Incoming& incoming);
  Result<void> look_at_association();
  std::uint16_t write_down(const DataSet& report);
  Result<void> write_news(const DataSet& report, std::vector<CommitmentNews>& news);
  Result<void> queue_refused(std::span<const std::int64_t> refused);
  void forget_asked(std::span<Open> some);
  Result<Open*> find_open(std::string_view sop_instance);
  Result<void> broken(const Error& error);

  ledger::Deliveries& deliveries_;
  const ledger::Job& job_;
  const RequestOptions& options_;
  const std::atomic<int>& stop_;
  const RequestListener& told_;
  RequestSummary summary_;
  std::vector<Open> open_;              // in order of number
  std::set<std::string> transactions_;  // ours: of this run, and of runs before
  std::vector<std::string> asked_;      // transactions of this run
  std::uint64_t unanswered_ = 0;        // of open_, that were asked for
  std::optional<Error> ledger_error_;
  std::unique_ptr<Association> association_;
  Mailbox mailbox_;
  std::unique_ptr<dimse::Server> listener_;
};

Result<void> Requestor::load() {
  TRY_ASSIGN(const ledger::DeliveryTotals totals, deliveries_.totals());
  summary_.before = totals.committed;
  TRY_ASSIGN(const std::vector<std::string> transactions, deliveries_.transactions());
  transactions_.insert(transactions.begin(), transactions.end());
  return deliveries_.each_open([&](std::int64_t number) { open_.push_back({number}); });
}

// Null: it is not to be asked for, or was answered.
Result<Requestor::Open*> Requestor::find_open(std::string_view sop_instance) {
  TRY_ASSIGN(const std::vector<std::int64_t> numbers, deliveries_.numbers_of(sop_instance));
  for (const std::int64_t number : numbers) {
    const auto found = std::ranges::lower_bound(open_, number, {}, &Open::number);
    if (found != open_.end() && found->number == number) return found->answered ? nullptr : &*found;
  }
  return nullptr;
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
  const auto written = write_news(report, news);
  if (!written) {
    ledger_error_ = written.error();
    return dimse::statuses::kProcessingFailure;
  }
  for (const CommitmentNews& one : news) {
    if (one.reason) ++summary_.reasons[*one.reason];
    ++(one.reason ? summary_.refused : summary_.committed);
    if (told_.answered) told_.answered(one);
  }
  return dimse::statuses::kSuccess;
}

Result<void> Requestor::write_news(const DataSet& report, std::vector<CommitmentNews>& news) {
  std::vector<std::int64_t> refused;
  for (const Instance& instance : report.instances) {
    TRY_ASSIGN(Open* const open, find_open(instance.sop_instance));
    if (open == nullptr) continue;
    const bool is_newest = open->asked == 0 || asked_[open->asked - 1] == report.transaction;
    if (instance.failure && !is_newest) continue;
    news.push_back({instance.sop_instance,
                    instance.failure ? Commitment::Refused : Commitment::Committed,
                    report.transaction, instance.failure});
    if (instance.failure) refused.push_back(open->number);
    if (open->asked != 0) --unanswered_;
    open->asked = 0;
    open->answered = true;
  }
  TRY(deliveries_.commit(news));
  return queue_refused(refused);
}

// What the peer does not keep is to be sent again.
Result<void> Requestor::queue_refused(std::span<const std::int64_t> refused) {
  std::vector<ledger::Delivery> again;
  for (const std::int64_t number : refused) {
    TRY_ASSIGN(std::optional<ledger::Delivery> delivery, deliveries_.at(number));
    if (!delivery) continue;
    again.push_back(std::move(*delivery));
    again.back().state = ledger::DeliveryState::Queued;
    again.back().reason = "the peer does not keep it";
  }
  std::vector<const ledger::Delivery*> rows;
  rows.reserve(again.size());
  for (const ledger::Delivery& delivery : again) rows.push_back(&delivery);
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

Result<std::vector<Instance>> Requestor::instances_of(std::span<const Open> some) {
  std::vector<Instance> instances;
  instances.reserve(some.size());
  for (const Open& open : some) {
    TRY_ASSIGN(const std::optional<ledger::Delivery> delivery, deliveries_.at(open.number));
    if (delivery) instances.push_back({delivery->sop_class, delivery->sop_instance, {}});
  }
  return instances;
}

// False: not asked, or not taken; the instances stay open.
Result<bool> Requestor::ask_for(std::span<Open> some) {
  DataSet request{new_transaction(), {}};
  TRY_ASSIGN(request.instances, instances_of(some));
  std::vector<CommitmentNews> news;
  news.reserve(request.instances.size());
  for (const Instance& instance : request.instances)
    news.push_back({instance.sop_instance, Commitment::Requested, request.transaction, {}});
  TRY(deliveries_.commit(news));  // before it is asked: the answer may outrun us
  transactions_.insert(request.transaction);
  asked_.push_back(request.transaction);
  for (Open& open : some) {
    if (open.asked == 0) ++unanswered_;
    open.asked = static_cast<std::uint32_t>(asked_.size());
  }
  if (association_ == nullptr || !association_->established()) {
    dimse::Proposal proposal = options_.proposal;
    proposal.contexts = {proposed_context(1)};
    auto made = dimse::associate(options_.peer, proposal, options_.timeouts);
    if (!made) {
      forget_asked(some);
      TRY(broken(made.error()));
      return false;
    }
    association_ = std::move(*made);
  }
  const auto sent = send_request(*association_, request);
  if (!sent) {
    forget_asked(some);
    TRY(broken(sent.error()));
    return false;
  }
  const auto taken = await_response(*sent);
  if (!taken) {  // it may have been taken all the same
    TRY(broken(taken.error()));
    return false;
  }
  if (!*taken) {
    forget_asked(some);
    summary_.error =
        Error{ErrorCode::Unsupported, kNoOffset, "the peer refused the commitment request"};
  }
  return *taken;
}

// Nobody will answer.
void Requestor::forget_asked(std::span<Open> some) {
  for (Open& open : some) {
    if (open.asked != 0) --unanswered_;
    open.asked = 0;
  }
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
  while (unanswered_ != 0 && stop_ == 0 && Clock::now() < until) {
    TRY(look_at_association());
    mailbox_.empty([&](const DataSet& report) { return write_down(report); });
    if (ledger_error_) return std::unexpected(*ledger_error_);
    if (association_ == nullptr && listener_ == nullptr) return {};
    if (unanswered_ != 0) std::this_thread::sleep_for(kPoll);
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
    std::erase_if(open_, [](const Open& one) { return one.answered; });
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
