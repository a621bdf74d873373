#include "engine/ingest/send/outcome.h"

#include <fmt/format.h>

#include "engine/dimse/message/status.h"
#include "engine/dimse/transport/peer_error.h"

namespace slipring::ingest::send {

using ledger::DeliveryState;

namespace {

std::string status_reason(std::uint16_t status) {
  const std::string_view known = dimse::status_name(status);
  return known.empty() ? fmt::format("status {}", status_text(status)) : std::string(known);
}

}  // namespace

std::string status_text(std::uint16_t status) { return fmt::format("0x{:04X}", status); }

Outcome outcome_of(const dimse::Command& response) {
  const std::uint16_t status = response.status.value_or(dimse::statuses::kProcessingFailure);
  switch (dimse::store_verdict(status)) {
    case dimse::StoreVerdict::Stored:
      return {DeliveryState::Stored, false, {}};
    case dimse::StoreVerdict::StoredChanged:
      return {DeliveryState::Warning, false, status_reason(status)};
    case dimse::StoreVerdict::Present:
      return {DeliveryState::Warning, false, status_reason(status) + ": it was there before"};
    case dimse::StoreVerdict::Retry:
      return {DeliveryState::Failed, true, status_reason(status)};
    case dimse::StoreVerdict::Refused:
      break;
  }
  return {DeliveryState::Failed, false, status_reason(status)};
}

Outcome outcome_of_loss(const Error& error, bool whole) {
  const std::string why = dimse::describe_peer_error(error);
  return whole ? Outcome{DeliveryState::Unknown, true, "no answer: " + why}
               : Outcome{DeliveryState::Failed, true, "not sent whole: " + why};
}

std::string offending_text(const dimse::Command& response) {
  std::string text;
  for (const dicom::Tag tag : response.offending_elements)
    text += (text.empty() ? "" : " ") + dicom::to_string(tag);
  return text;
}

}  // namespace slipring::ingest::send
