// Outcome: what an answer, or the lack of one, means for an object (PS3.4 B.2.3, PS3.7 9.1.1.1.9).
// Pure.
#pragma once

#include <string>

#include "engine/dimse/message/command.h"
#include "engine/ledger/deliveries.h"

namespace slipring::ingest::send {

struct Outcome {
  ledger::DeliveryState state = ledger::DeliveryState::Failed;
  bool again = false;  // another attempt may change it
  std::string reason;
};

// Of a response that names our message and our instance.
[[nodiscard]] Outcome outcome_of(const dimse::Command& response);

// Of a connection that ended: `whole` says that the last byte of the object had gone out, so that
// nobody knows whether it is stored.
[[nodiscard]] Outcome outcome_of_loss(const Error& error, bool whole);

// "(0010,0020) (0008,0060)"
[[nodiscard]] std::string offending_text(const dimse::Command& response);
// "0xA700"
[[nodiscard]] std::string status_text(std::uint16_t status);

}  // namespace slipring::ingest::send
