// Command sets as bytes: implicit little endian, ascending tags, a group length first
// (PS3.7 6.3.1).
#include <algorithm>
#include <string_view>

#include "codecs/base/contract.h"
#include "engine/dimse/message/command.h"

namespace slipring::dimse {

namespace {

enum : std::uint16_t {  // elements of group 0000 (PS3.7 E.1)
  kGroupLength = 0x0000,
  kAffectedSopClass = 0x0002,
  kRequestedSopClass = 0x0003,
  kCommandField = 0x0100,
  kMessageId = 0x0110,
  kMessageIdRespondedTo = 0x0120,
  kMoveDestination = 0x0600,
  kPriority = 0x0700,
  kDataSetType = 0x0800,
  kStatus = 0x0900,
  kOffendingElement = 0x0901,
  kErrorComment = 0x0902,
  kErrorId = 0x0903,
  kAffectedSopInstance = 0x1000,
  kRequestedSopInstance = 0x1001,
  kEventType = 0x1002,
  kAttributes = 0x1005,
  kActionType = 0x1008,
  kRemaining = 0x1020,
  kCompleted = 0x1021,
  kFailed = 0x1022,
  kWarnings = 0x1023,
  kMoveOriginatorAe = 0x1030,
  kMoveOriginatorMessageId = 0x1031,
};
constexpr std::uint16_t kNoDataSet = 0x0101;
constexpr std::size_t kHeaderBytes = 8;

bool names_requested(CommandField field) {
  return field == CommandField::NGetRq || field == CommandField::NSetRq ||
         field == CommandField::NActionRq || field == CommandField::NDeleteRq;
}
bool is_about_another_message(CommandField field) {
  return is_response(field) || field == CommandField::CCancelRq;
}

// ---------------------------------------------------------------- writing

class Writer {
 public:
  explicit Writer(Buffer& out) : out_(out) {}

  void header(std::uint16_t element, std::size_t length_bytes) {
    std::uint8_t bytes[kHeaderBytes] = {};
    store_le(bytes + 2, element);
    store_le(bytes + 4, static_cast<std::uint32_t>(length_bytes));
    out_.append(Bytes(bytes));
  }
  void u16(std::uint16_t element, std::optional<std::uint16_t> value) {
    if (!value) return;
    header(element, 2);
    append_number(*value);
  }
  void text(std::uint16_t element, std::string_view value, char pad) {
    if (value.empty()) return;
    header(element, value.size() + value.size() % 2);
    out_.append(as_bytes(value));
    if (value.size() % 2 != 0) out_.append(static_cast<std::uint8_t>(pad));
  }
  void tags(std::uint16_t element, const std::vector<dicom::Tag>& values) {
    if (values.empty()) return;
    header(element, values.size() * 4);
    for (const dicom::Tag tag : values) {
      append_number(tag.group());
      append_number(tag.element());
    }
  }

