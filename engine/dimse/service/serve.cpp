#include "engine/dimse/service/serve.h"

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/verification.h"

namespace slipring::dimse {

namespace {

Result<void> answer(Association& association, const Incoming& incoming, const Service& service) {
  if (incoming.command.field == CommandField::CEchoRq) return answer_echo(association, incoming);
  if (incoming.command.field == CommandField::CCancelRq) return {};
  if (is_response(incoming.command.field))
    return fail(ErrorCode::Mismatch, kNoOffset, "a response to nothing that was asked");
  if (!service) return answer_status(association, incoming, statuses::kUnrecognizedOperation);
  return service(association, incoming);
}

}  // namespace

Result<void> serve(Association& association, const Service& service) {
  while (true) {
    TRY_ASSIGN(const std::optional<Incoming> incoming,
               association.receive(association.timeouts().idle));
    if (!incoming) return {};
    if (auto answered = answer(association, *incoming, service); !answered) {
      association.abort();
      return answered;
    }
  }
}

Result<void> answer_status(Association& association, const Incoming& incoming,
                           std::uint16_t status) {
  if (incoming.command.has_data_set)
    TRY(association.receive_data(incoming, [](Bytes) { return Result<void>{}; }));
  return association.send(incoming.context_id, response_to(incoming.command, status));
}

}  // namespace slipring::dimse
