// Command: the command set of a DIMSE message (PS3.7 6.3, 9.3, 10.3, E.1) as a value, read from and
// written as implicit little endian group 0000. Pure: bytes and values. Retired and unknown
// elements are passed over. Errors carry the offset in the command set: Truncated, Malformed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codecs/base/buffer.h"
#include "codecs/base/result.h"
#include "engine/dicom/tag.h"

namespace slipring::dimse {

enum class CommandField : std::uint16_t {  // PS3.7 table E.1-1
  CStoreRq = 0x0001,
  CStoreRsp = 0x8001,
  CGetRq = 0x0010,
  CGetRsp = 0x8010,
  CFindRq = 0x0020,
  CFindRsp = 0x8020,
  CMoveRq = 0x0021,
  CMoveRsp = 0x8021,
  CEchoRq = 0x0030,
  CEchoRsp = 0x8030,
  NEventReportRq = 0x0100,
  NEventReportRsp = 0x8100,
  NGetRq = 0x0110,
  NGetRsp = 0x8110,
  NSetRq = 0x0120,
  NSetRsp = 0x8120,
  NActionRq = 0x0130,
  NActionRsp = 0x8130,
  NCreateRq = 0x0140,
  NCreateRsp = 0x8140,
  NDeleteRq = 0x0150,
  NDeleteRsp = 0x8150,
  CCancelRq = 0x0FFF,
};
[[nodiscard]] constexpr bool is_response(CommandField field) {
  return (static_cast<std::uint16_t>(field) & 0x8000U) != 0;
}
[[nodiscard]] constexpr CommandField response_field(CommandField request) {
  return static_cast<CommandField>(static_cast<std::uint16_t>(request) | 0x8000U);
}
// "C-STORE-RQ"; "unknown command" for anything else.
[[nodiscard]] std::string_view name(CommandField field);

enum class Priority : std::uint16_t { Medium = 0, High = 1, Low = 2 };

// One struct for all commands: what a command does not have stays empty. The standard has an
// "affected" and a "requested" SOP class and instance; a command has one of each, so they share a
// field, and the writer knows which tag (E.1: requested in N-GET, N-SET, N-ACTION, N-DELETE
// requests).
struct Command {
  CommandField field = CommandField::CEchoRq;
  std::uint16_t message_id = 0;  // in responses and C-CANCEL: of the request (0000,0120)
  std::string sop_class;
  std::string sop_instance;
  bool has_data_set = false;  // Command Data Set Type (0000,0800) is not 0101H

  std::optional<Priority> priority;  // C-STORE, C-FIND, C-GET, C-MOVE requests
  std::string move_destination;      // C-MOVE-RQ
  std::string move_originator_ae;    // C-STORE-RQ of a C-MOVE
  std::optional<std::uint16_t> move_originator_message_id;
  std::optional<std::uint16_t> event_type;   // N-EVENT-REPORT
  std::optional<std::uint16_t> action_type;  // N-ACTION
  std::vector<dicom::Tag> attributes;        // N-GET-RQ: Attribute Identifier List

  std::optional<std::uint16_t> status;         // every response
  std::vector<dicom::Tag> offending_elements;  // (0000,0901)
  std::string error_comment;                   // (0000,0902), at most 64 characters
  std::optional<std::uint16_t> error_id;       // (0000,0903)
  std::optional<std::uint16_t> remaining;      // sub-operations of C-GET and C-MOVE
  std::optional<std::uint16_t> completed;
  std::optional<std::uint16_t> failed;
  std::optional<std::uint16_t> warnings;
};

// A request of a class, and the response that answers `request` (its field, id, class, instance).
[[nodiscard]] Command request(CommandField field, std::uint16_t message_id, std::string sop_class);
[[nodiscard]] Command response_to(const Command& request, std::uint16_t status);

// Appends the whole command set with its group length. Requires values that fit their VR.
void append(Buffer& out, const Command& command);

// Reads a whole command set and holds it to what its command must have (PS3.7 9.3, 10.3): id,
// status in responses, SOP class (and instance) in requests.
// Errors: Truncated, Malformed, Unsupported (a command field that is none of the table).
[[nodiscard]] Result<Command> read_command(Bytes command_set);

// Whether `response` answers `request`: the response's field, message id, and SOP class and
// instance where it names them. Errors: Mismatch, with what differs.
[[nodiscard]] Result<void> check_response(const Command& request, const Command& response);

}  // namespace slipring::dimse
