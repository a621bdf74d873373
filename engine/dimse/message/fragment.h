// Fragment: how a message is cut into PDVs for a peer's maximum PDU (PS3.8 D.1, E.2; PS3.7 F), as a
// gather of ranges: headers of our own between ranges of the caller's, no byte copied. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codecs/base/result.h"
#include "engine/dimse/pdu/pdu.h"

namespace slipring::dimse {

// The most bytes a fragment may have for a peer that takes `peer_max_pdu_bytes` (0: without limit):
// even, at most kMaxPduBytesCap - 6. Errors: Unsupported when a peer's maximum leaves no room for a
// header and two bytes.
[[nodiscard]] Result<std::uint32_t> fragment_bytes_max(std::uint32_t peer_max_pdu_bytes);

// Cuts a command or data set that comes in any number of ranges into P-DATA-TF PDUs of one PDV
// each.
class Fragmenter {
 public:
  // `ranges` must outlive the Fragmenter. `ends`: the last fragment carries the "last" bit; else
  // more calls will follow, and the ranges must sum up to an even number of bytes.
  // An empty set gives one empty last fragment.
  Fragmenter(std::uint8_t context_id, bool is_command, bool ends, std::span<const Bytes> ranges,
             std::uint32_t fragment_bytes);

  [[nodiscard]] bool done() const { return done_; }
  // The next PDU: a header, stored in `header`, and its ranges, appended to `pieces` behind it.
  // `header` must stay where it is until the pieces are sent.
  void next(PDataHeader& header, std::vector<Bytes>& pieces);

 private:
  std::uint8_t context_id_;
  bool is_command_;
  bool ends_;
  std::span<const Bytes> ranges_;
  std::uint32_t fragment_bytes_;
  std::uint64_t left_bytes_ = 0;
  std::size_t range_ = 0;
  std::size_t at_ = 0;  // within ranges_[range_]
  bool done_ = false;
};

}  // namespace slipring::dimse
