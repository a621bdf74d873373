#include "engine/ingest/send/carrier.h"

#include <algorithm>
#include <utility>

#include "engine/dicom/record.h"
#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/ingest/send/outcome.h"

namespace slipring::ingest::send {

using ledger::DeliveryState;

namespace {

constexpr Milliseconds kIdle{500};      // that an association stays open without work
constexpr std::size_t kWindowMax = 16;  // requests outstanding, however many a peer would take
constexpr Milliseconds kSoon{20};       // an answer that takes longer has its object noted
constexpr std::size_t kPreparedPduMin = 4096;  // of a peer; in many smaller ones it goes in steps
constexpr std::size_t kBooksTogether = 16;     // objects answered before their fate is told
constexpr std::size_t kTogetherBytes = 128 << 10;  // then those that waited for others go out

std::size_t window_of(const dimse::Negotiated& agreed) {
  const std::size_t invoked = agreed.async_window.invoked;
  return invoked == 0 ? kWindowMax : std::min(invoked, kWindowMax);
}

// A number that differs from object to object and attempt to attempt, and not from run to run.
std::uint64_t jitter(const ledger::Delivery& delivery, unsigned number) {
  std::uint64_t mixed = delivery.sequence * 0x9E3779B97F4A7C15U + delivery.attempts + number;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  return mixed ^ (mixed >> 31);
}

void begin_attempt(ledger::Delivery& delivery, const dicom::TransferSyntax& syntax,
                   std::uint64_t bytes) {
  delivery.state = DeliveryState::Attempt;
  ++delivery.attempts;
  delivery.to = syntax.uid;
  delivery.bytes = bytes;
  delivery.status.reset();
  delivery.reason.clear();
}

// Puts down what the peer answered. True: to be tried again.
bool take_outcome(const dimse::Command& response, ledger::Delivery& delivery) {
  Outcome outcome = outcome_of(response);
  delivery.state = outcome.state;
  delivery.status = response.status;
  delivery.reason = std::move(outcome.reason);
  delivery.offending = offending_text(response);
  delivery.comment = response.error_comment;
  return outcome.again;
}

}  // namespace

Carrier::~Carrier() {
  if (thread_.joinable()) thread_.join();
}

void Carrier::leave() {
  leaving_ = true;
  road_.queue.wake();
}

void Carrier::cancel() {
  interrupt_.raise();
  leave();
}

void Carrier::run() {
  if (number_ == 0 || join()) work_on();
  if (next_) road_.queue.put_back(std::move(next_), Clock::now());
  close();
  ended_ = true;
  road_.meter.changed.ring();
}

// Whether the peer takes a further association.
bool Carrier::join() {
  const auto assortment = road_.queue.peek(leaving_);
  if (!assortment) return false;
  const auto associated = associate(*assortment);
  if (!associated && !leaving_) given_up_ = associated.error();
  return associated.has_value();
}

void Carrier::work_on() {
  while (!given_up_ && fill()) {
    look_ahead();
    settle_next();
  }
}

// Sends as many as may be outstanding, or until answers wait. False: nothing is outstanding, and
// nothing is left to send.
bool Carrier::fill() {
  while (!given_up_) {
    begin_some();
    const auto sent = association_ ? send_posted() : Result<void>{};
    keep_books_in_time();  // of those before, while the peer works
    if (sent) return !outstanding_.empty();
    lose(sent.error());
  }
  return false;
}

void Carrier::begin_some() {
  while (!given_up_ && outstanding_.size() < window_) {
    const Work* work = next();
    if (work == nullptr) break;
    const bool is_near = in_reach(*work);
    if (!is_near && !outstanding_.empty()) break;
    if (!is_near && !reach(*work)) continue;
    begin(std::move(next_));
    const bool has_sent = association_ && !outstanding_.empty() && association_->posted() == 0;
    if (has_sent && outstanding_.size() < window_ && association_->has_incoming()) break;
  }
}

// The object that is taken and not begun, if there is one to be had.
const Work* Carrier::next() {
  if (next_) return next_.get();
  next_loaded_ = false;
  if (leaving_) return nullptr;
  const bool is_idle = outstanding_.empty();
  next_ = road_.queue.take(assortment_, Milliseconds(0), leaving_);
  if (next_ || !is_idle) return next_.get();
  keep_books();
  next_ = road_.queue.take(assortment_, kIdle, leaving_);
  if (next_) return next_.get();
  close();  // others may need the place, if the peer has only so many
  next_ = road_.queue.take(assortment_, Queue::kForever, leaving_);
  return next_.get();
}

// Whether the peer was asked, in this association, for what this object needs.
bool Carrier::in_reach(const Work& work) const {
  if (!association_ || work.assortment != assortment_) return false;
  return std::ranges::any_of(wishes_, [&](const dimse::ContextWish& wish) {
    return wish.sop_class == work.delivery.sop_class && wish.transfer_syntax == work.stored->uid;
  });
}

// Calls the peer for what this object needs. False: it did not come about; whether there will be
// another call, given_up_ says.
bool Carrier::reach(const Work& work) {
  close();
  if (losses_ != 0) wait(road_.options.backoff.before(losses_, jitter(work.delivery, number_)));
  const auto associated = associate(work.assortment);
  if (associated) return true;
  ++losses_;
  const bool stopped = leaving_ || road_.queue.stopped();
  if (!dimse::worth_retrying(associated.error()) || losses_ > road_.options.retries || stopped)
    given_up_ = associated.error();
  return false;
}

Result<void> Carrier::associate(std::size_t assortment) {
  assortment_ = assortment;
  wishes_ = road_.plan.wishes(assortment);
  TRY_ASSIGN(association_, road_.options.connect(wishes_, &interrupt_));
  window_ = lost_before_ ? 1 : window_of(association_->negotiated());
  if (window_ == 1) association_->wait_for_whole_answers();
  has_worked_ = true;
  if (road_.meter.working++ == 0) road_.meter.changed.ring();
  return {};
}

Route Carrier::route_for(const Work& work) const {
  return route_of(association_->negotiated(), work.delivery.sop_class, *work.stored,
                  work.kept.empty() ? road_.options.target : nullptr);
}

// Of an object that was made anew, where the peer takes it so.
Route Carrier::made_route(const Work& work) const {
  const dicom::TransferSyntax* made = work.transcoded->syntax;
  return {association_->negotiated().context_for(work.delivery.sop_class, made->uid), made, false};
}

// Decides how an object goes out, and sends it or gives it to the workers.
void Carrier::begin(WorkPointer work) {
  const bool is_loaded = std::exchange(next_loaded_, false);
  if (prepared_) return begin_prepared(std::move(work));
  if (work->transcoded) {
    const Bytes data_set = work->transcoded->data_set;
    if (const Route made = made_route(*work); made.context != nullptr)
      return transmit(std::move(work), made, data_set);
    work->transcoded.reset();  // another association takes other syntaxes
    if (!work->source_instance.empty())
      work->delivery.sop_instance = std::exchange(work->source_instance, {});
  }
  const Route route = route_for(*work);
  if (route.context == nullptr) {
    const bool is_bound = road_.options.target != nullptr && work->kept.empty();
    return fail(
        std::move(work),
        {ErrorCode::Unsupported, kNoOffset,
         is_bound ? "the peer does not take objects of this SOP class in the syntax asked for"
                  : "the peer does not take objects of this SOP class"});
  }
  if (!route.as_it_is) return road_.transcoder.submit(std::move(work), *route.syntax);
  if (work->read) {
    const Bytes read = work->read->data_set;
    return transmit(std::move(work), route, read);
  }
  if (!is_loaded) {
    auto data_set = load(*work, loaded_, LoadedFor::Now);
    if (!data_set) return fail(std::move(work), data_set.error());
    next_data_set_ = *data_set;
  }
  transmit(std::move(work), route, next_data_set_);
}

dimse::Command Carrier::command_of(const ledger::Delivery& delivery) {
  dimse::Command command = dimse::request(dimse::CommandField::CStoreRq,
                                          association_->next_message_id(), delivery.sop_class);
  command.sop_instance = delivery.sop_instance;
  command.priority = dimse::Priority::Medium;
  command.has_data_set = true;
  return command;
}

// Small objects whose bytes are their own wait for others, where the peer need not answer each.
void Carrier::transmit(WorkPointer work, const Route& route, Bytes data_set) {
  const bool from_file = !work->transcoded && !work->read;
  if (road_.bandwidth.limited()) {
    const auto begin = road_.bandwidth.reserve(data_set.size());
    wait(std::chrono::ceil<Milliseconds>(begin - Clock::now()));
  }
  begin_attempt(work->delivery, *route.syntax, data_set.size());
  const bool is_alone =
      from_file || window_ == 1 || data_set.size() > kTogetherBytes || road_.bandwidth.limited();
  Result<void> sent = is_alone ? send_posted() : Result<void>{};
  dimse::Command command = command_of(work->delivery);
  outstanding_.push_back({std::move(work), std::move(command), Clock::now(), {}});
  if (sent) sent = post(route, outstanding_.back().command, data_set);
  if (sent && (is_alone || association_->posted_bytes() >= kTogetherBytes)) sent = send_posted();
  if (from_file)
    if (const auto same = loaded_.file.check(); !same) outstanding_.back().spoiled = same.error();
  if (!sent) lose(sent.error());
}

Result<void> Carrier::post(const Route& route, const dimse::Command& command, Bytes data_set) {
  static constexpr std::uint8_t kPad[] = {0};
  const Bytes pieces[] = {data_set, Bytes(kPad).first(data_set.size() % 2)};
  return association_->post(route.context->id, command, pieces);
}

// Where the peer answers one by one: what goes next lies ready when the answer comes.
void Carrier::prepare_next() {
  const Work& work = *next_;
  if (window_ != 1 || prepared_ || outstanding_.empty() || road_.bandwidth.limited() ||
      !in_reach(work))
    return;
  const Route route = work.transcoded ? made_route(work) : route_for(work);
  if (route.context == nullptr || (!work.transcoded && !route.as_it_is)) return;
  const Bytes data_set = work.transcoded ? work.transcoded->data_set : work.read->data_set;
  const std::size_t pdu_bytes = association_->negotiated().peer_max_pdu_bytes;
  if (data_set.size() > kTogetherBytes || (pdu_bytes != 0 && pdu_bytes < kPreparedPduMin)) return;
  Prepared prepared{route, command_of(work.delivery)};
  if (!post(route, prepared.command, data_set)) return;  // the next call will say so again
  association_->hold();
  prepared_ = std::move(prepared);
}

void Carrier::begin_prepared(WorkPointer work) {
  const Bytes data_set = work->transcoded ? work->transcoded->data_set : work->read->data_set;
  begin_attempt(work->delivery, *prepared_->route.syntax, data_set.size());
  outstanding_.push_back({std::move(work), std::move(prepared_->command), Clock::now(), {}});
  prepared_.reset();
  if (const auto sent = send_posted(); !sent) lose(sent.error());
}

Result<void> Carrier::send_posted() {
  TRY(association_->flush());
  const Clock::time_point now = Clock::now();
  for (auto one = outstanding_.rbegin(); one != outstanding_.rend() && !one->gone; ++one) {
    one->gone = true;
    one->sent = now;
    let_go(*one->work);
  }
  return {};
}

// What was read is needed no more: to be sent again it is read again.
void Carrier::let_go(Work& work) {
  if (work.read) road_.queue.give_back(std::move(work.read));
}

// The next file is opened and looked through while the peer works.
void Carrier::look_ahead() {
  const Work* work = association_ ? next() : nullptr;
  if (work == nullptr || next_loaded_ || work->assortment != assortment_) return;
  if (work->transcoded || work->read) return prepare_next();
  const Route route = route_for(*work);
  if (route.context == nullptr || !route.as_it_is) return;
  auto data_set = load(*work, loaded_, window_ == 1 ? LoadedFor::Later : LoadedFor::Now);
  if (!data_set) return fail(std::move(next_), data_set.error());
  next_data_set_ = *data_set;
  next_loaded_ = true;
}

void Carrier::settle_next() {
  while (!outstanding_.empty() && association_) {
    if (const auto taken = take_answer(); !taken) return lose(taken.error());
    if (outstanding_.empty() || !association_ || !association_->has_incoming()) return;
  }
}

// That objects are on their way is of use to the books only where the answers take their time.
void Carrier::note_outstanding() {
  for (Outstanding& one : outstanding_)
    if (!std::exchange(one.noted, true)) road_.recorder.note(one.work->delivery);
}

Result<void> Carrier::take_answer() {
  if (!association_->has_incoming(kSoon)) {
    keep_books();
    note_outstanding();
  }
  TRY_ASSIGN(const std::optional<dimse::Incoming> answer,
             association_->receive(association_->timeouts().response));
  if (!answer) return dimse::closed("the peer released the association instead of answering");
  const auto found = std::ranges::find_if(outstanding_, [&](const Outstanding& one) {
    return one.command.message_id == answer->command.message_id;
  });
  if (found == outstanding_.end()) {
    association_->abort();
    return slipring::fail(ErrorCode::Mismatch, kNoOffset,
                          "the peer answered a message that was not sent");
  }
  if (auto fits = dimse::check_response(found->command, answer->command); !fits) {
    association_->abort();
    return fits;
  }
  Outstanding answered = std::move(*found);
  outstanding_.erase(found);
  settle(answered, answer->command);
  if (!answer->command.has_data_set) return {};
  return association_->receive_data(*answer, [](Bytes) { return Result<void>{}; });
}

// What the peer is done with waits for its row until the next object is on its way: the peer need
// not wait for our books.
void Carrier::settle(Outstanding& answered, const dimse::Command& response) {
  const auto time = Clock::now() - answered.sent;
  responses_.add(time);
  ledger::Delivery& delivery = answered.work->delivery;
  road_.meter.response_ns += static_cast<std::uint64_t>(time.count());
  road_.meter.bytes += delivery.bytes;
  ++road_.meter.objects;
  losses_ = 0;
  if (answered.spoiled) return fail(std::move(answered.work), *answered.spoiled);
  const bool is_again = take_outcome(response, delivery);
  refusals_ = is_again ? refusals_ + 1 : 0;
  if (!is_again) {
    Work& work = *answered.work;
    if (delivery.reason.empty()) delivery.reason = std::move(work.kept);
    Report& report = answered_.emplace_back(Report::Fate::Sent, std::move(delivery));
    if (work.transcoded) report.proven = work.transcoded->proven;
    return;
  }
  const Milliseconds pause = road_.options.backoff.before(refusals_, jitter(delivery, number_));
  try_again_or_settle(std::move(answered.work));
  wait(pause);
}

void Carrier::keep_books() {
  if (answered_.empty()) return;
  const std::size_t number = answered_.size();
  road_.recorder.settle(answered_);
  road_.queue.finish(number);
}

// Some together, while more are on their way.
void Carrier::keep_books_in_time() {
  if (outstanding_.empty() || answered_.size() >= kBooksTogether) keep_books();
}

void Carrier::try_again_or_settle(WorkPointer work) {
  if (work->delivery.attempts > road_.options.retries) {
    road_.recorder.settle({Report::Fate::Sent, std::move(work->delivery), {}});
    return road_.queue.finish();
  }
  road_.recorder.note(work->delivery);
  const auto delay =
      road_.options.backoff.before(work->delivery.attempts, jitter(work->delivery, number_));
  road_.queue.put_back(std::move(work), Clock::now() + delay);
}

void Carrier::fail(WorkPointer work, const Error& error) {
  work->delivery.state = DeliveryState::Failed;
  work->delivery.reason = dicom::reason_of(error);
  road_.recorder.settle({Report::Fate::Sent, std::move(work->delivery), error});
  road_.queue.finish();
}

// The association is gone. What was sent whole may be stored or not; of those that went in one
// gather only the last is known not to have been. An abort may answer an object that had all gone
// out.
void Carrier::lose(const Error& error) {
  keep_books();
  if (association_) --road_.meter.working;
  association_.reset();
  prepared_.reset();
  lost_before_ = true;
  ++losses_;
  while (!outstanding_.empty()) {
    Outstanding one = std::move(outstanding_.front());
    outstanding_.pop_front();
    WorkPointer work = std::move(one.work);
    if (one.spoiled && !one.gone) {
      fail(std::move(work), *one.spoiled);
      continue;
    }
    const bool is_whole =
        one.gone || !outstanding_.empty() || dimse::fault_of(error) == dimse::PeerFault::Aborted;
    const Outcome outcome = outcome_of_loss(error, is_whole);
    work->delivery.state = outcome.state;
    work->delivery.reason = outcome.reason;
    try_again_or_settle(std::move(work));
  }
  if (losses_ > road_.options.retries) given_up_ = error;
}

void Carrier::close() {
  keep_books();
  if (!association_) return;
  --road_.meter.working;
  if (!association_->release()) association_->abort();
  association_.reset();
  prepared_.reset();
}

void Carrier::wait(Milliseconds time) {
  keep_books();
  road_.queue.wait(time, leaving_);
}

}  // namespace slipring::ingest::send