 private:
  void append_number(std::uint16_t value) {
    std::uint8_t bytes[2];
    store_le(bytes, value);
    out_.append(Bytes(bytes));
  }
  Buffer& out_;
};

// ---------------------------------------------------------------- reading

struct Value {
  std::size_t offset = 0;  // of the element
  Bytes bytes;
};

Result<std::uint16_t> number_of(const Value& value) {
  if (value.bytes.size() != 2)
    return fail(ErrorCode::Malformed, value.offset, "a number of a command set has not 2 bytes", 2,
                value.bytes.size());
  return load_le<std::uint16_t>(value.bytes.data());
}

std::string text_of(const Value& value) {
  std::string_view text = as_text(value.bytes);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return std::string(text);
}

Result<std::vector<dicom::Tag>> tags_of(const Value& value) {
  if (value.bytes.size() % 4 != 0)
    return fail(ErrorCode::Malformed, value.offset, "a list of tags is not of 4 bytes each");
  std::vector<dicom::Tag> tags;
  for (std::size_t at = 0; at < value.bytes.size(); at += 4)
    tags.emplace_back(load_le<std::uint16_t>(value.bytes.data() + at),
                      load_le<std::uint16_t>(value.bytes.data() + at + 2));
  return tags;
}

// What tells commands apart is collected here: which elements there were.
struct Seen {
  bool field = false;
  bool message_id = false;
  bool responded_to = false;
  bool data_set_type = false;
  std::uint16_t own_id = 0;
  std::uint16_t other_id = 0;
};

Result<void> read_number(std::uint16_t element, const Value& value, Command& into, Seen& seen) {
  TRY_ASSIGN(const std::uint16_t number, number_of(value));
  switch (element) {
    case kCommandField:
      into.field = static_cast<CommandField>(number);
      seen.field = true;
      break;
    case kMessageId:
      seen.own_id = number;
      seen.message_id = true;
      break;
    case kMessageIdRespondedTo:
      seen.other_id = number;
      seen.responded_to = true;
      break;
    case kDataSetType:
      into.has_data_set = number != kNoDataSet;
      seen.data_set_type = true;
      break;
    case kPriority:
      into.priority = static_cast<Priority>(number);
      break;
    case kStatus:
      into.status = number;
      break;
    case kErrorId:
      into.error_id = number;
      break;
    case kEventType:
      into.event_type = number;
      break;
    case kActionType:
      into.action_type = number;
      break;
    case kRemaining:
      into.remaining = number;
      break;
    case kCompleted:
      into.completed = number;
      break;
    case kFailed:
      into.failed = number;
      break;
    case kWarnings:
      into.warnings = number;
      break;
    default:
      into.move_originator_message_id = number;
      break;
  }
  return {};
}

Result<void> read_element(std::uint16_t element, const Value& value, Command& into, Seen& seen) {
  switch (element) {
    case kAffectedSopClass:
    case kRequestedSopClass:
      into.sop_class = text_of(value);
      return {};
    case kAffectedSopInstance:
    case kRequestedSopInstance:
      into.sop_instance = text_of(value);
      return {};
    case kMoveDestination:
      into.move_destination = text_of(value);
      return {};
    case kMoveOriginatorAe:
      into.move_originator_ae = text_of(value);
      return {};
    case kErrorComment:
      into.error_comment = text_of(value);
      return {};
    case kOffendingElement: {
      TRY_ASSIGN(into.offending_elements, tags_of(value));
      return {};
    }
    case kAttributes: {
      TRY_ASSIGN(into.attributes, tags_of(value));
      return {};
    }
    case kCommandField:
    case kMessageId:
    case kMessageIdRespondedTo:
    case kDataSetType:
    case kPriority:
    case kStatus:
    case kErrorId:
    case kEventType:
    case kActionType:
    case kRemaining:
    case kCompleted:
    case kFailed:
    case kWarnings:
    case kMoveOriginatorMessageId:
      return read_number(element, value, into, seen);
    default:
      return {};  // group length, retired, private
  }
}

bool needs_instance(CommandField field) {
  return field == CommandField::CStoreRq || field == CommandField::NEventReportRq ||
         names_requested(field);
}

bool needs_data_set(CommandField field) {
  return field == CommandField::CStoreRq || field == CommandField::CFindRq ||
         field == CommandField::CGetRq || field == CommandField::CMoveRq ||
         field == CommandField::NSetRq;
}

Result<void> check_complete(const Command& command, const Seen& seen) {
  const auto missing = [](std::string_view what) {
    return fail(ErrorCode::Malformed, kNoOffset, what);
  };
  if (!seen.field) return missing("a command set without a command field");
  if (name(command.field) == "unknown command")
    return fail(ErrorCode::Unsupported, kNoOffset, "a command set with an unknown command field", 0,
                static_cast<std::uint16_t>(command.field));
  if (!seen.data_set_type) return missing("a command set without a data set type");
  if (is_about_another_message(command.field) ? !seen.responded_to : !seen.message_id)
    return missing("a command set without a message id");
  if (is_response(command.field))
    return command.status ? Result<void>{} : missing("a response without a status");
  if (command.field == CommandField::CCancelRq) return {};
  if (command.sop_class.empty()) return missing("a request without a SOP class");
  if (needs_instance(command.field) && command.sop_instance.empty())
    return missing("a request without a SOP instance");
  if (needs_data_set(command.field) && !command.has_data_set)
    return missing("a request without the data set it must have");
  if (command.field == CommandField::CMoveRq && command.move_destination.empty())
    return missing("a C-MOVE request without a destination");
  if (command.field == CommandField::NEventReportRq && !command.event_type)
    return missing("an N-EVENT-REPORT request without an event type");
  if (command.field == CommandField::NActionRq && !command.action_type)
    return missing("an N-ACTION request without an action type");
  return {};
}

}  // namespace

void append(Buffer& out, const Command& command) {
  EXPECTS(command.error_comment.size() <= 64);
  const std::size_t begin = out.size();
  const bool requested = names_requested(command.field);
  const bool about_another = is_about_another_message(command.field);
  Writer writer(out);
  writer.header(kGroupLength, 4);
  const std::uint8_t later[4] = {};
  out.append(Bytes(later));
  writer.text(requested ? kRequestedSopClass : kAffectedSopClass, command.sop_class, '\0');
  writer.u16(kCommandField, static_cast<std::uint16_t>(command.field));
  writer.u16(about_another ? kMessageIdRespondedTo : kMessageId, command.message_id);
  writer.text(kMoveDestination, command.move_destination, ' ');
  if (command.priority) writer.u16(kPriority, static_cast<std::uint16_t>(*command.priority));
  writer.u16(kDataSetType, command.has_data_set ? std::uint16_t{1} : kNoDataSet);
  writer.u16(kStatus, command.status);
  writer.tags(kOffendingElement, command.offending_elements);
  writer.text(kErrorComment, command.error_comment, ' ');
  writer.u16(kErrorId, command.error_id);
  writer.text(requested ? kRequestedSopInstance : kAffectedSopInstance, command.sop_instance, '\0');
  writer.u16(kEventType, command.event_type);
  writer.tags(kAttributes, command.attributes);
  writer.u16(kActionType, command.action_type);
  writer.u16(kRemaining, command.remaining);
  writer.u16(kCompleted, command.completed);
  writer.u16(kFailed, command.failed);
  writer.u16(kWarnings, command.warnings);
  writer.text(kMoveOriginatorAe, command.move_originator_ae, ' ');
  writer.u16(kMoveOriginatorMessageId, command.move_originator_message_id);
  store_le(out.data() + begin + kHeaderBytes,
           static_cast<std::uint32_t>(out.size() - begin - kHeaderBytes - 4));
}

Result<Command> read_command(Bytes command_set) {
  Command command;
  Seen seen;
  for (std::size_t at = 0; at < command_set.size();) {
    const std::size_t left = command_set.size() - at;
    if (left < kHeaderBytes)
      return fail(ErrorCode::Truncated, at, "a command set ends in an element's header",
                  kHeaderBytes, left);
    const auto group = load_le<std::uint16_t>(command_set.data() + at);
    const auto element = load_le<std::uint16_t>(command_set.data() + at + 2);
    const auto length_bytes = load_le<std::uint32_t>(command_set.data() + at + 4);
    if (group != 0)
      return fail(ErrorCode::Malformed, at, "a command set has an element of another group", 0,
                  group);
    if (length_bytes > left - kHeaderBytes)
      return fail(ErrorCode::Truncated, at, "a command set ends in an element's value",
                  length_bytes, left - kHeaderBytes);
    TRY(read_element(element, {at, command_set.subspan(at + kHeaderBytes, length_bytes)}, command,
                     seen));
    at += kHeaderBytes + length_bytes;
  }
  TRY(check_complete(command, seen));
  command.message_id = is_about_another_message(command.field) ? seen.other_id : seen.own_id;
  return command;
}

}  // namespace slipring::dimse
