// Waiting: poll(2) on one descriptor and an interrupt, until a deadline. The transport's own.
#pragma once

#include <errno.h>
#include <poll.h>

#include "engine/dimse/transport/interrupt.h"
#include "engine/dimse/transport/peer_error.h"
#include "engine/dimse/transport/stream.h"

namespace slipring::dimse {

// Until `events` or an error stands on `descriptor`. Errors: Cancelled; TimedOut with `what`.
inline Result<void> wait_for(int descriptor, short events, Deadline deadline,
                             const Interrupt* interrupt, std::string_view what) {
  while (true) {
    pollfd watched[2] = {{descriptor, events, 0},
                         {interrupt == nullptr ? -1 : interrupt->descriptor(), POLLIN, 0}};
    const int ready = ::poll(watched, 2, deadline.poll_milliseconds());
    if (ready < 0 && errno != EINTR)
      return fail(ErrorCode::Io, kNoOffset, "poll", 0, static_cast<std::uint64_t>(errno));
    if (ready > 0 && watched[1].revents != 0) return cancelled();
    if (ready > 0) return {};
    if (deadline.passed()) return timed_out(what);
  }
}

}  // namespace slipring::dimse
