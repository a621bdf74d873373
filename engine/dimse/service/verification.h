// Verification (PS3.4 Annex A): C-ECHO, asked and answered.
#pragma once

#include <string_view>

#include "engine/dimse/association/association.h"

namespace slipring::dimse {

inline constexpr std::string_view kVerificationClass = "1.2.840.10008.1.1";
inline constexpr std::string_view kImplicitLittleEndian = "1.2.840.10008.1.2";
inline constexpr std::string_view kExplicitLittleEndian = "1.2.840.10008.1.2.1";

// The one context an echo proposes: implicit little endian, which every peer must take.
[[nodiscard]] ProposedContext verification_context(std::uint8_t id);
// What an acceptor that verifies takes.
[[nodiscard]] AcceptedClass accepts_verification();

// Sends a C-ECHO and gives the status of its response. Errors: Unsupported when the peer accepted
// no context for it; those of Association::exchange.
[[nodiscard]] Result<std::uint16_t> echo(Association& association);

// Answers a C-ECHO-RQ with success. Requires that command.
[[nodiscard]] Result<void> answer_echo(Association& association, const Incoming& incoming);

}  // namespace slipring::dimse
