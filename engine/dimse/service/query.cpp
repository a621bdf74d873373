#include "engine/dimse/service/query.h"

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/verification.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {

// One operation: a request with an identifier, and the responses to it.
class Operation {
 public:
  Operation(Association& association, const Context& context, const QueryLimits& limits)
      : association_(association), context_(context), limits_(limits) {}

  Result<void> ask(CommandField field, const std::string& destination, Bytes identifier) {
    request_ = request(field, association_.next_message_id(), context_.sop_class);
    request_.priority = Priority::Medium;
    request_.move_destination = destination;
    request_.has_data_set = true;
    return association_.send(context_.id, request_, {&identifier, 1});
  }

  // The next response, checked; requests of the peer meanwhile go to `store`.
  Result<Incoming> next(const Service& store) {
    while (true) {
      TRY_ASSIGN(std::optional<Incoming> incoming,
                 association_.receive(association_.timeouts().response));
      if (!incoming) return closed("the peer released the association instead of answering");
      if (is_response(incoming->command.field)) {
        if (const auto fits = check_response(request_, incoming->command); !fits)
          return broken(fits.error());
        return std::move(*incoming);
      }
      TRY(answer(*incoming, store));
    }
  }

  // What a response carries; nothing when it has no data set.
  Result<std::vector<std::uint8_t>> identifier_of(const Incoming& incoming) {
    if (!incoming.command.has_data_set) return std::vector<std::uint8_t>();
    return association_.gather_data(incoming, limits_.identifier_bytes_max);
  }

  // C-CANCEL (PS3.7 9.3.2.3): the final response is still to come. Once.
  Result<void> cancel() {
    if (cancelled_) return {};
    cancelled_ = true;
    Command command;
    command.field = CommandField::CCancelRq;
    command.message_id = request_.message_id;
    return association_.send(context_.id, command);
  }
  [[nodiscard]] bool is_cancelled() const { return cancelled_; }

  // Counts a pending response. Errors: LimitExceeded.
  Result<void> count(std::uint64_t limit) {
    if (cancelled_) {
      if (++after_cancel_ > limits_.after_cancel_max)
        return broken({ErrorCode::LimitExceeded, kNoOffset, "the peer goes on after a C-CANCEL",
                       limits_.after_cancel_max, after_cancel_});
      return {};
    }
    if (++pending_ > limit)
      return broken(
          {ErrorCode::LimitExceeded, kNoOffset, "pending responses without end", limit, pending_});
    return {};
  }

  std::unexpected<Error> broken(const Error& error) {
    association_.abort();
    return std::unexpected(error);
  }

 private:
  Result<void> answer(const Incoming& incoming, const Service& store) {
    if (!store || incoming.command.field != CommandField::CStoreRq)
      return answer_status(association_, incoming, statuses::kUnrecognizedOperation);
    if (auto stored = store(association_, incoming); !stored) return broken(stored.error());
    return {};
  }

  Association& association_;
  const Context& context_;
  const QueryLimits& limits_;
  Command request_;
  bool cancelled_ = false;
  std::uint64_t pending_ = 0;
  std::uint64_t after_cancel_ = 0;
};

bool is_pending(const Command& response) {
  return class_of(response.status.value_or(statuses::kProcessingFailure)) == StatusClass::Pending;
}

void take_counts(const Command& response, RetrieveOutcome& outcome) {
  outcome.status = response.status.value_or(statuses::kProcessingFailure);
  outcome.remaining = response.remaining.value_or(0);
  outcome.completed = response.completed.value_or(outcome.completed);
  outcome.failed = response.failed.value_or(outcome.failed);
  outcome.warnings = response.warnings.value_or(outcome.warnings);
  outcome.comment = response.error_comment;
}

Result<RetrieveOutcome> retrieve(Operation& operation, const Service& store,
                                 const Progress& progress, const QueryLimits& limits) {
  RetrieveOutcome outcome;
  while (true) {
    TRY_ASSIGN(const Incoming incoming, operation.next(store));
    TRY_ASSIGN(std::vector<std::uint8_t> data_set, operation.identifier_of(incoming));
    take_counts(incoming.command, outcome);
    if (!is_pending(incoming.command)) {
      outcome.failed_list = std::move(data_set);
      return outcome;
    }
    TRY(operation.count(limits.progress_max));
    if (progress && !progress(outcome)) TRY(operation.cancel());
  }
}

// Hands a pending response's identifier to the taker.
Result<void> take_match(Operation& operation, const Incoming& incoming, const TakeMatch& take,
                        const QueryLimits& limits, FindOutcome& outcome) {
  if (!incoming.command.has_data_set)
    return operation.broken({ErrorCode::Mismatch, kNoOffset, "a match without an identifier"});
  TRY_ASSIGN(const std::vector<std::uint8_t> identifier, operation.identifier_of(incoming));
  TRY(operation.count(limits.matches_max));
  if (operation.is_cancelled()) return {};
  ++outcome.matches;
  const auto goes_on = take({identifier, incoming.command.status == statuses::kPendingWarning});
  if (!goes_on) return operation.broken(goes_on.error());
  if (*goes_on) return {};
  outcome.enough = true;
  return operation.cancel();
}

}  // namespace

void propose_query(std::string_view sop_class, std::vector<ContextWish>& wishes) {
  for (const std::string_view syntax : {kExplicitLittleEndian, kImplicitLittleEndian})
    wishes.push_back({std::string(sop_class), std::string(syntax)});
}

Result<const Context*> query_context(const Association& association, std::string_view sop_class) {
  const Context* const context = association.negotiated().context_for(sop_class);
  if (context == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset,
                "the peer does not accept this query or retrieve service");
  return context;
}

Result<FindOutcome> find(Association& association, const Context& context, Bytes identifier,
                         const TakeMatch& take, const QueryLimits& limits) {
  Operation operation(association, context, limits);
  TRY(operation.ask(CommandField::CFindRq, {}, identifier));
  FindOutcome outcome;
  while (true) {
    TRY_ASSIGN(const Incoming incoming, operation.next({}));
    if (is_pending(incoming.command)) {
      TRY(take_match(operation, incoming, take, limits, outcome));
      continue;
    }
    TRY(operation.identifier_of(incoming));  // what a final response has is not of interest
    outcome.status = incoming.command.status.value_or(statuses::kProcessingFailure);
    outcome.comment = incoming.command.error_comment;
    return outcome;
  }
}

Result<RetrieveOutcome> move(Association& association, const Context& context,
                             const std::string& destination, Bytes identifier,
                             const Progress& progress, const QueryLimits& limits) {
  Operation operation(association, context, limits);
  TRY(operation.ask(CommandField::CMoveRq, destination, identifier));
  return retrieve(operation, {}, progress, limits);
}

Result<RetrieveOutcome> get(Association& association, const Context& context, Bytes identifier,
                            const Service& store, const Progress& progress,
                            const QueryLimits& limits) {
  Operation operation(association, context, limits);
  TRY(operation.ask(CommandField::CGetRq, {}, identifier));
  return retrieve(operation, store, progress, limits);
}

}  // namespace slipring::dimse
