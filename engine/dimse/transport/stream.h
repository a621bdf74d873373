// Stream: two-way bytes under an association. A socket, TLS over another stream, or what a test
// puts there. Used by one thread at a time; cancelled from others by an Interrupt.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "codecs/base/bytes.h"
#include "codecs/base/result.h"
#include "engine/dimse/transport/deadline.h"

namespace slipring::dimse {

class Stream {
 public:
  virtual ~Stream() = default;

  // All bytes of all pieces, in order. Errors: those of peer_error.h (TimedOut, Closed), Cancelled,
  // Io. After an error it is not known how much went out.
  virtual Result<void> send(std::span<const Bytes> pieces, Deadline deadline) = 0;

  // Waits for at least one byte; gives how many came, 0 when the peer will send no more.
  // Requires room. Errors: as send.
  virtual Result<std::size_t> receive(MutableBytes into, Deadline deadline) = 0;

  // Whether receive() would give something (or 0, or an error) at once.
  [[nodiscard]] virtual bool readable() = 0;

  // As receive, of what is there at once: nothing where receive() would wait.
  [[nodiscard]] virtual Result<std::optional<std::size_t>> receive_now(MutableBytes into) {
    if (!readable()) return std::optional<std::size_t>{};
    return receive(into, Deadline::after(Milliseconds(1)));
  }

  // A hint, from whoever sends and then waits for an answer: none has fewer bytes than this, so
  // that fewer need not end a wait at once; a moment later they do. 1 takes it back.
  virtual void wake_at([[maybe_unused]] std::size_t bytes) {}

  // No more will be sent; the peer sees the end. Never fails.
  virtual void finish() = 0;

  // "127.0.0.1:104", for logs; "" when there is no such thing.
  [[nodiscard]] virtual std::string peer() const { return {}; }
};

}  // namespace slipring::dimse
