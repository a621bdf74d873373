#include "engine/commitment/reports.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>

#include "engine/dimse/message/status.h"
#include "engine/dimse/service/verification.h"

namespace slipring::commitment {

using dimse::Association;
using dimse::Command;
using dimse::CommandField;
using dimse::Incoming;

namespace {

// 128 bits in decimal: long division by ten.
std::string decimal(std::array<std::uint8_t, 16> number) {
  std::string digits;
  while (std::ranges::any_of(number, [](std::uint8_t byte) { return byte != 0; })) {
    unsigned rest = 0;
    for (std::uint8_t& byte : number) {
      const unsigned value = rest * 256 + byte;
      byte = static_cast<std::uint8_t>(value / 10);
      rest = value % 10;
    }
    digits.insert(digits.begin(), static_cast<char>('0' + rest));
  }
  return digits.empty() ? "0" : digits;
}

Result<const dimse::Context*> context_of(const Association& association) {
  const dimse::Context* const context = association.negotiated().context_for(kPushModelClass);
  if (context == nullptr)
    return fail(ErrorCode::Unsupported, kNoOffset, "the peer takes no storage commitment");
  return context;
}

Command command_for(Association& association, CommandField field) {
  Command command =
      dimse::request(field, association.next_message_id(), std::string(kPushModelClass));
  command.sop_instance = kPushModelInstance;
  command.has_data_set = true;
  return command;
}

Buffer encoded(const DataSet& data_set, const dimse::Context& context) {
  Buffer bytes;
  append(bytes, data_set, context.transfer_syntax != dimse::kImplicitLittleEndian);
  return bytes;
}

}  // namespace

std::string new_transaction() {
  std::array<std::uint8_t, 16> random{};
  EXPECTS(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()));
  return "2.25." + decimal(random);
}

dimse::ProposedContext proposed_context(std::uint8_t id) {
  return {id,
          std::string(kPushModelClass),
          {std::string(dimse::kExplicitLittleEndian), std::string(dimse::kImplicitLittleEndian)}};
}

dimse::AcceptedClass accepted_class() {
  return {std::string(kPushModelClass),
          {std::string(dimse::kExplicitLittleEndian), std::string(dimse::kImplicitLittleEndian)},
          true};
}

dimse::RoleSelection reporting_role() { return {std::string(kPushModelClass), false, true}; }

Result<std::uint16_t> send_request(Association& association, const DataSet& request) {
  TRY_ASSIGN(const dimse::Context* const context, context_of(association));
  Command command = command_for(association, CommandField::NActionRq);
  command.action_type = kRequestAction;
  const Buffer bytes = encoded(request, *context);
  const Bytes ranges[] = {bytes.bytes()};
  TRY(association.send(context->id, command, ranges));
  return command.message_id;
}

DataSet report_of(const DataSet& request, const WhyNot& why_not) {
  DataSet report = request;
  for (Instance& instance : report.instances) instance.failure = why_not(instance);
  return report;
}

namespace {

Command report_command(Association& association, const DataSet& report) {
  Command command = command_for(association, CommandField::NEventReportRq);
  const bool some_failed = std::ranges::any_of(
      report.instances, [](const Instance& instance) { return instance.failure.has_value(); });
  command.event_type = some_failed ? kSomeFailedEvent : kAllKeptEvent;
  return command;
}

}  // namespace

Result<void> send_report(Association& association, const DataSet& report) {
  TRY_ASSIGN(const dimse::Context* const context, context_of(association));
  const Buffer bytes = encoded(report, *context);
  const Bytes ranges[] = {bytes.bytes()};
  return association.send(context->id, report_command(association, report), ranges);
}

Result<std::uint16_t> deliver_report(Association& association, const DataSet& report) {
  TRY_ASSIGN(const dimse::Context* const context, context_of(association));
  const Buffer bytes = encoded(report, *context);
  const Bytes ranges[] = {bytes.bytes()};
  TRY_ASSIGN(const Incoming answer,
             association.exchange(context->id, report_command(association, report), ranges));
  if (answer.command.has_data_set)
    TRY(association.receive_data(answer, [](Bytes) { return Result<void>{}; }));
  return answer.command.status.value_or(dimse::statuses::kProcessingFailure);
}

Result<Result<DataSet>> take_data_set(Association& association, const Incoming& incoming) {
  if (!incoming.command.has_data_set)
    return Result<DataSet>(fail(ErrorCode::Malformed, kNoOffset, "commitment without a data set"));
  TRY_ASSIGN(const std::vector<std::uint8_t> bytes,
             association.gather_data(incoming, kDataSetBytesMax));
  const dimse::Context* const context = association.negotiated().context_by_id(incoming.context_id);
  return read(bytes, context->transfer_syntax);
}

}  // namespace slipring::commitment
