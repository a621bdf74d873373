#include "engine/dimse/service/normalized.h"

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/serve.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::dimse {

namespace {

Command request_for(Association& association, CommandField field, const Subject& subject) {
  Command command = request(field, association.next_message_id(), subject.sop_class);
  command.sop_instance = subject.instance;
  return command;
}

}  // namespace

Result<NormalizedAnswer> Normalized::create(const Subject& subject, std::span<const Bytes> of) {
  return ask(request_for(association_, CommandField::NCreateRq, subject), of);
}

Result<NormalizedAnswer> Normalized::set(const Subject& subject, std::span<const Bytes> of) {
  return ask(request_for(association_, CommandField::NSetRq, subject), of);
}

Result<NormalizedAnswer> Normalized::get(const Subject& subject,
                                         std::vector<dicom::Tag> attributes) {
  Command command = request_for(association_, CommandField::NGetRq, subject);
  command.attributes = std::move(attributes);
  return ask(std::move(command), {});
}

Result<NormalizedAnswer> Normalized::action(const Subject& subject, std::uint16_t type) {
  Command command = request_for(association_, CommandField::NActionRq, subject);
  command.action_type = type;
  return ask(std::move(command), {});
}

Result<NormalizedAnswer> Normalized::remove(const Subject& subject) {
  return ask(request_for(association_, CommandField::NDeleteRq, subject), {});
}

Result<NormalizedAnswer> Normalized::ask(Command command, std::span<const Bytes> data_set) {
  for (const Bytes piece : data_set) command.has_data_set |= !piece.empty();
  TRY(association_.send(context_.id, command,
                        command.has_data_set ? data_set : std::span<const Bytes>{}));
  TRY_ASSIGN(const Incoming incoming, await(command));
  NormalizedAnswer answer;
  answer.status = incoming.command.status.value_or(statuses::kProcessingFailure);
  answer.instance =
      incoming.command.sop_instance.empty() ? command.sop_instance : incoming.command.sop_instance;
  answer.comment = incoming.command.error_comment;
  answer.offending = incoming.command.offending_elements;
  if (incoming.command.has_data_set) {
    TRY_ASSIGN(answer.data_set, association_.gather_data(incoming, limits_.data_set_bytes_max));
  }
  return answer;
}

Result<Incoming> Normalized::await(const Command& command) {
  for (std::uint64_t reports = 0;;) {
    TRY_ASSIGN(std::optional<Incoming> incoming,
               association_.receive(association_.timeouts().response));
    if (!incoming) return closed("the peer released the association instead of answering");
    if (is_response(incoming->command.field)) {
      if (const auto fits = check_response(command, incoming->command); !fits)
        return broken(fits.error());
      return std::move(*incoming);
    }
    if (++reports > limits_.reports_max)
      return broken({ErrorCode::LimitExceeded, kNoOffset, "the peer reports without end",
                     limits_.reports_max, reports});
    TRY(take_report(*incoming));
  }
}

Result<void> Normalized::take_report(const Incoming& incoming) {
  if (incoming.command.field != CommandField::NEventReportRq)
    return answer_status(association_, incoming, statuses::kUnrecognizedOperation);
  std::vector<std::uint8_t> data_set;
  if (incoming.command.has_data_set) {
    TRY_ASSIGN(data_set, association_.gather_data(incoming, limits_.data_set_bytes_max));
  }
  if (reported_) reported_(incoming.command, data_set);
  return association_.send(incoming.context_id, response_to(incoming.command, statuses::kSuccess));
}

std::unexpected<Error> Normalized::broken(const Error& error) {
  association_.abort();
  return std::unexpected(error);
}

}  // namespace slipring::dimse
