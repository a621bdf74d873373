#include "engine/dimse/service/verification.h"

#include "codecs/base/contract.h"
#include "engine/dimse/message/status.h"

namespace slipring::dimse {

ProposedContext verification_context(std::uint8_t id) {
  return {id, std::string(kVerificationClass), {std::string(kImplicitLittleEndian)}};
}

AcceptedClass accepts_verification() {
  return {std::string(kVerificationClass),
          {std::string(kExplicitLittleEndian), std::string(kImplicitLittleEndian)}};
}

Result<std::uint16_t> echo(Association& association) {
  const Context* const context = association.negotiated().context_for(kVerificationClass);
  if (context == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset, "the peer does not accept verification");
  TRY_ASSIGN(const Incoming answer,
             association.exchange(context->id,
                                  request(CommandField::CEchoRq, association.next_message_id(),
                                          std::string(kVerificationClass))));
  if (answer.command.has_data_set)
    TRY(association.receive_data(answer, [](Bytes) { return Result<void>{}; }));
  return answer.command.status.value_or(statuses::kProcessingFailure);
}

Result<void> answer_echo(Association& association, const Incoming& incoming) {
  EXPECTS(incoming.command.field == CommandField::CEchoRq);
  if (incoming.command.has_data_set)
    TRY(association.receive_data(incoming, [](Bytes) { return Result<void>{}; }));
  return association.send(incoming.context_id, response_to(incoming.command, statuses::kSuccess));
}

}  // namespace slipring::dimse
