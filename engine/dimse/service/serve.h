// Serve: the loop of an acceptor over one association: receive a command, have it answered, until
// the peer releases.
#pragma once

#include <functional>

#include "engine/dimse/association/association.h"

namespace slipring::dimse {

// Answers one command, its data set taken. An error ends the association.
using Service = std::function<Result<void>(Association& association, const Incoming& incoming)>;

// Until release. C-ECHO is answered here; everything else by `service`, and without one refused
// with 0211H, its data set dropped. A C-CANCEL that comes between messages has nothing to cancel
// any more and is passed over.
// Errors: those of the association (TimedOut after timeouts().idle without a message), and of
// `service`.
[[nodiscard]] Result<void> serve(Association& association, const Service& service = {});

// Answers `incoming` with a status and no data set, dropping what data set it has.
[[nodiscard]] Result<void> answer_status(Association& association, const Incoming& incoming,
                                         std::uint16_t status);

}  // namespace slipring::dimse
