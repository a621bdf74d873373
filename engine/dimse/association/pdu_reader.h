// PduReader: whole PDUs out of a stream, one at a time, each within its time. Bytes are read ahead
// into one buffer that grows with what arrives, never with what a header claims; each type is held
// to its named limit by its header alone.
#pragma once

#include <optional>

#include "codecs/base/buffer.h"
#include "engine/dimse/pdu/pdu.h"
#include "engine/dimse/transport/stream.h"

namespace slipring::dimse {

class PduReader {
 public:
  PduReader(Stream& stream, const Limits& limits) : stream_(stream), limits_(limits) {}

  // What we said we take in a P-DATA-TF (0 said "without limit": then kMaxPduBytesCap).
  void set_data_bytes_max(std::uint32_t bytes) { data_bytes_max_ = bytes; }

  // The next PDU, whole, valid until the next call. Waits until `first` for its first byte and then
  // `pdu` for all of it; without `pdu` all of it must be here by `first`. A type that is none of
  // PS3.8's is given by its header alone: the connection has nothing more to say. Errors: TimedOut,
  // Closed (at a PDU's begin too), Cancelled, LimitExceeded, Io.
  [[nodiscard]] Result<Bytes> next(Deadline first, std::optional<Milliseconds> pdu);

  // Waits for the next PDU's first byte. False: it did not come by `first`. Errors are next()'s.
  [[nodiscard]] bool wait_for_next(Deadline first);
  // Whether next() would give a PDU (or an error) without waiting. Reads what is there at once.
  [[nodiscard]] bool has_whole();
  // The type of the next PDU where its first byte is here or can be had at once.
  [[nodiscard]] std::optional<std::uint8_t> peek_type();

 private:
  [[nodiscard]] std::size_t held() const { return end_ - begin_; }
  Result<void> fill(std::size_t wanted_bytes, Deadline deadline);
  Result<void> receive_more(std::size_t wanted_bytes, Deadline deadline);
  [[nodiscard]] bool receive_at_once(std::size_t wanted_bytes);
  [[nodiscard]] MutableBytes room(std::size_t wanted_bytes);
  void took(std::size_t bytes);
  [[nodiscard]] Result<void> check(const PduHeader& header) const;

  Stream& stream_;
  Limits limits_;
  std::uint32_t data_bytes_max_ = kMaxPduBytesDefault;
  Buffer bytes_;  // [begin_, end_) is unread, of which taken_ was given out
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t taken_ = 0;
  std::optional<Error> failure_;  // that next() has yet to tell
  bool was_filled_ = false;       // the last read took all the room there was
};

}  // namespace slipring::dimse
