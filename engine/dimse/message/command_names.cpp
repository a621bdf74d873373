#include "engine/dimse/message/command.h"

namespace slipring::dimse {

std::string_view name(CommandField field) {
  switch (field) {
    case CommandField::CStoreRq:
      return "C-STORE-RQ";
    case CommandField::CStoreRsp:
      return "C-STORE-RSP";
    case CommandField::CGetRq:
      return "C-GET-RQ";
    case CommandField::CGetRsp:
      return "C-GET-RSP";
    case CommandField::CFindRq:
      return "C-FIND-RQ";
    case CommandField::CFindRsp:
      return "C-FIND-RSP";
    case CommandField::CMoveRq:
      return "C-MOVE-RQ";
    case CommandField::CMoveRsp:
      return "C-MOVE-RSP";
    case CommandField::CEchoRq:
      return "C-ECHO-RQ";
    case CommandField::CEchoRsp:
      return "C-ECHO-RSP";
    case CommandField::NEventReportRq:
      return "N-EVENT-REPORT-RQ";
    case CommandField::NEventReportRsp:
      return "N-EVENT-REPORT-RSP";
    case CommandField::NGetRq:
      return "N-GET-RQ";
    case CommandField::NGetRsp:
      return "N-GET-RSP";
    case CommandField::NSetRq:
      return "N-SET-RQ";
    case CommandField::NSetRsp:
      return "N-SET-RSP";
    case CommandField::NActionRq:
      return "N-ACTION-RQ";
    case CommandField::NActionRsp:
      return "N-ACTION-RSP";
    case CommandField::NCreateRq:
      return "N-CREATE-RQ";
    case CommandField::NCreateRsp:
      return "N-CREATE-RSP";
    case CommandField::NDeleteRq:
      return "N-DELETE-RQ";
    case CommandField::NDeleteRsp:
      return "N-DELETE-RSP";
    case CommandField::CCancelRq:
      return "C-CANCEL-RQ";
  }
  return "unknown command";
}

Command request(CommandField field, std::uint16_t message_id, std::string sop_class) {
  Command command;
  command.field = field;
  command.message_id = message_id;
  command.sop_class = std::move(sop_class);
  const bool has_priority = field == CommandField::CStoreRq || field == CommandField::CFindRq ||
                            field == CommandField::CGetRq || field == CommandField::CMoveRq;
  if (has_priority) command.priority = Priority::Medium;
  return command;
}

Command response_to(const Command& request, std::uint16_t status) {
  Command response;
  response.field = response_field(request.field);
  response.message_id = request.message_id;
  response.sop_class = request.sop_class;
  response.sop_instance = request.sop_instance;
  response.status = status;
  response.event_type = request.event_type;
  response.action_type = request.action_type;
  return response;
}

Result<void> check_response(const Command& request, const Command& response) {
  const auto number = [](CommandField field) { return static_cast<std::uint16_t>(field); };
  if (response.field != response_field(request.field))
    return fail(ErrorCode::Mismatch, kNoOffset, "the peer answered with another command",
                number(response_field(request.field)), number(response.field));
  if (response.message_id != request.message_id)
    return fail(ErrorCode::Mismatch, kNoOffset, "the peer answered another message",
                request.message_id, response.message_id);
  if (!response.sop_class.empty() && response.sop_class != request.sop_class)
    return fail(ErrorCode::Mismatch, kNoOffset, "the peer answered for another SOP class");
  // N-CREATE may leave the instance's UID to the peer (PS3.7 10.1.5.1.4).
  if (!response.sop_instance.empty() && !request.sop_instance.empty() &&
      response.sop_instance != request.sop_instance)
    return fail(ErrorCode::Mismatch, kNoOffset, "the peer answered for another SOP instance");
  return {};
}

}  // namespace slipring::dimse
